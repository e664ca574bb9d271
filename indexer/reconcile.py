"""Makes the catalogue say what the disk says: look, plan, apply."""

from __future__ import annotations

import logging
from collections.abc import Callable

from indexer.catalog.writer import EXTRACTOR_VERSION, CatalogWriter, Root
from indexer.errors import FolderUnavailable
from indexer.model import Reason
from indexer.names import NameIndex
from indexer.plan import Plan, make_plan
from indexer.reading import ReadingQueue
from indexer.rules.book import Rules
from indexer.scan import scan_folder

log = logging.getLogger(__name__)


class Reconciler:
    """Compares folders with the disk and applies the difference. Pipeline's thread only.

    `rules` is asked for the rules in force at each look; `forget_chunks` is given the chunks that are gone.
    """

    def __init__(
        self,
        catalog: CatalogWriter,
        names: NameIndex,
        reading: ReadingQueue,
        rules: Callable[[], Rules],
        stopped: Callable[[], bool],
        forget_chunks: Callable[[list[int]], None],
    ) -> None:
        self._catalog = catalog
        self._names = names
        self._reading = reading
        self._rules = rules
        self._stopped = stopped
        self._forget_chunks = forget_chunks

    def reconcile_all(self) -> None:
        """Look at every folder; one that is away keeps what is known of it."""
        for root in self._catalog.roots():
            if self._stopped():
                return
            try:
                self.reconcile(root)
            except FolderUnavailable as error:
                self._catalog.note_scan(root, "missing" if error.facts["why"] != "unreadable" else "unreadable")

    def reconcile(self, root: Root) -> None:
        """Look at one folder. Raises `FolderUnavailable`."""
        scan = scan_folder(root.path, self._rules(), self._stopped)
        plan = make_plan(self._catalog.files_below(root), scan.files, scan.unreadable, EXTRACTOR_VERSION, scan.withheld)
        self._apply(plan)
        self._catalog.note_scan(root, "ok")
        self._catalog.note_left_out(root, scan.left_out)
        log.info(
            "scanned add=%d update=%d move=%d remove=%d withhold=%d unchanged=%d left_out=%d",
            len(plan.add), len(plan.update), len(plan.move), len(plan.remove), len(plan.withhold), plan.unchanged,
            scan.left_out.total(),
        )  # fmt: skip

    def _apply(self, plan: Plan) -> None:
        with self._catalog.transaction():
            gone = self._catalog.remove_files(record.file_id for record in plan.remove)
            for record, facts in plan.move:
                self._catalog.move_file(record.file_id, facts)
            for record, _facts in plan.update:
                self._catalog.mark_pending(record.file_id)
            added = [(self._catalog.add_file(facts), facts) for facts in plan.add]
            withheld = [
                (record.file_id if record else self._catalog.add_file(facts), facts) for record, facts in plan.withhold
            ]
            for file_id, facts in withheld:
                gone += self._catalog.withhold(file_id, facts, Reason.SECRET)
        self._names.remove(record.file_id for record in plan.remove)
        self._names.add((record.file_id, facts.path) for record, facts in plan.move)
        self._names.add((file_id, facts.path) for file_id, facts in [*added, *withheld])
        self._forget_chunks(gone)
        self._reading.add([*added, *((record.file_id, facts) for record, facts in plan.update)])
