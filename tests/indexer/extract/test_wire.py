import json

import pytest

from indexer.extract import wire
from indexer.extract.parts import Begun
from indexer.model import Anchor, Chunk, DocumentInfo, Extraction, FileState, Reason

CHUNK = Chunk("一段文字 a passage", Anchor(sheet="表", row=3), "章 › 节", "zh", "一段 文字 a passage")
ENDED = Extraction(
    FileState.INDEXED, Reason.TIMEOUT, "stopped", info=DocumentInfo("题", "作者", 1.5, "zh-Hans", (2, 4)), truncated=True,
    content_hash=b"x" * 16, took_s=0.25,
)  # fmt: skip


@pytest.mark.parametrize("part", [CHUNK, ENDED, Begun("内.zip/\udcff\n.txt", -1, None), Begun("a", 5, 7.5)])
def test_what_goes_out_comes_back(part: Begun | Chunk | Extraction) -> None:
    assert wire.part_from_json(wire.decode(wire.encode(wire.part_to_json(7, part)))) == (7, part)


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("chunk", "text", 5),
        ("chunk", "tokens", ["a"]),
        ("chunk", "heading", None),
        ("chunk", "anchor", {"unheard_of": 1}),
        ("chunk", "anchor", [1]),
        ("begun", "name", 3),
        ("begun", "size", "large"),
        ("begun", "size", 1e400),
        ("ended", "state", "splendid"),
        ("ended", "reason", "because"),
        ("ended", "detail", {}),
        ("ended", "info", {"title": "only"}),
        ("ended", "content_hash", "no hex"),
    ],
)
def test_what_no_honest_worker_says_is_refused(kind: str, field: str, value: object) -> None:
    part = {"chunk": CHUNK, "begun": Begun("a", 1, None), "ended": ENDED}[kind]
    message = wire.part_to_json(1, part)
    message[kind][field] = value
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError)):
        wire.part_from_json(json.loads(json.dumps(message)))


def test_what_could_not_be_stored_is_made_harmless() -> None:
    message = wire.part_to_json(1, CHUNK)
    message["chunk"]["text"] = "half \ud83d of a smile"
    _, chunk = wire.part_from_json(wire.decode(wire.encode(message)))
    assert isinstance(chunk, Chunk)
    assert chunk.text == "half ? of a smile"
    for strange in (float("nan"), float("inf"), 10**30, "yesterday"):
        message = wire.part_to_json(1, ENDED)
        message["ended"]["info"]["created"] = strange
        _, ended = wire.part_from_json(message)
        assert isinstance(ended, Extraction)
        assert ended.info.created is None


@pytest.mark.parametrize("line", [b"", b"\n", b"[]\n", b"5\n", b'{"a": ', b"\xff\n", b"[" * 100_000])
def test_only_one_whole_object_is_a_message(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        wire.decode(line)
