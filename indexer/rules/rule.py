"""The reasons for which a file or folder is left out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """Why something is left out. The value is what `status`, `explain` and the catalogue call it."""

    OWN = "own"
    """One of Docent's own folders."""
    PSEUDO = "pseudo"
    """A file system that the kernel makes up: /proc, /sys, /dev."""
    SECRET = "secret"  # noqa: S105 - the name of a rule
    """Keys, wallets, password stores, browser profiles, credentials."""
    PATTERN = "pattern"
    """The user's own patterns: settings, `.docentignore`, and `.gitignore` where it is honoured."""
    MARKED = "marked"
    """A folder marked by `.noindex`, an empty `.docentignore`, or (for media) `.nomedia`."""
    HIDDEN = "hidden"
    VERSIONS = "versions"
    """What a version control system keeps for itself."""
    PACKAGES = "packages"
    """Installed libraries, environments, and folders that are one program (`.app`)."""
    BUILD = "build"
    """What a source project builds: known by the project files beside it."""
    CACHE = "cache"
    """What programs keep for themselves and can make again."""
    TEMPORARY = "temporary"
    """Lock files, half-finished downloads, editors' own copies."""
    SYSTEM = "system"
    """What an operating system or a NAS puts everywhere."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that holds for a file or folder. `path` is the topmost thing that it leaves out.

    `by` is what decided: a name, or `file:line pattern`. `name_kept` is True for a file that is
    found by its name although it is never read.
    """

    rule: Rule
    path: str
    by: str = ""
    name_kept: bool = False
