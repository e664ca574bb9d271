"""The JSON objects of the contract, made from the index's values."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from assistant.question.parse import Understood
from indexer.model import Hit, SearchResult


def hit_view(hit: Hit) -> dict[str, Any]:
    """One entry of `hits`."""
    return {
        "path": hit.path,
        "name": hit.name,
        "score": hit.score,
        "matched": list(hit.matched),
        "snippet": hit.snippet,
        "highlights": [list(span) for span in hit.highlights],
        "anchor": hit.anchor.to_json() or None,
        "kind": hit.kind,
        "size": hit.size,
        "modified": local_iso(hit.modified),
        "container": hit.container,
        "offline": hit.offline,
    }


def find_view(query: str, understood: Understood, found: SearchResult) -> dict[str, Any]:
    """The object of `find --json`."""
    return {
        "query": query,
        "understood": understood.to_json(),
        "total": found.total,
        "hits": [hit_view(hit) for hit in found.hits],
        "stages": list(found.stages),
        "took_ms": round(found.took_ms, 1),
    }


def local_iso(seconds: float) -> str:
    """A time as ISO 8601 in the local time zone, to the second."""
    try:
        return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")
    except (OverflowError, OSError, ValueError):
        return datetime.fromtimestamp(0).astimezone().isoformat(timespec="seconds")


def sizes(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts of a full disk, with sizes as people read them."""
    texts = {f"{key}_text": f"{facts[key] / (1 << 20):,.0f} MB" for key in ("free", "needed") if key in facts}
    return {key: value if isinstance(value, int) else str(value) for key, value in facts.items()} | texts
