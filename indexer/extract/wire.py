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


def encode(message: Json) -> bytes:
    """One line."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def decode(line: bytes) -> Json:
    """The reverse of :func:`encode`. Raises `ValueError` for anything but one whole JSON object."""
    message = json.loads(line)
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
    """The reverse of :func:`chunk_to_json`."""
    return Chunk(**{**body, "anchor": Anchor.from_json(body["anchor"])})


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
        return message["of"], Begun(**message["begun"])
    if "chunk" in message:
        return message["of"], chunk_from_json(message["chunk"])
    return message["of"], extraction_from_json(message["ended"])


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
        detail=body["detail"],
        info=_info_from_json(body["info"]),
        truncated=body["truncated"],
        content_hash=bytes.fromhex(body["content_hash"]),
        took_s=body["took_s"],
    )


def _info_from_json(body: Json) -> DocumentInfo:
    return DocumentInfo(**{**body, "pages_without_text": tuple(body["pages_without_text"])})
