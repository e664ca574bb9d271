"""Files inside archives and messages as rows of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.catalog import reader
from indexer.catalog.database import rows, value
from indexer.catalog.writer import CatalogWriter
from indexer.model import ExtractedMember, Extraction, FileFacts, FileState, Reason
from indexer.naming.index import NameIndex
from tests.indexer.catalog.test_catalog import ROOT, extraction, facts, found


def member(name: str, *texts: str, content_hash: bytes = b"", mtime: float | None = 1_600_000_000.0) -> ExtractedMember:
    read = (
        extraction(*texts, content_hash=content_hash) if texts else Extraction(FileState.NAME_ONLY, Reason.UNSUPPORTED)
    )
    return ExtractedMember(name, 7, mtime, read)


def archive(*members: ExtractedMember) -> Extraction:
    return Extraction(FileState.NO_TEXT, members=members)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    writer = CatalogWriter(tmp_path / "catalog.db")
    writer.add_root(ROOT)
    yield writer
    writer.close()


def store(catalog: CatalogWriter, entry: FileFacts, *members: ExtractedMember) -> int:
    file_id = catalog.add_file(entry)
    catalog.store_extraction(file_id, entry, archive(*members))
    return file_id


def places(catalog: CatalogWriter) -> dict[str, str]:
    """Path of the file on disk by the member's name."""
    ids = [row[0] for row in rows(catalog.db, "select id from file where container is not null")]
    return {row.name: row.path for row in reader.files(catalog.db, ids).values()}


def test_members_are_found_in_their_container(catalog: CatalogWriter) -> None:
    box = store(
        catalog, facts("资料/all.zip"), member("合同/a.pdf", "月租金五千元"), member("inner.zip/b.txt", "rent 1850")
    )
    [contract] = found(catalog, "月租金")
    row = reader.files(catalog.db, [contract])[contract]
    assert (row.path, row.name, row.kind, row.size, row.modified, row.is_member) == (
        f"{ROOT}/资料/all.zip", "合同/a.pdf", "pdf", 7, 1_600_000_000.0, True,
    )  # fmt: skip
    assert not reader.files(catalog.db, [box])[box].is_member
    assert len(found(catalog, "rent 1850")) == 1
    assert found(catalog, "rent", extensions=("txt",))
    assert found(catalog, "rent", folders=("资料",))
    assert not found(catalog, "rent", kinds=("pdf",))
    assert not found(catalog, "rent", modified=(1_650_000_000.0, None))


def test_a_member_without_a_time_has_that_of_its_container(catalog: CatalogWriter) -> None:
    entry = facts("a.zip")
    store(catalog, entry, member("a.txt", "words", mtime=None))
    assert value(catalog.db, "select mtime_ns from file where container is not null") == entry.mtime_ns


def test_members_are_not_taken_for_files_on_the_disk(catalog: CatalogWriter) -> None:
    store(catalog, facts("a.zip"), member("a.txt", "words"), member("film.mp4"))
    [root] = catalog.roots()
    assert [record.facts.path for record in catalog.known.below(root.folder_id)] == [f"{ROOT}/a.zip"]
    assert catalog.states() == {"no_text": 1}
    counts = reader.counts(catalog.db)
    assert (counts["files"], counts["members"], counts["by_root"]) == (1, 2, {root.root_id: 1})
    listed, total = reader.listed_files(catalog.db, "1", (), "newest", 10)
    assert (total, [row.name for row in listed]) == (1, ["a.zip"])


def test_new_members_replace_old_ones_and_keep_what_is_the_same(catalog: CatalogWriter) -> None:
    entry = facts("a.zip")
    same = member("same.txt", "stays as it is", content_hash=b"s" * 16)
    box = store(catalog, entry, same, member("gone.txt", "goes away"), member("new.txt", "old words"))
    before = dict(rows(catalog.db, "select name, id from file"))
    kept = found(catalog, "stays as it is")
    chunk = value(catalog.db, "select id from chunk where file = ?", tuple(kept))
    gone = catalog.store_extraction(
        box, entry, archive(same, member("new.txt", "new words"), member("added.txt", "more"))
    )
    after = dict(rows(catalog.db, "select name, id from file"))
    assert after.keys() == {b"a.zip", b"a.zip/same.txt", b"a.zip/new.txt", b"a.zip/added.txt"}
    assert after[b"a.zip/same.txt"] == before[b"a.zip/same.txt"]
    assert after[b"a.zip/new.txt"] == before[b"a.zip/new.txt"]
    assert len(gone) == 2
    assert value(catalog.db, "select id from chunk where file = ?", tuple(kept)) == chunk
    assert found(catalog, "goes") == found(catalog, "old") == []
    assert found(catalog, "new words") == [after[b"a.zip/new.txt"]]


def test_embeddings_of_changed_containers_are_kept(catalog: CatalogWriter) -> None:
    entry = facts("a.zip")
    box = store(catalog, entry, member("a.txt", "some passage", content_hash=b"a" * 16))
    catalog.set_stored(catalog.owed(10), [b"vector"])
    catalog.store_extraction(box, entry, archive(member("moved/a.txt", "some passage", content_hash=b"a" * 16)))
    assert [owed.vector for owed in catalog.owed(10)] == [b"vector"]


def test_the_folders_container_and_member_stand_before_a_passage(catalog: CatalogWriter) -> None:
    store(catalog, facts("Downloads/tenant.zip"), member("docs/epc.txt", "expires in May"))
    assert catalog.owed(10)[0].text.startswith("Downloads/tenant.zip/docs/epc.txt\n")
    assert found(catalog, "tenant epc")


@pytest.mark.parametrize("name", ["b.zip", "新/更长的名字 of the archive.zip"])
def test_members_follow_their_container(catalog: CatalogWriter, name: str) -> None:
    box = store(catalog, facts("old/a.zip"), member("x/a.txt", "some words"), member("b.txt"))
    chunks = rows(catalog.db, "select id, file from chunk")
    catalog.move_file(box, facts(name))
    assert places(catalog) == {"x/a.txt": f"{ROOT}/{name}", "b.txt": f"{ROOT}/{name}"}
    assert rows(catalog.db, "select id, file from chunk") == chunks
    assert found(catalog, "some words")
    assert found(catalog, Path(name).stem)


def test_nothing_of_a_removed_container_stays(catalog: CatalogWriter) -> None:
    box = store(catalog, facts("a.zip"), member("a.txt", "some words"), member("b.txt", "other words"))
    assert len(catalog.remove_files([box])) == 2
    for table in ("file", "chunk", "text_index"):
        assert value(catalog.db, f"select count(*) from {table}") == 0


def test_what_is_withheld_is_withheld_with_its_members(catalog: CatalogWriter) -> None:
    entry = facts("a.zip")
    box = store(catalog, entry, member("a.txt", "some words"))
    assert len(catalog.withhold(box, entry, Reason.SECRET)) == 1
    assert places(catalog) == {}


def test_the_same_name_on_the_disk_and_in_two_archives(catalog: CatalogWriter) -> None:
    store(catalog, facts("a.zip"), member("a.txt", "first words"))
    store(catalog, facts("b.zip", inode=2), member("a.txt", "second words"))
    store(catalog, facts("a.txt", inode=3))
    assert len(found(catalog, "words")) == 2


def test_names_of_members_come_and_go_with_the_container(catalog: CatalogWriter) -> None:
    box = store(catalog, facts("a.zip"), member("x/租房合同.pdf"), member("lease.txt"))
    names = NameIndex()
    names.load(catalog)
    assert {match.file_id for match in names.search("租房合同", 5)} < {row[0] for row in catalog.members.of([box])}
    catalog.store_extraction(box, facts("a.zip"), archive(member("lease.txt"), member("hedgehog.txt")))
    names.set_members(box, catalog.members.of([box]))
    assert not names.search("租房合同", 5)
    assert len(names) == 3
    assert names.search("hedgehog", 5)
    names.remove([box])
    assert len(names) == 0
