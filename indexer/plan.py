"""What must be done so that the catalogue says what the disk says: a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indexer.catalog.writer import FileRecord
from indexer.model import FileFacts, FileState, Reason
from indexer.rules.places import is_within

_TRY_AGAIN = frozenset({Reason.UNREADABLE, Reason.VANISHED, Reason.CHANGED})


@dataclass(slots=True)
class Plan:
    """Changes by kind; `move`, `update` and `withhold` name the known file, if there is one.

    A file in `withhold` is found by its name only: what was read of it is to be forgotten.
    """

    add: list[FileFacts] = field(default_factory=list)
    update: list[tuple[FileRecord, FileFacts]] = field(default_factory=list)
    move: list[tuple[FileRecord, FileFacts]] = field(default_factory=list)
    remove: list[FileRecord] = field(default_factory=list)
    withhold: list[tuple[FileRecord | None, FileFacts]] = field(default_factory=list)
    unchanged: int = 0


def make_plan(
    known: Mapping[str, FileRecord],
    seen: Iterable[FileFacts],
    unreadable: Iterable[str],
    extractor: int,
    withheld: Iterable[FileFacts] = (),
) -> Plan:
    """Compare catalogue and disk.

    `unreadable` are folders that could not be looked into: their known files stay; `withheld` are files that
    a rule keeps from being read. A file that vanished
    at one path and stands, with the same inode, size and time, at another was moved.
    """
    plan = Plan()
    blind = tuple(unreadable)
    missing = dict(known)
    for facts in seen:
        record = missing.pop(facts.path, None)
        if record is None:
            plan.add.append(facts)
        elif _differs(record, facts) or _unfinished(record, extractor):
            plan.update.append((record, facts))
        else:
            plan.unchanged += 1
    for facts in withheld:
        record = missing.pop(facts.path, None)
        if record is None or record.state is not FileState.SKIPPED or _differs(record, facts):
            plan.withhold.append((record, facts))
        else:
            plan.unchanged += 1
    plan.remove = [record for path, record in missing.items() if not is_within(path, blind)]
    _find_moves(plan)
    return plan


def _differs(record: FileRecord, facts: FileFacts) -> bool:
    return (record.facts.size, record.facts.mtime_ns) != (facts.size, facts.mtime_ns)


def _unfinished(record: FileRecord, extractor: int) -> bool:
    again = record.state is FileState.FAILED and record.reason in _TRY_AGAIN
    return again or record.state is FileState.PENDING or record.extractor < extractor


def _find_moves(plan: Plan) -> None:
    def identity(facts: FileFacts) -> tuple[int, int, int]:
        return (facts.inode, facts.size, facts.mtime_ns)

    gone = {identity(record.facts): record for record in plan.remove}
    moved: set[int] = set()
    added: list[FileFacts] = []
    for facts in plan.add:
        record = gone.pop(identity(facts), None)
        if record is None or record.state in {FileState.PENDING, FileState.SKIPPED}:
            added.append(facts)
        else:
            plan.move.append((record, facts))
            moved.add(record.file_id)
    plan.add = added
    plan.remove = [record for record in plan.remove if record.file_id not in moved]
