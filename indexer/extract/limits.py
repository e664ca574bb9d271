"""How long one file may take, and how large it may be."""

from __future__ import annotations

from indexer.config import ExtractLimits
from indexer.kinds import kind_of

_WRITTEN_BY_PROGRAMS = frozenset(("text", "data", "code"))


def time_limit(path: str, size: int, limits: ExtractLimits) -> float:
    """Seconds before the worker that reads this file is killed."""
    large_pdf = size > limits.large_pdf_bytes and path.lower().endswith(".pdf")
    return limits.seconds_large_pdf if large_pdf else limits.seconds


def size_limit(name: str, limits: ExtractLimits) -> int:
    """Bytes up to which a file of this name is read; a larger one is found by its name."""
    is_text = kind_of(name) in _WRITTEN_BY_PROGRAMS
    return min(limits.text_bytes, limits.file_bytes) if is_text else limits.file_bytes
