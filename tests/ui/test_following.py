"""How folders are followed, and files of volumes that are away, in the window."""

from __future__ import annotations

from typing import Any

import pytest
import recorded
from PySide6.QtCore import QLocale
from recorded import Speak

from ui.results.hit import FoundFile
from ui.status import Status
from ui.status_text import StatusText
from ui.words import Words


def texts(language: str) -> StatusText:
    return StatusText(words(language))


def words(language: str) -> Words:
    return Words(QLocale(language), lambda: None, "/home/ana")


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        ({"followed": "watched"}, "", ""),
        ({"followed": "polled", "followed_why": "network"}, "on another computer", "位于另一台计算机"),
        ({"followed": "partly", "followed_why": "limit"}, "too many folders", "文件夹过多"),
        ({"followed": "not", "followed_why": "trouble"}, "changes are noticed after", "几分钟后被发现"),
        ({"followed": "offline", "state": "offline"}, "", ""),
    ],
)
def test_how_a_folder_is_followed(fields: dict[str, Any], english: str, chinese: str, speak: Speak) -> None:
    (folder,) = Status.from_json({"folders": [{"path": "/x", "files": 1, **fields}]}).folders
    for language, expected in (("en", english), ("zh_CN", chinese)):
        speak(language)
        line = texts(language).following(folder)
        assert expected in line
        assert bool(line) is bool(expected)


def test_a_folder_whose_disk_is_away_says_that_its_files_are_found(speak: Speak) -> None:
    for language, expected in (("en", "still found"), ("zh_CN", "仍可查找")):
        speak(language)
        assert expected in texts(language).folder_state("offline")


def test_a_file_out_of_reach_is_marked(speak: Speak) -> None:
    file = FoundFile.from_json(recorded.hit("旅行.txt") | {"offline": True})
    for language, expected in (("en", "(offline) "), ("zh_CN", "（离线）")):
        speak(language)
        assert words(language).whereabouts(file.folder, file.container, offline=file.offline).startswith(expected)
