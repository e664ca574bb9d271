"""Makes the catalogue say what the disk says: decides what is looked at, and in which order."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterable

from indexer.anchors import Anchors
from indexer.catalog.writer import CatalogWriter, Root
from indexer.changes import Applier
from indexer.naming.index import NameIndex
from indexer.reading import ReadingQueue
from indexer.rules.book import RULE_FILES, Rules
from indexer.rules.places import is_within
from indexer.sweep import Outcome, Sweep, Tools
from indexer.watch.dirty import Dirty
from indexer.watch.follower import Follower

log = logging.getLogger(__name__)


class Reconciler:
    """Looks at what it is told to in slices: first at what something was heard of, then at what somebody waits for.

    `rules` is asked for the rules in force at each look; `forget_chunks` is given the chunks that are gone.
    Pipeline's thread only.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        names: NameIndex,
        reading: ReadingQueue,
        rules: Callable[[], Rules],
        follower: Follower,
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._rules = rules
        self._follower = follower
        self._anchors = Anchors(catalog.db, catalog.folders)
        applier = Applier(catalog, names, reading, self._anchors, forget_chunks)
        self._tools = Tools(catalog, self._anchors, applier, follower, set())
        self._heard: deque[Sweep] = deque()
        self._wanted: deque[Sweep] = deque()
        self._quiet: deque[Sweep] = deque()
        self._given_up = False

    @property
    def is_busy(self) -> bool:
        """Whether there is something to look at that somebody waits for."""
        return bool(self._heard or self._wanted)

    @property
    def is_walking(self) -> bool:
        """Whether whole folders are being looked at that somebody waits for."""
        return bool(self._wanted)

    @property
    def is_looking(self) -> bool:
        """Whether there is anything to look at, be it only for safety's sake."""
        return self.is_busy or bool(self._quiet)

    def step(self, seconds: float) -> None:
        """Look around for so long."""
        walks = self._heard or self._wanted or self._quiet
        if walks:
            sweep = walks.popleft()
            try:
                ended = sweep.step(seconds)
            except BaseException:
                sweep.abandon()
                raise
            if not ended:
                walks.appendleft(sweep)

    def reconcile(self, roots: Iterable[Root], *, quiet: bool = False, done: Callable[[], None] = lambda: None) -> None:
        """Look at all of some indexed folders; one that is away keeps what is known of it."""
        self._given_up = False
        self._anchors.refresh()
        sweep = Sweep(self._rules(), self._tools, done=lambda outcomes: self._finish(outcomes, done))
        for root in roots:
            sweep.add(root, root.path)
        (self._quiet if quiet else self._wanted).append(sweep)

    def look_at(
        self,
        dirty: Iterable[Dirty],
        *,
        read: bool = True,
        quiet: bool = False,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Look at single paths, and at all below those that are deep. Only names are entered unless `read`.

        `quiet`: nothing was heard of them, they are looked at from time to time.
        """
        if self._given_up:
            done()
            return
        self._anchors.refresh()
        roots = self._catalog.roots()
        heard_at = None if quiet else time.time()
        sweep = Sweep(
            self._rules(), self._tools, heard_at=heard_at, read=read, done=lambda found: self._note_states(found, done)
        )
        grouped: dict[tuple[str, Root], dict[str, bool]] = {}
        for item in dirty:
            root = next((root for root in roots if is_within(item.path, (root.path,))), None)
            if root and item.path == root.path:
                sweep.add(root, item.path, deep=item.deep)
            elif root:
                folder, name = os.path.split(item.path)
                grouped.setdefault((folder, root), {})[name] = item.deep
        for (folder, root), names in grouped.items():
            if RULE_FILES.isdisjoint(names):
                sweep.add(root, folder, names, [name for name, deep in names.items() if deep])
            else:
                sweep.add(root, folder)
        (self._quiet if quiet else self._heard).append(sweep)

    def drop(self, root: str) -> None:
        """An indexed folder is removed: it is no longer looked at."""
        for sweep in (*self._heard, *self._wanted, *self._quiet):
            sweep.drop(root)
        self._follower.leave(root)

    def give_up(self) -> None:
        """Forget what was to be looked at, and single paths until everything is: the catalogue cannot be written."""
        self._given_up = True
        for walks in (self._heard, self._wanted, self._quiet):
            while walks:
                walks.popleft().abandon()

    def _finish(self, outcomes: list[Outcome], done: Callable[[], None]) -> None:
        with contextlib.ExitStack() as at_the_end:
            at_the_end.callback(done)  # whoever waits must not wait for ever
            for outcome in outcomes:
                self._catalog.note_scan(outcome.root, outcome.state)
                if outcome.state == "ok":
                    self._catalog.note_left_out(outcome.root, outcome.left_out)
                log.info("looked at everything state=%s left_out=%d", outcome.state, outcome.left_out.total())

    def _note_states(self, outcomes: list[Outcome], done: Callable[[], None]) -> None:
        """A look at a part of a folder tells whether it is there at all."""
        with contextlib.ExitStack() as at_the_end:
            at_the_end.callback(done)
            for outcome in outcomes:
                if outcome.state != outcome.root.state:
                    self._catalog.note_state(outcome.root, outcome.state)
