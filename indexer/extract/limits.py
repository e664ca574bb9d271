"""How long one file may take."""

from __future__ import annotations

from indexer.config import ExtractLimits


def time_limit(path: str, size: int, limits: ExtractLimits) -> float:
    """Seconds before the worker that reads this file is killed."""
    large_pdf = size > limits.large_pdf_bytes and path.lower().endswith(".pdf")
    return limits.seconds_large_pdf if large_pdf else limits.seconds
