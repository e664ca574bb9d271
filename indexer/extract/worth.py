"""Which members of a container are listed, and which are opened: the rules for files on disk, as far as names tell."""

from __future__ import annotations

from indexer.kinds import kind_of
from indexer.rules.names import file_rule, folder_rule, is_hidden
from indexer.rules.secrets import is_secret_file, lies_in_secret_place

_NEVER_OPENED = frozenset(("audio", "video"))


def is_worth_listing(name: str) -> bool:
    """False for members that would be left out on disk: secrets, hidden and temporary files, installed libraries."""
    *folders, base = name.split("/")
    if not base or is_hidden(base) or file_rule(base) or any(map(_is_left_out, folders)):
        return False
    return not is_secret_file(name) and not lies_in_secret_place("/".join(folders))


def is_worth_reading(name: str) -> bool:
    """False for what is large and hardly holds words."""
    return kind_of(name) not in _NEVER_OPENED


def _is_left_out(folder: str) -> bool:
    return is_hidden(folder) or folder_rule(folder, in_project=False) is not None
