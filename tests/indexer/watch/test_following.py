"""The index follows the disk: real files, real events."""

import os
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.indexer.watch.followed import Followed


@pytest.fixture
def index(follow: Callable[..., Followed], folder: Path) -> Followed:
    return follow(folder)


def finds(index: Followed, text: str, *names: str) -> None:
    index.until(lambda: sorted(index.find(text)) == sorted(names), f"{text} finds {names}, not {index.find(text)}")


def test_a_new_file_is_found_by_name_and_text(index: Followed, folder: Path) -> None:
    (folder / "合同" / "新的.txt").write_text("關於燈塔的筆記 lighthouse", encoding="utf-16")
    finds(index, "新的", "新的.txt")
    finds(index, "lighthouse", "新的.txt")
    finds(index, "灯塔", "新的.txt")


def test_an_edit_in_place_and_one_by_rename_keep_the_file(index: Followed, folder: Path) -> None:
    before = index.known()
    (folder / "lease.txt").write_text("Only tulips.")
    finds(index, "tulips", "lease.txt")
    draft = folder / ".lease.txt.swp"
    draft.write_text("Only walruses now, a good deal longer.")
    draft.rename(folder / "lease.txt")
    finds(index, "walruses", "lease.txt")
    finds(index, "tulips")
    assert index.known() == before


def test_a_save_storm_is_read_once(index: Followed, folder: Path) -> None:
    first = max(index.chunk_ids(folder / "lease.txt"))
    for number in range(60):
        (folder / "lease.txt").write_text(f"storm number {number}")
    finds(index, "storm number 59", "lease.txt")
    assert index.chunk_ids(folder / "lease.txt")[0] <= first + 4


def test_a_renamed_and_moved_file_keeps_its_passages(index: Followed, folder: Path) -> None:
    before = index.chunk_ids(folder / "lease.txt")
    (folder / "lease.txt").rename(folder / "合同" / "旧" / "租约.txt")
    index.until_true(folder)
    finds(index, "租约", "租约.txt")
    assert index.chunk_ids(folder / "合同" / "旧" / "租约.txt") == before
    finds(index, "rent 1850", "租约.txt")


def test_a_renamed_tree_keeps_files_and_passages(index: Followed, folder: Path) -> None:
    before = index.chunk_ids(folder / "合同" / "旧" / "memo.md")
    (folder / "合同").rename(folder / "契約")
    index.until_true(folder)
    assert index.chunk_ids(folder / "契約" / "旧" / "memo.md") == before
    (folder / "契約" / "旧" / "later.txt").write_text("heard inside a renamed tree: narwhal")
    finds(index, "narwhal", "later.txt")
    (folder / "契約").rename(folder / "契")
    index.until_true(folder)
    (folder / "契約x").mkdir()
    (folder / "契約x" / "y.txt").write_text("a name that begins alike: ocelot")
    finds(index, "ocelot", "y.txt")


def test_trees_move_in_and_out(index: Followed, folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "深" / "deeper").mkdir(parents=True)
    (outside / "深" / "deeper" / "axolotl.txt").write_text("axolotl notes")
    outside.rename(folder / "moved in")
    finds(index, "axolotl", "axolotl.txt")
    (folder / "moved in" / "深" / "deeper" / "second.txt").write_text("capybara")
    finds(index, "capybara", "second.txt")
    (folder / "moved in").rename(outside)
    index.until_true(folder)
    finds(index, "capybara")


def test_files_move_between_indexed_folders(index: Followed, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    index.add(other)
    before = index.chunk_ids(folder / "lease.txt")
    (folder / "lease.txt").rename(other / "lease.txt")
    index.until_true(folder, other)
    assert index.chunk_ids(other / "lease.txt") == before


def test_deleted_files_and_trees_are_gone(index: Followed, folder: Path) -> None:
    (folder / "lease.txt").unlink()
    shutil.rmtree(folder / "合同")
    index.until_true(folder)
    finds(index, "hedgehogs")


def test_all_files_may_be_deleted(index: Followed, folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    index.until(lambda: not index.known(), "an emptied folder is empty in the index")
    assert [root.state for root in index.pipeline.roots] == ["ok"]


def test_a_change_of_case_or_unicode_form_is_a_rename(index: Followed, folder: Path) -> None:
    before = index.chunk_ids(folder / "lease.txt")
    (folder / "lease.txt").rename(folder / "LEASE.TXT")
    index.until_true(folder)
    assert index.chunk_ids(folder / "LEASE.TXT") == before
    composed = unicodedata.normalize("NFC", "Gärten 한글.txt")
    (folder / composed).write_text("pelicans")
    finds(index, "pelicans", composed)
    decomposed = unicodedata.normalize("NFD", composed)
    (folder / composed).rename(folder / decomposed)
    index.until_true(folder)
    assert any(path.endswith(decomposed) for path in index.known())


def test_a_file_becomes_a_folder_and_a_link(index: Followed, folder: Path) -> None:
    (folder / "lease.txt").unlink()
    (folder / "lease.txt").mkdir()
    (folder / "lease.txt" / "inside.txt").write_text("mongoose")
    finds(index, "mongoose", "inside.txt")
    index.until_true(folder)
    shutil.rmtree(folder / "lease.txt")
    (folder / "lease.txt").symlink_to(folder / "合同" / "租房.txt")
    (folder / "loop").symlink_to(folder)
    (folder / "after.txt").write_text("ibex")
    finds(index, "ibex", "after.txt")
    index.until(lambda: str(folder / "lease.txt" / "inside.txt") not in index.known())
    assert str(folder / "lease.txt") not in index.known()


def test_strange_names_are_followed(index: Followed, folder: Path) -> None:
    odd = [b"new\nline.txt", b"\xff\xfe-bad.txt", "\u202egpj.exe.txt".encode(), b"-rf.txt", b"n" * 250 + b".txt"]
    for name in odd:
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:
            file.write(b"x")
    index.until_true(folder)
    for name in odd:
        os.unlink(os.fsencode(folder) + b"/" + name)
    index.until_true(folder)


def test_a_very_long_path_is_followed(index: Followed, folder: Path) -> None:
    """Longer than the system takes in one piece (4096 bytes): reached step by step, known or honestly not, never a crash."""
    start = os.getcwd()
    os.chdir(folder)
    try:
        for _ in range(20):
            os.mkdir("d" * 240)
            os.chdir("d" * 240)
        Path("deep.txt").write_text("unreachable")
    finally:
        os.chdir(start)
    (folder / "near.txt").write_text("platypus")
    finds(index, "platypus", "near.txt")
    shutil.rmtree(folder / ("d" * 240))
    index.until_true(folder)


def test_rules_hold_for_what_comes_later(index: Followed, folder: Path) -> None:
    (folder / "node_modules" / "x").mkdir(parents=True)
    (folder / "node_modules" / "x" / "readme.txt").write_text("cassowary")
    (folder / "合同" / "旧" / ".noindex").touch()
    finds(index, "hedgehogs")
    (folder / "合同" / "旧" / ".noindex").unlink()
    finds(index, "hedgehogs", "memo.md")
    (folder / ".docentignore").write_text("*.md\n")
    finds(index, "hedgehogs")
    (folder / "seen.txt").write_text("bandicoot")
    finds(index, "bandicoot", "seen.txt")
    finds(index, "cassowary")


def test_a_burst_of_files_is_complete(index: Followed, folder: Path) -> None:
    for number in range(1500):
        place = folder / f"burst {number % 30}"
        place.mkdir(exist_ok=True)
        (place / f"第{number}.txt").write_text(f"burst {number}")
    index.until_true(folder, seconds=120)
    for number in range(0, 1500, 2):
        (folder / f"burst {number % 30}" / f"第{number}.txt").unlink()
    index.until_true(folder, seconds=120)


def test_an_in_place_rewrite_of_the_same_size_is_seen(index: Followed, folder: Path) -> None:
    path = folder / "same.txt"
    path.write_text("one size aardvark")
    finds(index, "aardvark", "same.txt")
    seen = path.stat()
    other = folder / "other.tmp"
    other.write_text("one size platypus")
    os.utime(other, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    other.rename(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (seen.st_size, seen.st_mtime_ns)
    finds(index, "platypus", "same.txt")
    finds(index, "aardvark")


def test_nothing_that_is_gone_is_answered(index: Followed, folder: Path) -> None:
    for number in range(40):
        (folder / f"gone {number}.txt").write_text("wombat")
    index.until(lambda: len(index.find("wombat")) == 20)
    for number in range(40):
        (folder / f"gone {number}.txt").unlink()
        assert f"gone {number}.txt" not in index.find("wombat")
        assert f"gone {number}.txt" not in index.find(f"gone {number}")


def test_a_removed_folder_is_no_longer_followed(index: Followed, folder: Path) -> None:
    assert index.pipeline.remove_folder(str(folder)).result(20)
    assert index.watcher.following(str(folder)).how == "not"
    (folder / "later.txt").write_text("okapi")
    index.settle()
    assert index.find("okapi") == []
