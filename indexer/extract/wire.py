"""What travels between the pool and its workers: JSON documents, one a line, ASCII only.

To the worker: `{"path", "size", "skip"}`, the last with a reason for each member that is not to be read. From it:
`{"ready": true, "confined": [...]}` once, with the measures of :mod:`indexer.extract.confine` that are in force; then
for each file any number of parts (:func:`part_to_json`) and one `{"done", "leaving"}`. Escapes keep names with
newlines and undecodable bytes intact.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from indexer.extract.parts import Begun, Part
from indexer.model import Anchor, Chunk, DocumentInfo, Extraction, FileState, Reason

Json = dict[str, Any]

_GREATEST = 2.0**62


def encode(message: Json) -> bytes:
    """One line."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> Json:
    """The reverse of :func:`encode`. Raises `ValueError` for anything but one whole JSON object."""
    try:
        message = json.loads(line)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(message, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one exception for whatever is wrong with a line
    return message


def chunk_to_json(chunk: Chunk) -> Json:
    """A chunk as a message's body."""
    return {
        "text": chunk.text,
        "anchor": chunk.anchor.to_json(),
        "heading": chunk.heading,
        "lang": chunk.lang,
        "tokens": chunk.tokens,
    }


def chunk_from_json(body: Json) -> Chunk:
    """The reverse of :func:`chunk_to_json`. Raises `TypeError` and `KeyError` for what no honest worker says."""
    texts = {name: _text(body[name]) for name in ("text", "heading", "lang", "tokens")}
    return Chunk(anchor=Anchor.from_json(body["anchor"]), **texts)


def _text(value: Any) -> str:
    """A string that can be stored: halves of characters, which JSON may carry, are replaced."""
    if not isinstance(value, str):
        raise TypeError(f"not a text: {type(value).__name__}")
    return value.encode("utf-8", "replace").decode("utf-8")


def _number(value: Any) -> float | None:
    """A finite number that fits a column; None for anything else."""
    return value if isinstance(value, int | float) and -_GREATEST < value < _GREATEST else None


def part_to_json(number: int, part: Part) -> Json:
    """A message: `{"of": number}` with `begun`, `chunk` or `ended`."""
    if isinstance(part, Begun):
        return {"of": number, "begun": asdict(part)}
    if isinstance(part, Chunk):
        return {"of": number, "chunk": chunk_to_json(part)}
    return {"of": number, "ended": extraction_to_json(part)}


def part_from_json(message: Json) -> tuple[int, Part]:
    """The reverse of :func:`part_to_json`."""
    if "begun" in message:
        return message["of"], _begun_from_json(message["begun"])
    if "chunk" in message:
        return message["of"], chunk_from_json(message["chunk"])
    return message["of"], extraction_from_json(message["ended"])


def _begun_from_json(body: Json) -> Begun:
    name, size = body["name"], body["size"]
    if not isinstance(name, str) or not isinstance(size, int) or _number(size) is None:
        raise TypeError("not a member")
    return Begun(name, size, _number(body["mtime"]))


def extraction_to_json(extraction: Extraction) -> Json:
    """All but chunks and members, which went ahead."""
    return {
        "state": extraction.state.value,
        "reason": extraction.reason.value,
        "detail": extraction.detail,
        "info": asdict(extraction.info),
        "truncated": extraction.truncated,
        "content_hash": extraction.content_hash.hex(),
        "took_s": extraction.took_s,
    }


def extraction_from_json(body: Json) -> Extraction:
    """The reverse of :func:`extraction_to_json`."""
    return Extraction(
        state=FileState(body["state"]),
        reason=Reason(body["reason"]),
        detail=_text(body["detail"]),
        info=_info_from_json(body["info"]),
        truncated=bool(body["truncated"]),
        content_hash=bytes.fromhex(body["content_hash"]),
        took_s=body["took_s"],
    )


def _info_from_json(body: Json) -> DocumentInfo:
    return DocumentInfo(
        title=_text(body["title"]),
        author=_text(body["author"]),
        created=_number(body["created"]),
        language=_text(body["language"]),
        pages_without_text=tuple(int(page) for page in body["pages_without_text"]),
    )
