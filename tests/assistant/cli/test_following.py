"""How folders are followed, and files of volumes that are away, on the command line."""

from typing import Any

import pytest

from tests.assistant.cli.conftest import Docent, found, hit, status
from tests.fake_engine import FakeEngine


def folder(**fields: Any) -> dict[str, Any]:
    plain = {"path": "/data/文档", "files": 12, "state": "ok", "last_scan": "2026-11-22T21:35:39+00:00"}
    return plain | {"followed": "watched", "followed_why": "", "unwatched": 0, "dirty": 0} | fields


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "watched, all of it checked 2026-11-22"),
        ({"dirty": 3}, "3 changes waiting"),
        ({"followed": "polled", "followed_why": "network"}, "looked at every few minutes (network drive)"),
        ({"followed": "partly", "followed_why": "limit", "unwatched": 40}, "40 folders in it are looked at every few"),
        ({"followed": "not", "followed_why": "trouble"}, "looked at from time to time"),
        ({"state": "offline", "followed": "offline"}, "its disk is not connected"),
        ({"state": "unreadable", "followed": "offline"}, "cannot be read"),
    ],
)
def test_how_a_folder_is_followed(fields: dict[str, Any], words: str, docent: Docent, engine: FakeEngine) -> None:
    engine.on("status", status(folders=[folder(**fields)]))
    assert words in docent("status").out


def test_too_few_watches_come_with_the_line_to_copy(docent: Docent, engine: FakeEngine) -> None:
    hint = "Run: echo fs.inotify.max_user_watches=524288 | sudo tee /etc/sysctl.d/60-docent.conf"
    problem = {"code": "watch_limit", "message": "Only 5 of 13 folders can be watched.", "hint": hint, "facts": {}}
    engine.on("status", status(problems=[problem]))
    assert hint in docent("status").out


def test_a_file_of_a_volume_that_is_away_is_marked(docent: Docent, engine: FakeEngine) -> None:
    engine.on("find", found(hit("/media/U 盘/旅行.txt", offline=True)))
    assert "(offline) /media/U 盘/旅行.txt" in docent("find", "旅行").out
