"""Pages that owe recognition: in what order they come, what they do to their file, what stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.catalog.owed_pages import OwedPage
from indexer.catalog.writer import CatalogWriter
from indexer.chunk import chunks
from indexer.model import Anchor, Chunk, DocumentInfo, Extraction, FileFacts, FileState, Reason, Segment

IMAGE = bytes(range(16))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    catalog = CatalogWriter(tmp_path / "catalog.db")
    catalog.add_root("/文件")
    yield catalog
    catalog.close()


def passages(text: str, page: int | None = None) -> tuple[Chunk, ...]:
    return tuple(chunks([Segment(text, Anchor(page=page))]))


def add(catalog: CatalogWriter, name: str, pages: tuple[int, ...], typed: tuple[Chunk, ...] = (), **facts: int) -> int:
    file = FileFacts(f"/文件/{name}", 100, facts.get("mtime_ns", 1), facts.get("inode", 1))
    return store(catalog, catalog.add_file(file), file, pages, typed)


def store(
    catalog: CatalogWriter, file_id: int, file: FileFacts, pages: tuple[int, ...], typed: tuple[Chunk, ...], content: bytes = b"1" * 16
) -> int:  # fmt: skip
    state = FileState.INDEXED if typed else FileState.NO_TEXT
    info = DocumentInfo(pages_without_text=pages)
    catalog.store_extraction(file_id, file, Extraction(state, chunks=typed, info=info, content_hash=content))
    return file_id


def owed(catalog: CatalogWriter) -> list[OwedPage]:
    return catalog.pages.owed(1000)


def recognise(catalog: CatalogWriter, page: OwedPage, text: str, image: bytes = IMAGE) -> list[int]:
    catalog.pages.keep_text(image, text, 0.9)
    return catalog.store_recognised(page, image, passages(text, page.page))


def embed_all(catalog: CatalogWriter) -> None:
    waiting = catalog.owed(1000)
    catalog.set_stored(waiting, [b"vector of " + chunk.text.encode()[-20:] for chunk in waiting])


def state(catalog: CatalogWriter, file_id: int) -> tuple[str, str]:
    found = catalog.db.execute("select state, reason from file where id = ?", (file_id,)).fetchall()
    return found[0]


def texts(catalog: CatalogWriter, file_id: int) -> list[str]:
    found = catalog.db.execute("select text from chunk where file = ? order by number", (file_id,))
    return [text for (text,) in found]


def test_newest_files_come_first_and_a_book_does_not_keep_the_others_waiting(catalog: CatalogWriter) -> None:
    add(catalog, "letter.pdf", (1,), mtime_ns=1)
    add(catalog, "book.pdf", tuple(range(1, 31)), mtime_ns=5)
    add(catalog, "收据.png", (1,), mtime_ns=9)
    order = [(page.facts.name, page.page) for page in owed(catalog)]
    assert order[:2] == [("收据.png", 1), ("book.pdf", 1)]
    assert order.index(("book.pdf", 20)) < order.index(("letter.pdf", 1)) < order.index(("book.pdf", 21))
    assert catalog.pages.count_owed() == len(order) == 32


def test_recognised_text_takes_its_place_between_typed_pages_and_keeps_their_embeddings(catalog: CatalogWriter) -> None:
    typed = (*passages("first page, typed", 1), *passages("third page, typed", 3))
    file_id = add(catalog, "mixed.pdf", (2,), typed)
    embed_all(catalog)
    before = catalog.chunk_ids()
    assert recognise(catalog, owed(catalog)[0], "第二页，扫描的") == []
    assert texts(catalog, file_id) == ["first page, typed", "第二页，扫描的", "third page, typed"]
    assert catalog.chunk_ids() == before
    assert state(catalog, file_id) == ("text_only", "")
    assert [chunk.text.splitlines()[-1] for chunk in catalog.owed(9)] == ["第二页，扫描的"]
    embed_all(catalog)
    assert state(catalog, file_id) == ("indexed", "")


def test_a_picture_has_no_pages_but_a_fax_has(catalog: CatalogWriter) -> None:
    add(catalog, "收据.png", (1,))
    add(catalog, "fax.tiff", (1, 2), inode=2)
    assert {page.facts.name: catalog.pages.anchor(page) for page in owed(catalog) if page.page == 1} == {
        "收据.png": Anchor(),
        "fax.tiff": Anchor(page=1),
    }


def test_the_state_of_a_file_without_other_text_is_honest(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "scan.pdf", (1, 2))
    assert state(catalog, file_id) == (FileState.NAME_ONLY, Reason.OCR_PENDING)
    recognise(catalog, owed(catalog)[0], "")
    assert state(catalog, file_id) == (FileState.NAME_ONLY, Reason.OCR_PENDING)
    recognise(catalog, owed(catalog)[0], "")
    assert state(catalog, file_id) == (FileState.NO_TEXT, Reason.NONE)
    assert owed(catalog) == []


@pytest.mark.parametrize(
    ("reason", "for_good", "tries", "expected"),
    [
        (Reason.TIMEOUT, False, 2, FileState.FAILED),
        (Reason.BROKEN, True, 1, FileState.FAILED),
        (Reason.TOO_LARGE, True, 1, FileState.NAME_ONLY),
    ],
)
def test_a_page_is_tried_twice_at_most(
    catalog: CatalogWriter, reason: Reason, for_good: bool, tries: int, expected: FileState
) -> None:
    file_id = add(catalog, "scan.pdf", (1,))
    for _ in range(tries):
        assert state(catalog, file_id)[1] == Reason.OCR_PENDING
        catalog.fail_page(owed(catalog)[0], reason, for_good=for_good)
    assert owed(catalog) == []
    assert state(catalog, file_id) == (expected, reason)


def test_a_failed_page_is_tried_again_when_the_file_is_read_again(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "scan.pdf", (1,))
    catalog.fail_page(owed(catalog)[0], Reason.BROKEN, for_good=True)
    store(catalog, file_id, FileFacts("/文件/scan.pdf", 100, 1, 1), (1,), ())
    assert [page.page for page in owed(catalog)] == [1]


def test_the_same_content_read_again_owes_nothing_and_keeps_what_was_recognised(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "scan.pdf", (1,))
    recognise(catalog, owed(catalog)[0], "停水通知")
    embed_all(catalog)
    before = catalog.chunk_ids()
    store(catalog, file_id, FileFacts("/文件/scan.pdf", 100, 2, 1), (1,), ())
    assert (owed(catalog), texts(catalog, file_id), catalog.chunk_ids()) == ([], ["停水通知"], before)
    assert state(catalog, file_id) == ("indexed", "")


def test_old_text_serves_until_a_changed_page_is_read(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "scan.pdf", (1, 2))
    recognise(catalog, owed(catalog)[0], "旧的第一页")
    recognise(catalog, owed(catalog)[0], "旧的第二页", bytes(16))
    store(catalog, file_id, FileFacts("/文件/scan.pdf", 90, 2, 1), (1,), (), content=b"2" * 16)
    assert texts(catalog, file_id) == ["旧的第一页"]
    assert len(recognise(catalog, owed(catalog)[0], "新的第一页")) == 1
    assert texts(catalog, file_id) == ["新的第一页"]


def test_a_page_of_a_file_that_waits_to_be_read_again_is_not_wanted(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "scan.pdf", (1,))
    page = owed(catalog)[0]
    catalog.mark_pending(file_id)
    assert (owed(catalog), catalog.pages.count_owed(), catalog.pages.is_owed(page)) == ([], 0, False)


def test_text_of_a_picture_is_kept_while_any_page_shows_it_and_not_longer(catalog: CatalogWriter) -> None:
    one, two = add(catalog, "one.png", (1,)), add(catalog, "two.png", (1,), inode=2)
    for page in owed(catalog):
        recognise(catalog, page, "停水通知")
    store(catalog, one, FileFacts("/文件/one.png", 90, 2, 1), (1,), (), content=b"2" * 16)
    recognise(catalog, owed(catalog)[0], "来水通知", bytes(16))
    assert catalog.pages.known_text(IMAGE) == "停水通知"
    catalog.remove_files([one])
    assert catalog.pages.known_text(bytes(16)) is None
    assert catalog.pages.known_text(IMAGE) == "停水通知"
    catalog.remove_files([two])
    assert catalog.pages.known_text(IMAGE) is None


def test_another_recogniser_reads_everything_anew(catalog: CatalogWriter) -> None:
    file_id = add(catalog, "one.png", (1,))
    recognise(catalog, owed(catalog)[0], "停水通知")
    catalog.pages.owe_all()
    assert len(owed(catalog)) == 1
    assert catalog.pages.known_text(IMAGE) is None
    assert texts(catalog, file_id) == ["停水通知"]
