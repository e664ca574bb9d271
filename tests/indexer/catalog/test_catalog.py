import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from indexer.catalog import reader, schema
from indexer.catalog.database import ReaderPool, is_sound, put_aside
from indexer.catalog.removed import RemovedRoots
from indexer.catalog.root_list import RootList
from indexer.catalog.writer import CatalogWriter
from indexer.errors import CatalogCorrupt, CatalogTooNew
from indexer.model import Anchor, Chunk, DocumentInfo, Extraction, FileFacts, FileState
from indexer.query import SearchQuery
from indexer.text import index_tokens, language_of, query_terms

ROOT = "/home/某人/文档"


def facts(name: str, size: int = 10, inode: int = 1) -> FileFacts:
    return FileFacts(f"{ROOT}/{name}", size, 1_700_000_000_000_000_000, inode)


def extraction(*texts: str, content_hash: bytes = b"") -> Extraction:
    chunks = tuple(
        Chunk(text, Anchor(page=n), "", language_of(text), index_tokens(text)) for n, text in enumerate(texts, 1)
    )
    return Extraction(FileState.INDEXED, chunks=chunks, info=DocumentInfo(title="Title"), content_hash=content_hash)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    writer = CatalogWriter(tmp_path / "catalog.db")
    writer.add_root(ROOT)
    yield writer
    writer.close()


def found(catalog: CatalogWriter, query: str, **conditions: object) -> list[int]:
    weights = reader.term_weights(catalog.db, query_terms(query), reader.chunk_count(catalog.db))
    condition, bindings = reader.file_condition(catalog.db, SearchQuery(query, **conditions))  # type: ignore[arg-type]
    return [match.file_id for match in reader.text_matches(catalog.db, weights, condition, bindings, 10)]


def indexed(catalog: CatalogWriter, name: str, *texts: str, inode: int = 1, content_hash: bytes = b"") -> int:
    entry = facts(name, inode=inode)
    file_id = catalog.add_file(entry)
    catalog.store_extraction(file_id, entry, extraction(*texts, content_hash=content_hash))
    return file_id


def test_text_is_found_in_both_languages(catalog: CatalogWriter) -> None:
    lease = indexed(catalog, "lease.pdf", "The monthly rent is $1,850.")
    contract = indexed(catalog, "合同/租房合同.pdf", "甲方将房屋出租给乙方，月租金5200元。")
    assert found(catalog, "rent 1850") == [lease]
    assert found(catalog, "月租金") == [contract]
    assert found(catalog, "金") == [contract]
    assert found(catalog, "租賃 月租金") == [contract]
    assert found(catalog, "no such words") == []


def test_conditions_limit_the_text_search(catalog: CatalogWriter) -> None:
    pdf = indexed(catalog, "财务/report.pdf", "profit and loss")
    sheet = indexed(catalog, "Work/report.xlsx", "profit and loss")
    assert set(found(catalog, "profit")) == {pdf, sheet}
    assert found(catalog, "profit", kinds=("pdf",)) == [pdf]
    assert found(catalog, "profit", extensions=("xlsx",)) == [sheet]
    assert found(catalog, "profit", folders=("财务",)) == [pdf]
    assert found(catalog, "profit", folders=("taxes",)) == []
    assert found(catalog, "profit", modified=(1_800_000_000, None)) == []
    assert set(found(catalog, "profit", modified=(None, 1_800_000_000), size=(1, 100))) == {pdf, sheet}


def test_new_text_replaces_old_and_keeps_known_embeddings(catalog: CatalogWriter) -> None:
    file_id = indexed(catalog, "a.txt", "first passage", "second passage")
    owed = catalog.owed(10)
    assert [chunk.vector for chunk in owed] == [None, None]
    assert owed[0].text.endswith("first passage")
    assert owed[0].text.startswith("文档/a.txt")
    catalog.set_stored(owed, [b"one", b"two"])
    assert catalog.states() == {"indexed": 1}
    gone = catalog.store_extraction(file_id, facts("a.txt"), extraction("second passage", "third passage"))
    assert sorted(gone) == [chunk.chunk_id for chunk in owed]
    assert [chunk.vector for chunk in catalog.owed(10)] == [b"two", None]
    assert catalog.states() == {"text_only": 1}
    assert found(catalog, "first") == []
    assert found(catalog, "third") == [file_id]
    assert not {chunk.chunk_id for chunk in catalog.owed(10)} & set(gone)


def test_a_copy_is_not_embedded_again(catalog: CatalogWriter) -> None:
    indexed(catalog, "a.txt", "some passage", content_hash=b"h" * 16)
    catalog.set_stored(catalog.owed(10), [b"vector"])
    indexed(catalog, "copy.txt", "some passage", inode=2, content_hash=b"h" * 16)
    assert [chunk.vector for chunk in catalog.owed(10)] == [b"vector"]


def test_a_move_keeps_chunks_and_changes_names(catalog: CatalogWriter) -> None:
    file_id = indexed(catalog, "old name.txt", "text stays")
    catalog.set_stored(catalog.owed(10), [b"v"])
    catalog.move_file(file_id, facts("归档/新名字.txt"))
    assert found(catalog, "新名字") == [file_id]
    assert found(catalog, "old") == []
    assert found(catalog, "text stays") == [file_id]
    assert catalog.count_owed() == 0
    assert reader.files(catalog.db, [file_id])[file_id].path == f"{ROOT}/归档/新名字.txt"


def test_removing_a_folder_leaves_nothing(catalog: CatalogWriter) -> None:
    indexed(catalog, "a.txt", "one")
    indexed(catalog, "b/c/d.txt", "two", inode=2)
    removed = RemovedRoots(catalog)
    removed.hide(catalog.roots()[0])
    files, gone = removed.delete_some(removed.all()[0], 10)
    assert (files, len(gone)) == (2, 2)
    for table in ("root", "folder", "file", "chunk"):
        assert catalog.db.execute(f"select count(*) from {table}").get == 0
    assert found(catalog, "one") == []


def test_an_added_parent_adopts_the_folder(catalog: CatalogWriter) -> None:
    file_id = indexed(catalog, "a.txt", "kept text")
    root = catalog.add_root("/home")
    assert [item.path for item in catalog.roots()] == ["/home"]
    assert [record.facts.path for record in catalog.known.below(root.folder_id)] == [f"{ROOT}/a.txt"]
    assert catalog.add_root(f"{ROOT}/deeper").path == "/home"
    assert found(catalog, "kept") == [file_id]


def test_names_that_are_not_text(catalog: CatalogWriter) -> None:
    name = os.fsdecode(b"bad-\xff\xfe\n.txt")
    file_id = indexed(catalog, name, "strange")
    assert reader.files(catalog.db, [file_id])[file_id].path == f"{ROOT}/{name}"
    assert [record.facts.name for record in catalog.known.by_id([file_id])] == [name]
    assert catalog.owed(1)[0].text.encode()


def test_a_failed_step_leaves_no_trace(catalog: CatalogWriter) -> None:
    with pytest.raises(ZeroDivisionError), catalog.transaction():
        raise ZeroDivisionError(catalog.add_file(facts("新/x.txt")))
    file_id = catalog.add_file(facts("新/x.txt"))
    assert reader.files(catalog.db, [file_id])[file_id].path == f"{ROOT}/新/x.txt"


def test_readers_see_what_was_committed(catalog: CatalogWriter, tmp_path: Path) -> None:
    pool = ReaderPool(tmp_path / "catalog.db")
    with pool.reading() as first:
        assert reader.chunk_count(first) == 0
        indexed(catalog, "a.txt", "text")
        assert reader.chunk_count(first) == 0
    with pool.reading() as second:
        assert reader.chunk_count(second) == 1
    pool.close()


def test_a_newer_catalogue_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "catalog.db"
    writer = CatalogWriter(path)
    writer.db.pragma("user_version", schema.VERSION + 1)
    writer.close()
    with pytest.raises(CatalogTooNew):
        CatalogWriter(path)
    assert path.exists()


@pytest.mark.parametrize("damage", ["noise", "truncated", "text"])
def test_a_damaged_catalogue_is_recognised(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "catalog.db"
    writer = CatalogWriter(path)
    writer.add_root(ROOT)
    for number in range(200):
        indexed(writer, f"{number}.txt", "word " * 200, inode=number)
    writer.close()
    size = path.stat().st_size
    with open(path, "r+b") as file:
        if damage == "noise":
            for offset in range(100, size, 4096):
                file.seek(offset)
                file.write(os.urandom(600))
        elif damage == "truncated":
            file.truncate(size // 2)
        else:
            file.write(b"this is not a database, sorry")
    try:
        again = CatalogWriter(path)
    except CatalogCorrupt:
        pass
    else:
        assert not is_sound(again.db)
        again.db.close()
    aside = put_aside(path)
    assert aside.exists()
    assert not path.exists()


def test_the_list_of_folders_survives(tmp_path: Path) -> None:
    roots = RootList(tmp_path / "folders.json")
    assert roots.load() == []
    paths = ["/home/某人", os.fsdecode(b"/x/\xff")]
    roots.save(paths)
    assert roots.load() == paths
    (tmp_path / "folders.json").write_text("{broken")
    assert roots.load() == []


def test_a_full_disk_is_called_so(tmp_path: Path) -> None:
    writer = CatalogWriter(tmp_path / "catalog.db")
    writer.add_root(ROOT)
    writer.db.execute(f"pragma max_page_count = {writer.db.pragma('page_count') + 2}").fetchall()
    with pytest.raises(apsw.FullError):
        indexed(writer, "a.txt", *(f"unlike words {n} " + "x" * 4000 for n in range(50)))
    writer.db.execute("pragma max_page_count = 1000000").fetchall()
    assert writer.states() in ({}, {"pending": 1})
    writer.close()
    shutil.rmtree(tmp_path)


def test_a_photo_is_found_by_when_it_was_taken_though_copied_later(catalog: CatalogWriter) -> None:
    taken = 1_400_000_000.0
    entries = {}
    for number, (name, created) in enumerate((("奈良.jpg", taken), ("untold.jpg", None)), 1):
        entry = facts(name, inode=number)
        entries[name] = catalog.add_file(entry)
        text = extraction("Photo 照片")
        catalog.store_extraction(entries[name], entry, replace(text, info=DocumentInfo(created=created)))
    then, copied = (taken - 10, taken + 10), (1_699_999_990.0, 1_700_000_010.0)
    assert found(catalog, "照片", modified=then, by_creation=True) == [entries["奈良.jpg"]]
    assert found(catalog, "照片", modified=copied, by_creation=True) == [entries["untold.jpg"]]
    assert found(catalog, "照片", modified=then) == []
    assert set(found(catalog, "照片", modified=copied)) == set(entries.values())
