"""A path that was pasted as the query."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

_LONGEST_PATH = 1_000
_PATH = re.compile(r"^(?P<root>file://(?:localhost)?/?|~?/|[A-Za-z]:[\\/]|\\\\)(?P<rest>[^\n\r]*)$")
_SPEAKS = re.compile(r"[\\/]|.\.\w{1,8}$")
"""What a path of one component needs so that "/help" stays a word."""
_QUOTES = "\"'“”「」"


@dataclass(frozen=True, slots=True)
class PastedPath:
    """`folder` is the path of the folder without its root, parts joined by "/"; `name` is empty for a folder."""

    folder: str
    name: str


def pasted_path(line: str) -> PastedPath | None:
    """The path that a query is; None when it is none, or more than one."""
    match = _PATH.match(line.strip().strip(_QUOTES)) if len(line) <= _LONGEST_PATH else None
    if match is None or not _SPEAKS.search(match["rest"]):
        return None
    rest = unquote(match["rest"]) if match["root"].startswith("file:") else match["rest"]
    folder, _, name = rest.replace("\\", "/").rpartition("/")
    folder = "/".join(part for part in folder.split("/") if part)
    return PastedPath(folder, name) if folder or name else None
