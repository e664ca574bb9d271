"""Which files and folders are left out, and by which rule."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable

IGNORED_FOLDERS = frozenset(
    "node_modules bower_components venv __pycache__ site-packages target build dist $recycle.bin"
    " system_volume_information lost+found @eadir".split()
)
MARKER_FILES = frozenset({"CACHEDIR.TAG", ".noindex", ".docentignore"})
"""A folder that holds one of these is left out with everything in it."""

_TEMPORARY = ("~$*", ".~lock.*", "*.part", "*.crdownload", "*.download", "*.tmp", "*.temp", "*.swp", "*~")
_SYSTEM = ("thumbs.db", "desktop.ini", "ntuser.*", "*.lock")
_SECRET = (
    "id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "*.pem", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.kdb",
    "*.asc", "*.gpg", "wallet.dat", "*.wallet", "credentials", "credentials.json", "*.env", "logins.json", "key4.db", "*.keychain",
    "*.keychain-db", "*.ovpn",
)  # fmt: skip


def _pattern(globs: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(fnmatch.translate(glob) for glob in globs), re.IGNORECASE)


_FILE_RULES = (("temporary", _pattern(_TEMPORARY)), ("system", _pattern(_SYSTEM)), ("secret", _pattern(_SECRET)))


def file_rule(name: str) -> str | None:
    """Name of the rule that leaves a file out: hidden, temporary, system or secret; None: it is indexed."""
    if name.startswith("."):
        return "hidden"
    return next((rule for rule, pattern in _FILE_RULES if pattern.match(name)), None)


def folder_rule(name: str) -> str | None:
    """Name of the rule that leaves a folder out by its name: hidden or ignored."""
    if name.startswith("."):
        return "hidden"
    return "ignored" if name.lower().replace(" ", "_") in IGNORED_FOLDERS else None


def is_within(path: str, folders: Iterable[str]) -> bool:
    """True when `path` is one of `folders` or lies in one."""
    return any(path == folder or path.startswith(os.path.join(folder, "")) for folder in folders)
