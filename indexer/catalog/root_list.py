"""The list of indexed folders, kept beside the catalogue so that a lost catalogue can be rebuilt."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path


class RootList:
    """A small JSON file, replaced in one step."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> list[str]:
        """Paths in the order they were added; empty when there is no readable file."""
        try:
            value = json.loads(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return []
        return [path for path in value if isinstance(path, str)] if isinstance(value, list) else []

    def save(self, paths: Iterable[str]) -> None:
        """Replace the list. Undecodable names survive as JSON escapes."""
        draft = self._path.with_suffix(".new")
        with open(draft, "w", encoding="ascii", opener=_private) as file:
            json.dump(list(paths), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, self._path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
