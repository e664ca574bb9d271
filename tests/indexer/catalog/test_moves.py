"""What the catalogue keeps for files and folders that move."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.catalog import spares
from indexer.catalog.writer import CatalogWriter
from indexer.model import Anchor, Chunk, Extraction, FileFacts, FileState
from indexer.text import index_tokens

ROOT = "/home/某人/文档"
TEXT = "甲方将房屋出租给乙方。"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    writer = CatalogWriter(tmp_path / "catalog.db")
    writer.add_root(ROOT)
    yield writer
    writer.close()


def read(catalog: CatalogWriter, name: str, inode: int, content_hash: bytes = b"h" * 16) -> int:
    facts = FileFacts(f"{ROOT}/{name}", 10, 1_700_000_000_000_000_000, inode)
    file_id = catalog.add_file(facts)
    chunk = Chunk(TEXT, Anchor(), "", "zh", index_tokens(TEXT))
    catalog.store_extraction(file_id, facts, Extraction(FileState.INDEXED, chunks=(chunk,), content_hash=content_hash))
    return file_id


def embed(catalog: CatalogWriter) -> None:
    owed = catalog.owed(10)
    catalog.set_stored(owed, [b"vector"] * len(owed))


def move_to_another_volume(catalog: CatalogWriter, file_id: int) -> None:
    catalog.spares.keep([file_id])
    catalog.remove_files([file_id])


def test_a_file_that_left_and_comes_back_elsewhere_keeps_its_embedding(catalog: CatalogWriter) -> None:
    first = read(catalog, "租房.txt", 1)
    embed(catalog)
    move_to_another_volume(catalog, first)
    assert catalog.db.execute("select count(*) from chunk").get == 0
    read(catalog, "U 盘/租房.txt", 77)
    (owed,) = catalog.owed(10)
    assert owed.vector == b"vector"


def test_another_content_gets_no_embedding_of_a_removed_file(catalog: CatalogWriter) -> None:
    first = read(catalog, "a.txt", 1)
    embed(catalog)
    move_to_another_volume(catalog, first)
    read(catalog, "b.txt", 2, content_hash=b"x" * 16)
    (owed,) = catalog.owed(10)
    assert owed.vector is None


def test_no_text_of_a_removed_file_is_kept_and_no_embedding_for_ever(
    catalog: CatalogWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read(catalog, "a.txt", 1)
    embed(catalog)
    move_to_another_volume(catalog, first)
    kept = catalog.db.execute("select * from spare_vector").fetchall()
    assert len(kept) == 1
    assert not any(TEXT.encode() in value for value in kept[0] if isinstance(value, bytes))
    now = spares.time.time()
    monkeypatch.setattr(spares.time, "time", lambda: now + 2 * 86_400)
    catalog.spares.keep([])
    assert catalog.db.execute("select count(*) from spare_vector").get == 0


def test_a_renamed_folder_takes_everything_along(catalog: CatalogWriter) -> None:
    deep = read(catalog, "合同/旧/a.txt", 1)
    near = read(catalog, "合同/b.txt", 2)
    folder_id = catalog.folders.find(f"{ROOT}/合同")
    assert folder_id is not None
    catalog.folders.note_inode(folder_id, 500)
    assert catalog.folders.with_inode(500) == [(folder_id, f"{ROOT}/合同")]
    catalog.move_folder(folder_id, f"{ROOT}/新/契約")
    paths = {record.file_id: record.facts.path for record in catalog.known.by_id([deep, near])}
    assert paths == {deep: f"{ROOT}/新/契約/旧/a.txt", near: f"{ROOT}/新/契約/b.txt"}
    assert catalog.folders.find(f"{ROOT}/合同") is None


def test_only_folders_without_files_are_forgotten(catalog: CatalogWriter) -> None:
    read(catalog, "a/b/kept.txt", 1)
    gone = catalog.folders.ensure(f"{ROOT}/a/c/d")
    top = catalog.folders.find(f"{ROOT}/a")
    assert top is not None
    catalog.folders.prune(top)
    assert catalog.folders.find(f"{ROOT}/a/b") is not None
    assert catalog.folders.find(f"{ROOT}/a/c") is None
    assert catalog.folders.ensure(f"{ROOT}/a/c/d") != gone
