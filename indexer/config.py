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
    text_bytes: int = 64 << 20
    """The same for text, data and code: what is larger is a log or a dump."""
    characters: int = 3_000_000
    pages: int = 2_000
    member_bytes: int = 400 << 20
    """Decompressed size of one member of a zip-based document."""
    files_per_worker: int = 500
    container_seconds: float = 120.0
    """An archive or mailbox with everything in it; each file inside has `seconds`."""
    container_depth: int = 3
    """How deep containers inside containers are opened: 1 is what lies in the file on disk."""
    container_characters: int = 20_000_000
    """Text of all members together."""
    members_listed: int = 10_000
    members_read: int = 2_000
    unpacked_bytes: int = 512 << 20
    """Decompressed bytes of a whole container. A small one may not swell without end, see :meth:`unpacked_limit`."""
    held_bytes: int = 128 << 20
    """One member, which is held in memory while it is read; half as much for each level below."""

    def unpacked_limit(self, size: int) -> int:
        """How many bytes a container of `size` bytes may give: nothing honest is 200 times smaller than its content."""
        return min(self.unpacked_bytes, max(64 << 20, 200 * size))

    def text_limit(self, size: int) -> int:
        """How many characters all members of a container of `size` bytes may have: plain text is packed to a quarter."""
        return min(self.container_characters, max(self.characters, 20 * size))


@dataclass(frozen=True, slots=True)
class RuleConfig:
    """What the user wants left out. `patterns` are lines as in `.gitignore`; `home` is what "~/" in them stands for."""

    hidden: bool = False
    """True: hidden files and folders are indexed."""
    gitignore: bool = False
    """True: `.gitignore` files count inside git repositories."""
    patterns: tuple[str, ...] = ()
    home: str = ""


OCR_LIMITS = ExtractLimits(seconds=120.0, memory_bytes=3 << 30)
"""For the recognition of one page, in seconds of processor time; the other fields do not apply."""


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
    extract_command: tuple[str, ...] = ()
    """What starts an extract worker, for a build that is no Python; empty: this interpreter."""
    meaning_threads: int = 2
    model_idle_s: float = 600.0
    """Seconds without a question or a passage after which the embedding model leaves memory."""
    min_free_bytes: int = 2 << 30
    undo_s: float = 600.0
    """Seconds in which a removed folder can come back with all that was read of it."""
    limits: ExtractLimits = ExtractLimits()
    ocr: bool = True
    """Whether text in pictures and scanned pages is recognised."""
    ocr_on_battery: bool = False
    ocr_limits: ExtractLimits = OCR_LIMITS
