"""The plain values that the index is built from; the caller decides where they come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ExtractLimits:
    """Bounds on reading one file."""

    seconds: float = 20.0
    seconds_large_pdf: float = 60.0
    large_pdf_bytes: int = 20 << 20
    memory_bytes: int = 2 << 30
    file_bytes: int = 512 << 20
    characters: int = 3_000_000
    pages: int = 2_000
    member_bytes: int = 400 << 20
    """Decompressed size of one member of a zip-based document."""
    files_per_worker: int = 500


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """Everything that :mod:`indexer` needs to know.

    `model` is "default", the name of a sentence-transformers model, or a folder.
    `store_url` empty means the embedded vector store.
    """

    index_dir: Path
    models_dir: Path
    model: str = "default"
    store_url: str = ""
    store_api_key: str = field(default="", repr=False)
    extract_workers: int = 2
    meaning_threads: int = 2
    model_idle_s: float = 600.0
    """Seconds without a question or a passage after which the embedding model leaves memory."""
    min_free_bytes: int = 2 << 30
    limits: ExtractLimits = ExtractLimits()
