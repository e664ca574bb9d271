"""Frames and values on their way between client and worker."""

import io
import threading
from dataclasses import asdict, replace

import pytest

from indexer.errors import DiskFull, MeaningUnavailable, ModelUnavailable
from indexer.meaning.items import EmbedItem, StoredItem, VectorFilter
from indexer.meaning.store import StoreCorrupt
from indexer.meaning.wire import (
    FrameWriter,
    pack_embed_items,
    pack_error,
    pack_ids,
    pack_stored_items,
    read_frame,
    split,
    unpack_embed_items,
    unpack_error,
    unpack_ids,
    unpack_stored_items,
)

ITEM = EmbedItem(1 << 60, "合同\n\0 \udcff 🎉 \u2028", 7, (1, 2, 3), "docx", "zh", 1_700_000_000, 1 << 40)


def through_a_pipe(header: dict[str, object], block: bytes = b"") -> tuple[dict[str, object], bytes]:
    stream = io.BytesIO()
    FrameWriter(stream).write(header, block)
    stream.seek(0)
    frame = read_frame(stream)
    assert frame
    return frame.header, frame.block


@pytest.mark.parametrize("text", ["", "plain", "中文", "\udc80bad name", "\ud800", "a\nb\0c", "x" * 300_000])
def test_any_text_survives(text: str) -> None:
    assert through_a_pipe({"text": text}, text.encode("utf-8", "replace")) == (
        {"text": text},
        text.encode("utf-8", "replace"),
    )


def test_items_survive() -> None:
    items = [ITEM, replace(ITEM, text="", folders=())]
    header, _ = through_a_pipe({"items": pack_embed_items(items)})
    assert unpack_embed_items(header["items"]) == items
    stored = [StoredItem(5, b"\0\1\2", 1, (), "", "xx", 0, 0), StoredItem(6, b"", 1, (4,), "md", "zh", 2, 3)]
    rows, block = pack_stored_items(stored)
    header, block = through_a_pipe({"items": rows}, block)
    assert unpack_stored_items(header["items"], block) == stored


def test_filters_survive() -> None:
    where = VectorFilter((1, 2), (3,), (4,), ("pdf",), "zh", 1, None, None, 9)
    header, _ = through_a_pipe({"filter": asdict(where)})
    assert VectorFilter.from_json(header["filter"]) == where
    assert VectorFilter.from_json(asdict(VectorFilter())) == VectorFilter()


def test_ids_survive() -> None:
    ids = (0, 1, (1 << 62) + 5)
    assert unpack_ids(pack_ids(ids)) == ids
    assert unpack_ids(b"") == ()


def test_lengths_that_do_not_add_up_are_refused() -> None:
    assert split(b"abcdef", [1, 2, 3]) == [b"a", b"bc", b"def"]
    with pytest.raises(ValueError, match="add up"):
        split(b"abc", [1, 1])


@pytest.mark.parametrize("cut", [0, 3, 8, 12, -1])
def test_a_conversation_that_ends_in_the_middle_has_ended(cut: int) -> None:
    stream = io.BytesIO()
    FrameWriter(stream).write({"op": "count"}, b"block")
    assert read_frame(io.BytesIO(stream.getvalue()[:cut])) is None


@pytest.mark.parametrize("noise", [b"\xff" * 20, b"\0\0\0\2\0\0\0\0[]", b"\0\0\0\2\0\0\0\0{]", b"\0\0\0\1\0\0\0\0\xff"])
def test_noise_is_refused(noise: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is wrong with it first
        read_frame(io.BytesIO(noise))


def test_frames_of_many_threads_stay_whole() -> None:
    stream = io.BytesIO()
    writer = FrameWriter(stream)
    writers = [
        threading.Thread(target=lambda n=n: [writer.write({"n": n}, bytes([n]) * 1_000) for _ in range(50)])
        for n in range(8)
    ]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stream.seek(0)
    frames = list(iter(lambda: read_frame(stream), None))
    assert len(frames) == 400
    assert all(frame.block == bytes([frame.header["n"]]) * 1_000 for frame in frames)


@pytest.mark.parametrize(
    ("error", "kind", "why"),
    [
        (DiskFull(path="/x", free=1, needed=2), DiskFull, None),
        (ModelUnavailable("gone", model="m", why="damaged"), ModelUnavailable, "damaged"),
        (MeaningUnavailable("later", why="store_busy"), MeaningUnavailable, "store_busy"),
        (StoreCorrupt("bits", path="/x"), MeaningUnavailable, "store_corrupt"),
    ],
)
def test_errors_keep_their_class_and_facts(error: Exception, kind: type, why: str | None) -> None:
    header, _ = through_a_pipe({"error": pack_error(error)})
    back = unpack_error(header["error"])
    assert type(back) is kind
    assert back.facts.get("why") == why
    assert error.facts.items() <= back.facts.items()
