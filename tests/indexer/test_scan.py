import os
from pathlib import Path

import pytest

from indexer.config import RuleConfig
from indexer.errors import FolderUnavailable
from indexer.rules.book import Rules
from indexer.rules.rule import LeftOut
from indexer.scan import check_folder, list_folder


def names(root: Path, own: tuple[str, ...] = ()) -> set[str]:
    rules = Rules(RuleConfig(), own)
    waiting, seen = [(str(root), None)], set()
    while waiting:
        folder, above = waiting.pop()
        listing = list_folder(folder, rules, above)
        if not isinstance(listing.level, LeftOut):
            seen |= {os.path.relpath(facts.path, root) for facts in listing.files.values()}
            waiting += [(os.path.join(folder, name), listing.level) for name in listing.folders]
    return seen


def test_regular_files_are_seen_and_the_rest_is_not(tmp_path: Path) -> None:
    for name in (
        "a.txt",
        "合同/租房.pdf",
        ".env",
        ".git/config",
        "node_modules/x.js",
        "~$lease.docx",
        "id_rsa",
        "x.part",
        "cache/CACHEDIR.TAG",
        "cache/y.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    assert names(tmp_path) == {"a.txt", "合同/租房.pdf"}


def test_odd_names_survive(tmp_path: Path) -> None:
    odd = [b"new\nline.txt", b"\xff\xfe-bad.txt", "\u202egpj.exe.txt".encode(), b"-rf.txt"]
    for name in odd:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
            file.write(b"x")
    seen = {os.fsencode(name) for name in list_folder(str(tmp_path), Rules(RuleConfig()), None).files}
    assert seen == set(odd)


def test_own_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "docent").mkdir()
    (tmp_path / "docent" / "catalog.db").write_text("x")
    (tmp_path / "docent2").mkdir()
    (tmp_path / "docent2" / "b.txt").write_text("x")
    assert names(tmp_path, (str(tmp_path / "docent"),)) == {"docent2/b.txt"}


def test_only_what_is_asked_for_is_looked_at(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "合同.txt"):
        (tmp_path / name).write_text("x")
    listing = list_folder(str(tmp_path), Rules(RuleConfig()), None, ["合同.txt", "gone.txt"])
    assert set(listing.files) == {"合同.txt"}
    assert listing.covers("gone.txt")
    assert not listing.covers("a.txt")


@pytest.mark.parametrize(("there", "asked"), [("Letter.txt", "letter.TXT"), ("cafe\u0301.txt", "caf\u00e9.txt")])
def test_another_way_to_write_a_name_makes_all_of_the_folder_count(tmp_path: Path, there: str, asked: str) -> None:
    (tmp_path / there).write_text("x")
    listing = list_folder(str(tmp_path), Rules(RuleConfig()), None, [asked])
    assert set(listing.files) == {there}
    assert listing.covers(asked)


def test_a_folder_left_out_by_a_mark_says_so(tmp_path: Path) -> None:
    (tmp_path / ".noindex").touch()
    rules = Rules(RuleConfig())
    above = list_folder(os.path.dirname(tmp_path), rules, None).level
    listing = list_folder(str(tmp_path), rules, above)
    assert isinstance(listing.level, LeftOut)
    assert not listing.files


@pytest.mark.parametrize(("make", "why"), [("missing", "missing"), ("file", "not_a_folder")])
def test_what_is_no_folder_is_refused(tmp_path: Path, make: str, why: str) -> None:
    path = tmp_path / "x"
    if make == "file":
        path.write_text("x")
    with pytest.raises(FolderUnavailable) as failure:
        check_folder(str(path))
    assert failure.value.facts["why"] == why
