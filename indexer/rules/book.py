"""All rules together: what is left out of a tree, folder by folder from its root, or for one path.

A walk asks `enter` for each folder it has listed and gets what holds inside (a :class:`Level`), then
`folder_rule` and `file_rule` for each entry. Whoever has single paths (a watcher, `docent explain`)
asks a :class:`Lookup`, which reads the folders above a path once and remembers them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from indexer.config import RuleConfig
from indexer.kinds import kind_of
from indexer.rules import names, patterns, places, secrets
from indexer.rules.patterns import PatternList
from indexer.rules.rule import LeftOut, Rule

IGNORE_FILE = ".docentignore"
GIT_IGNORE_FILE = ".gitignore"
_MARKERS = {"CACHEDIR.TAG": Rule.CACHE, ".noindex": Rule.MARKED}
_NO_MEDIA = ".nomedia"
_MEDIA = frozenset(("image", "audio", "video"))
RULE_FILES = frozenset((IGNORE_FILE, GIT_IGNORE_FILE, _NO_MEDIA, ".git", *_MARKERS))
"""Entries that change the rules of the folder they stand in: when one comes, goes or changes, the folder is to be looked at anew."""


@dataclass(frozen=True, slots=True)
class Level:
    """What holds for the entries of one folder."""

    folder: str
    patterns: tuple[PatternList, ...]
    in_project: bool = False
    in_repository: bool = False
    without_media: bool = False


class Rules:
    """The rules as the settings have them. Thread-safe: nothing in it changes.

    `own_folders` are Docent's own. Paths are absolute file-system strings.
    """

    def __init__(self, config: RuleConfig, own_folders: Iterable[str] = ()) -> None:
        self._config = config
        self._own = tuple(own_folders)
        self._pseudo = places.pseudo_folders()
        lines = [_with_home(line, config.home) for line in config.patterns]
        self._everywhere = (patterns.parse(lines, "", "settings"),) if lines else ()

    def root_rule(self, path: str) -> LeftOut | None:
        """Why a folder must not be indexed even if the user adds it: OWN, PSEUDO or SECRET."""
        if places.is_within(path, self._own):
            return LeftOut(Rule.OWN, path)
        if places.is_within(path, self._pseudo):
            return LeftOut(Rule.PSEUDO, path)
        place = secrets.lies_in_secret_place(path)
        return LeftOut(Rule.SECRET, place, os.path.basename(place)) if place else None

    def enter(self, folder: str, entries: Collection[str], above: Level | None) -> Level | LeftOut:
        """What holds in a folder with such entries (names), or why all of it is left out.

        `above` is the level of the folder around it, None for the root, which no marker leaves out:
        the user has added it.
        """
        own = self._own_patterns(folder, entries)
        if above is not None:
            marker = next((name for name in _MARKERS if name in entries), None)
            if marker is not None:
                return LeftOut(_MARKERS[marker], folder, marker)
            if own is not None and not own.patterns and _is_empty(own.source):
                return LeftOut(Rule.MARKED, folder, IGNORE_FILE)
            if names.is_environment(entries):
                return LeftOut(Rule.PACKAGES, folder, "an installed environment")
        level = above or Level(folder, self._everywhere)
        in_repository = level.in_repository or ".git" in entries
        inherited = level.patterns
        if self._config.gitignore and in_repository and GIT_IGNORE_FILE in entries:
            inherited = (*inherited, patterns.read(os.path.join(folder, GIT_IGNORE_FILE), folder))
        return replace(
            level,
            folder=folder,
            patterns=inherited if own is None else (*inherited, own),
            in_project=names.is_project(entries),
            in_repository=in_repository,
            without_media=level.without_media or (above is not None and _NO_MEDIA in entries),
        )

    def folder_rule(self, path: str, level: Level, facts: object = None) -> LeftOut | None:
        """Why the folder at `path`, an entry of `level`, is left out; None when it is to be entered.

        `facts` is its `stat`, if at hand: Windows and macOS mark hidden things there.
        """
        if places.is_within(path, self._own):
            return LeftOut(Rule.OWN, path)
        if path in self._pseudo:
            return LeftOut(Rule.PSEUDO, path)
        name = os.path.basename(path)
        if secrets.is_secret_place(path):
            return LeftOut(Rule.SECRET, path, name)
        wanted, decided = self._by_pattern(path, level, is_folder=True)
        if decided or wanted:
            return decided
        if rule := names.folder_rule(name, in_project=level.in_project):
            return LeftOut(rule, path, name)
        return LeftOut(Rule.HIDDEN, path, name) if self._is_hidden(name, facts) else None

    def file_rule(self, path: str, level: Level, facts: object = None) -> LeftOut | None:
        """Why the file at `path`, an entry of `level`, is left out. Arguments as :meth:`folder_rule`."""
        name = os.path.basename(path)
        wanted, decided = self._by_pattern(path, level, is_folder=False)
        if decided:
            return decided
        hidden = self._is_hidden(name, facts) and not wanted
        if secrets.is_secret_file(path):
            return LeftOut(Rule.SECRET, path, name, name_kept=not hidden)
        rule = None if wanted else names.file_rule(name) or (Rule.HIDDEN if hidden else None)
        if rule is None and not wanted and level.without_media and kind_of(name) in _MEDIA:
            return LeftOut(Rule.MARKED, path, _NO_MEDIA)
        return LeftOut(rule, path, name) if rule else None

    def lookup(self, root: str) -> Lookup:
        """Answers for single paths below `root` as the disk is now."""
        return Lookup(self, root)

    def _by_pattern(self, path: str, level: Level, *, is_folder: bool) -> tuple[bool, LeftOut | None]:
        """Whether a pattern names `path` as wanted, in spite of other rules, or why it leaves it out. The innermost list decides first."""
        for listed in reversed(level.patterns):
            pattern = listed.decide(path, is_folder=is_folder)
            if pattern is not None:
                out = None if pattern.negated else LeftOut(Rule.PATTERN, path, listed.name(pattern))
                return pattern.negated and pattern.names_it, out
        return False, None

    def _is_hidden(self, name: str, facts: object) -> bool:
        return not self._config.hidden and (names.is_hidden(name) or names.has_hidden_flag(facts))

    @staticmethod
    def _own_patterns(folder: str, entries: Collection[str]) -> PatternList | None:
        return patterns.read(os.path.join(folder, IGNORE_FILE), folder) if IGNORE_FILE in entries else None


class Lookup:
    """Rules for single paths below one root. Keep it for one batch of paths: it does not notice later changes."""

    def __init__(self, rules: Rules, root: str) -> None:
        self._rules = rules
        self._root = root
        self._known: dict[str, Level | LeftOut] = {}

    def rule_for(self, path: str, *, is_folder: bool) -> LeftOut | None:
        """Why the file or folder at `path` (the root or below it) is left out; None: it belongs into the index.

        The path need not exist any more. For a folder the markers in it count too.
        """
        if is_folder or path == self._root:
            found = self.level(path)
            return found if isinstance(found, LeftOut) else None
        level = self.level(os.path.dirname(path))
        return level if isinstance(level, LeftOut) else self._rules.file_rule(path, level, _stat(path))

    def level(self, folder: str) -> Level | LeftOut:
        """What holds in a folder, or why it is left out: from the nearest known one above it downwards."""
        unknown = []
        at = folder
        while at not in self._known and at != self._root:
            unknown.append(at)
            at = os.path.dirname(at)
        if at not in self._known:
            self._known[at] = self._rules.root_rule(at) or self._rules.enter(at, _entries(at), None)
        found = self._known[at]
        for inner in reversed(unknown):
            if isinstance(found, Level):
                out = self._rules.folder_rule(inner, found, _stat(inner))
                found = out or self._rules.enter(inner, _entries(inner), found)
            self._known[inner] = found
        return found


def _with_home(line: str, home: str) -> str:
    """The line with a leading "~/" (or "!~/") written out; what stands for itself in the home's path is escaped."""
    sign, rest = ("!", line[1:]) if line.startswith("!") else ("", line)
    if not home or not rest.startswith("~/"):
        return line
    escaped = "".join(f"\\{character}" if character in "*?[" else character for character in home.replace("\\", "/"))
    return f"{sign}/{escaped.strip('/')}/{rest[2:]}"


def _entries(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _stat(path: str) -> os.stat_result | None:
    try:
        return os.lstat(path)
    except (OSError, ValueError):
        return None


def _is_empty(path: str) -> bool:
    facts = _stat(path)
    return facts is not None and facts.st_size == 0
