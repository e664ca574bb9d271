"""What can go wrong in the index, as classes that carry facts.

::

    IndexerError              everything expected; has a stable `code` and `facts`
    ├── CatalogCorrupt        the SQLite file does not pass its checks
    ├── CatalogTooNew         written by a newer version
    ├── DiskFull              no room for what must be written
    ├── FolderUnavailable     missing, not a folder, or not readable
    ├── ModelUnavailable      the embedding model cannot be had
    └── MeaningUnavailable    the meaning worker is not there (starting, crashed, disabled)
    UnreadableDocument        raised by a format reader; becomes the file's reason

Sentences for people are made elsewhere, from `code` and `facts`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from indexer.model import Reason


class IndexerError(Exception):
    """Something outside the program failed in a way that is expected."""

    code: ClassVar[str] = "indexer"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail or self.code)
        self.facts = facts


class CatalogCorrupt(IndexerError):
    """The catalogue does not pass SQLite's checks. Facts: `path`."""

    code = "catalog_corrupt"


class CatalogTooNew(IndexerError):
    """The catalogue was written by a newer version. Facts: `path`, `version`."""

    code = "catalog_too_new"


class DiskFull(IndexerError):
    """No room left. Facts: `path`, `free` and `needed` in bytes."""

    code = "disk_full"


class FolderUnavailable(IndexerError):
    """A folder that cannot be indexed. Facts: `path`, `why` (missing, not_a_folder, unreadable)."""

    code = "folder_unavailable"


class ModelUnavailable(IndexerError):
    """The embedding model cannot be brought or loaded. Facts: `model`, `why`."""

    code = "model_unavailable"


class MeaningUnavailable(IndexerError):
    """The meaning worker cannot answer now. Facts: `why`."""

    code = "meaning_unavailable"


class UnreadableDocument(Exception):
    """A reader gives up on a document; segments yielded before are kept."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(detail or reason.value)
        self.reason = reason
