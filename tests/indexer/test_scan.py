import os
from pathlib import Path

import pytest

from indexer.config import RuleConfig
from indexer.errors import FolderUnavailable
from indexer.rules.book import Rules
from indexer.scan import check_folder, scan_folder


def names(root: Path, own: tuple[str, ...] = ()) -> set[str]:
    return {
        os.path.relpath(facts.path, root)
        for facts in scan_folder(str(root), Rules(RuleConfig(), own), lambda: False).files
    }


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
    seen = {os.fsencode(facts.name) for facts in scan_folder(str(tmp_path), Rules(RuleConfig()), lambda: False).files}
    assert seen == set(odd)


def test_own_folders_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "docent").mkdir()
    (tmp_path / "docent" / "catalog.db").write_text("x")
    (tmp_path / "docent2").mkdir()
    (tmp_path / "docent2" / "b.txt").write_text("x")
    assert names(tmp_path, (str(tmp_path / "docent"),)) == {"docent2/b.txt"}


def test_a_stopped_scan_declares_the_rest_unknown(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    scan = scan_folder(str(tmp_path), Rules(RuleConfig()), lambda: True)
    assert scan.unreadable == [str(tmp_path)]


@pytest.mark.parametrize(("make", "why"), [("missing", "missing"), ("file", "not_a_folder")])
def test_what_is_no_folder_is_refused(tmp_path: Path, make: str, why: str) -> None:
    path = tmp_path / "x"
    if make == "file":
        path.write_text("x")
    with pytest.raises(FolderUnavailable) as failure:
        check_folder(str(path))
    assert failure.value.facts["why"] == why
