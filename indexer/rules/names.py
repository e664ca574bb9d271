"""What a name alone says: system files, caches, installed libraries, files that are not finished."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.rules.globs import NameGlobs
from indexer.rules.rule import Rule

_FOLDERS = {
    Rule.VERSIONS: ".git .hg .svn .bzr .jj _darcs",
    Rule.PACKAGES: (
        "node_modules bower_components jspm_packages site-packages dist-packages venv .venv virtualenv .tox .nox .eggs"
        " .gradle .m2 .ivy2 .cargo .rustup .npm .yarn .pnpm-store .nuget .conda .gem .stack .cabal"
    ),
    Rule.CACHE: (
        "__pycache__ .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .ipynb_checkpoints .terraform .sass-cache"
        " .parcel-cache .next .nuxt .turbo .idea .vs .vscode .ccls-cache .dart_tool .thumbnails"
    ),
    Rule.SYSTEM: (
        "$recycle.bin recycler #recycle @recycle @eadir @sharebin .@__thumb lost+found found.000 .spotlight-v100"
        " .fseventsd .documentrevisions-v100 .temporaryitems .appledouble __macosx"
    ),
    Rule.HIDDEN: "appdata",
}
_FOLDER_RULES = {name: rule for rule, names in _FOLDERS.items() for name in names.split()} | {
    "system volume information": Rule.SYSTEM
}
_TRASH = re.compile(r"\.trash(?:es|-\d+)?")
_BUNDLES = (
    ".app",
    ".framework",
    ".bundle",
    ".kext",
    ".xcarchive",
    ".photoslibrary",
    ".sparsebundle",
    ".egg-info",
    ".dist-info",
)
"""Folders that a desktop shows as one thing, or that belong to an installed library."""  # fmt: skip

_BUILD_FOLDERS = frozenset("build dist target out obj _build cmake-build-debug cmake-build-release .build".split())
_PROJECT_FILES = frozenset(
    "pyproject.toml setup.py package.json cargo.toml pom.xml build.gradle build.gradle.kts settings.gradle build.sbt"
    " cmakelists.txt meson.build configure.ac go.mod gemfile composer.json mix.exs pubspec.yaml .git .hg .svn".split()
)
_PROJECT_ENDINGS = (".sln", ".csproj", ".vcxproj", ".xcodeproj", ".cabal")
_ENVIRONMENT_FILES = frozenset(("pyvenv.cfg", "conda-meta"))

_TEMPORARY = (
    "~$*", "~*.tmp", ".~lock.*", ".~*", "#*#", ".#*", "*~", "*.part", "*.partial", "*.crdownload", "*.download", "*.opdownload",
    "*.downloading", "*.xltd", "*.!ut", "*.aria2", "*.filepart", "*.tmp", "*.temp", "*.swp", "*.swo", "*.kate-swp", "*.lock",
    ".goutputstream-*", ".syncthing.*", ".nfs*", ".fuse_hidden*",
)  # fmt: skip
_SYSTEM = (
    "thumbs.db", "ehthumbs.db", "desktop.ini", "ntuser.*", "usrclass.dat*", "hiberfil.sys", "pagefile.sys", "swapfile.sys", "icon\r",
    ".ds_store", "._*", ".localized", ".directory",
)  # fmt: skip


_FILE_RULES = ((Rule.TEMPORARY, NameGlobs(_TEMPORARY)), (Rule.SYSTEM, NameGlobs(_SYSTEM)))


def is_hidden(name: str) -> bool:
    """A name that Unix hides. What Windows and macOS hide by an attribute, :func:`has_hidden_flag` tells."""
    return name.startswith(".")


def has_hidden_flag(facts: object) -> bool:
    """Whether the `stat` of an entry carries Windows' or macOS' mark of hidden things."""
    return bool(getattr(facts, "st_file_attributes", 0) & 0x2 or getattr(facts, "st_flags", 0) & 0x8000)


def file_rule(name: str) -> Rule | None:
    """TEMPORARY or SYSTEM for a file of that name; None when its name is ordinary."""
    folded = name.casefold()
    return next((rule for rule, globs in _FILE_RULES if globs.match(folded)), None)


def folder_rule(name: str, *, in_project: bool) -> Rule | None:
    """The rule for a folder of that name; BUILD only inside a source project (see :func:`is_project`)."""
    folded = name.casefold()
    if folded in _FOLDER_RULES:
        return _FOLDER_RULES[folded]
    if in_project and folded in _BUILD_FOLDERS:
        return Rule.BUILD
    if folded.endswith(_BUNDLES):
        return Rule.PACKAGES
    if folded.endswith(".noindex"):
        return Rule.MARKED
    return Rule.SYSTEM if _TRASH.fullmatch(folded) else None


def is_project(names: Iterable[str]) -> bool:
    """Whether a folder with such entries looks like a source project."""
    folded = (name.casefold() for name in names)
    return any(name in _PROJECT_FILES or name.endswith(_PROJECT_ENDINGS) for name in folded)


def is_environment(names: Iterable[str]) -> bool:
    """Whether a folder with such entries is a Python or conda environment, whatever its name."""
    return not _ENVIRONMENT_FILES.isdisjoint(names)
