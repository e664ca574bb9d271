"""The system's libarchive, where it is installed."""

from __future__ import annotations

import os
import sys
from types import ModuleType

from indexer.errors import UnreadableDocument
from indexer.model import Reason

_FILES = {"linux": "libarchive.so.13", "win32": "archiveint.dll"}
"""Debian's, and the one that comes with Windows; macOS' is found by its name."""


def libarchive() -> ModuleType:
    """The bindings. Raises `UnreadableDocument` (UNSUPPORTED) on a system without the library."""
    if sys.platform in _FILES:
        os.environ.setdefault("LIBARCHIVE", _FILES[sys.platform])  # else the bindings start programs to look for it
    try:
        import libarchive as bindings  # noqa: PLC0415 - loads a library that may be missing
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise UnreadableDocument(Reason.UNSUPPORTED, "needs the library libarchive, which is not installed") from error
    module: ModuleType = bindings
    return module
