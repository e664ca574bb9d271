"""A walk over folders that compares each with the catalogue, in slices, so that other work goes on between them.

What is missing is settled at the end of the walk: it may have been moved to a folder that is looked at later.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from indexer.anchors import Anchors
from indexer.catalog.writer import EXTRACTOR_VERSION, CatalogWriter, Root
from indexer.changes import Applier, Missing
from indexer.plan import Doubt, make_plan
from indexer.rules.book import Level, Lookup, Rules
from indexer.rules.places import is_within
from indexer.rules.rule import LeftOut, Rule
from indexer.scan import Listing, list_folder
from indexer.watch.follower import Follower

_REMOVED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Stop:
    """A folder to look at. `names`: only these entries, None: all. `deep`: all folders in it, or those of these names.

    `above` is what holds in the folder around it, None: not known yet, or the folder is the root. `inode` 0: unknown.
    """

    root: Root
    folder: str
    above: Level | None = None
    inode: int = 0
    names: frozenset[str] | None = None
    deep: bool | frozenset[str] = True


@dataclass(slots=True)
class Outcome:
    """How the look at an indexed folder went. `state`: ok, missing, unreadable or offline."""

    root: Root
    state: str = "ok"
    left_out: Counter[Rule] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Tools:
    """What every walk works with. `blind` are folders that could not be listed when they were last looked at."""

    catalog: CatalogWriter
    anchors: Anchors
    applier: Applier
    follower: Follower
    blind: set[str]


class Sweep:
    """One walk. `heard_at`: something was heard of what it looks at (seconds since the epoch), so that a doubt means a change.

    With `read` False only names are entered. Pipeline's thread only.
    """

    def __init__(
        self,
        rules: Rules,
        tools: Tools,
        *,
        heard_at: float | None = None,
        read: bool = True,
        done: Callable[[list[Outcome]], None],
    ) -> None:
        self._waiting: list[Stop] = []
        self._rules = rules
        self._lookups: dict[str, Lookup] = {}
        self._tools = tools
        self._heard_at = heard_at
        self._read = read
        self._done = done
        self._outcomes: dict[str, Outcome] = {}
        self._missing = Missing()

    def add(
        self, root: Root, folder: str, names: Iterable[str] | None = None, deep: bool | Iterable[str] = True
    ) -> None:
        """Look at a folder, or some entries of it only, and at all in its folders, or in the `deep` ones."""
        self._outcomes.setdefault(root.path, Outcome(root))
        asked = None if names is None else frozenset(names)
        inner = deep if isinstance(deep, bool) else frozenset(deep)
        self._waiting.append(Stop(root, folder, names=asked, deep=inner))

    def abandon(self) -> None:
        """End it without having looked at everything: whoever waits is told."""
        self._end([])

    def _end(self, outcomes: list[Outcome]) -> None:
        """Tell once."""
        done, self._done = self._done, _nothing
        done(outcomes)

    def step(self, seconds: float) -> bool:
        """Walk for so long; True when all is done. One transaction, after which the changes are made known."""
        with self._tools.applier.applying(), self._tools.catalog.transaction():
            ended = self._walk(time.monotonic() + seconds)
        if ended:
            self._end(list(self._outcomes.values()))
        return ended

    def _walk(self, until: float) -> bool:
        while self._waiting and time.monotonic() < until:
            self._look(self._waiting.pop())
        while not self._waiting and time.monotonic() < until:
            if self._tools.applier.remove(self._missing, _REMOVED_AT_ONCE):
                return True
        return False

    def drop(self, root: str) -> None:
        """Leave out an indexed folder that is no longer wanted."""
        self._waiting = [stop for stop in self._waiting if stop.root.path != root]
        self._outcomes.pop(root, None)

    def _look(self, stop: Stop) -> None:
        tools, folder = self._tools, stop.folder
        above = stop.above or self._level_above(stop)
        if isinstance(above, LeftOut):
            self._leave_out(above.path)
            return
        tools.follower.enter(folder)
        try:
            listing = list_folder(folder, self._rules, above, stop.names)
        except (FileNotFoundError, NotADirectoryError):
            self._look_above(stop)
        except OSError:
            tools.blind.add(folder)
            if folder == stop.root.path:
                self._lose(stop.root, "unreadable")
        else:
            outcome = self._outcomes[stop.root.path]
            if isinstance(listing.level, LeftOut):
                outcome.left_out[listing.level.rule] += 1
                self._leave_out(folder)
                if listing.level.rule is Rule.MARKED:
                    tools.follower.enter(folder)  # the mark may be taken away
            else:
                tools.follower.listed(folder, listing.newest)
                outcome.left_out.update(listing.left_out)
                self._compare(stop, listing, listing.level)

    def _level_above(self, stop: Stop) -> Level | LeftOut | None:
        """What holds around a folder; why it is left out, if it is; None for a root."""
        if stop.folder == stop.root.path:
            return self._rules.root_rule(stop.folder)
        lookup = self._lookups.setdefault(stop.root.path, self._rules.lookup(stop.root.path))
        above = lookup.level(os.path.dirname(stop.folder))
        return above if isinstance(above, LeftOut) else self._rules.folder_rule(stop.folder, above) or above

    def _look_above(self, stop: Stop) -> None:
        """A folder is gone: the one around it shows what that means."""
        self._tools.follower.leave(stop.folder)
        if stop.folder == stop.root.path:
            self._lose(stop.root, "missing")
        else:
            above, name = os.path.split(stop.folder)
            self.add(stop.root, above, [name], deep=False)

    def _lose(self, root: Root, state: str) -> None:
        """An indexed folder is out of sight: what is known of it stays."""
        self._outcomes[root.path].state = state
        self._waiting = [stop for stop in self._waiting if stop.root != root]
        self._missing.forget_below(root.path)
        self._tools.anchors.note_away(root.path, root.folder_id)

    def _compare(self, stop: Stop, listing: Listing, level: Level) -> None:
        catalog, folder = self._tools.catalog, stop.folder
        folder_id = self._identify(stop)
        inner = catalog.folders.children(folder_id)
        if self._is_away(stop, folder_id, listing, inner):
            return
        known = catalog.known.in_folder(folder_id, folder, listing.asked)
        for name in listing.unknown:
            known.pop(name, None)
        by_inode = self._heard_at is not None or self._tools.anchors.keeps_inodes(folder)
        plan = make_plan(known, listing.files, listing.withheld, Doubt(EXTRACTOR_VERSION, by_inode, self._heard_at))
        self._tools.applier.apply(plan, read=self._read, touched=self._heard_at is not None)
        self._missing.add(plan.missing, left_out=listing.names)
        for name, inner_id in inner.items():
            if listing.covers(name) and name not in listing.folders:
                self._miss_folder(os.path.join(folder, name), inner_id, left_out=name in listing.names)
        self._enter_folders(stop, listing, level, inner)

    def _identify(self, stop: Stop) -> int:
        """The folder's id in the catalogue; one that was known at another path and is gone from there was moved."""
        folders = self._tools.catalog.folders
        folder_id = folders.find(stop.folder)
        if folder_id is None:
            folder_id = self._moved_folder(stop) or folders.ensure(stop.folder)
        if stop.inode:
            folders.note_inode(folder_id, stop.inode)
        return folder_id

    def _moved_folder(self, stop: Stop) -> int | None:
        for folder_id, before in self._tools.catalog.folders.with_inode(stop.inode) if stop.inode else ():
            if not _is_folder(before, stop.inode) and self._tools.anchors.is_present(before):
                self._tools.follower.leave(before)
                self._tools.catalog.move_folder(folder_id, stop.folder)
                self._tools.applier.rename(self._tools.catalog.known.in_folder(folder_id, stop.folder).values())
                return folder_id
        return None

    def _is_away(self, stop: Stop, folder_id: int, listing: Listing, inner: Collection[str]) -> bool:
        """Check a folder whose volume may be away; then nothing below it is touched."""
        anchors, is_root = self._tools.anchors, stop.folder == stop.root.path
        if not anchors.is_anchor(stop.folder, root=is_root):
            return False
        known = {*inner, *self._tools.catalog.known.in_folder(folder_id, stop.folder)}
        if not anchors.is_away(stop.folder, listing.names, known):
            anchors.note_present(stop.folder, folder_id)
            return False
        if is_root:
            self._lose(stop.root, "offline")
        else:
            anchors.note_away(stop.folder, folder_id)
        return True

    def _miss_folder(self, path: str, folder_id: int, *, left_out: bool) -> None:
        """A known folder is not where it was, or a rule leaves it out now."""
        self._tools.follower.leave(path)
        volumes = {} if left_out else self._tools.anchors.volumes_below(path)
        for volume, volume_id in volumes.items():
            self._tools.anchors.note_away(volume, volume_id)
        records = self._tools.catalog.known.below(folder_id)
        records = [record for record in records if not is_within(record.facts.path, volumes)]
        self._missing.add(records, left_out={record.facts.name for record in records} if left_out else ())
        self._missing.folders.append(folder_id)

    def _leave_out(self, folder: str) -> None:
        """A rule leaves a folder out: what is known of it goes."""
        folder_id = self._tools.catalog.folders.find(folder)
        if folder_id is None:
            self._tools.follower.leave(folder)
        else:
            self._miss_folder(folder, folder_id, left_out=True)

    def _enter_folders(self, stop: Stop, listing: Listing, level: Level, known: dict[str, int]) -> None:
        blind = self._tools.blind
        all_of_them = stop.deep is True or stop.folder in blind
        (blind.add if listing.unknown else blind.discard)(stop.folder)
        for name, inode in listing.folders.items():
            deep = all_of_them or name not in known or (isinstance(stop.deep, frozenset) and name in stop.deep)
            if deep or stop.names is not None:
                path = os.path.join(stop.folder, name)
                self._waiting.append(Stop(stop.root, path, above=level, inode=inode, deep=deep))


def _nothing(_outcomes: list[Outcome]) -> None:
    """Nobody waits any more."""


def _is_folder(path: str, inode: int) -> bool:
    """Whether this folder stands at `path`, written exactly so; True when that cannot be told."""
    try:
        return os.lstat(path).st_ino == inode and os.path.basename(path) in os.listdir(os.path.dirname(path))
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
