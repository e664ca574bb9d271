"""What must be done so that the catalogue says what a folder says: a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.catalog.writer import FileRecord
from indexer.model import FileFacts, FileState, Reason

_TRY_AGAIN = frozenset({Reason.UNREADABLE, Reason.VANISHED, Reason.CHANGED})
_CLOCK_STEP_S = 3.0
"""The coarsest clock of a file system (FAT counts in 2 s): two saves within it may leave the same time."""


@dataclass(slots=True)
class Plan:
    """Changes by kind; `update` and `withhold` name the known file, if there is one.

    A file in `withhold` is found by its name only: what was read of it is to be forgotten. One that is `missing`
    was known here and is not to be seen any more; it may have been moved.
    """

    add: list[FileFacts] = field(default_factory=list)
    update: list[tuple[FileRecord, FileFacts]] = field(default_factory=list)
    withhold: list[tuple[FileRecord | None, FileFacts]] = field(default_factory=list)
    missing: list[FileRecord] = field(default_factory=list)
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Doubt:
    """What counts as a change although size and time are the same."""

    extractor: int
    """Version of the readers: what an older one read is read again."""
    by_inode: bool = False
    """Another file stands at the path: where inodes are kept it is another document."""
    heard_at: float | None = None
    """Something was heard of these files at this time (seconds since the epoch): one written just before may differ."""


def make_plan(
    known: Mapping[str, FileRecord],
    seen: Mapping[str, FileFacts],
    withheld: Mapping[str, FileFacts],
    doubt: Doubt,
) -> Plan:
    """Compare catalogue and disk for one folder; all by name. `withheld` are files that a rule keeps from being read."""
    plan = Plan()
    missing = dict(known)
    for name, facts in seen.items():
        record = missing.pop(name, None)
        if record is None:
            plan.add.append(facts)
        elif _differs(record, facts, doubt) or _unfinished(record, doubt.extractor):
            plan.update.append((record, facts))
        else:
            plan.unchanged += 1
    for name, facts in withheld.items():
        record = missing.pop(name, None)
        if record is None or record.state is not FileState.SKIPPED or _differs(record, facts, doubt):
            plan.withhold.append((record, facts))
        else:
            plan.unchanged += 1
    plan.missing = list(missing.values())
    return plan


def _differs(record: FileRecord, facts: FileFacts, doubt: Doubt) -> bool:
    if (record.facts.size, record.facts.mtime_ns) != (facts.size, facts.mtime_ns):
        return True
    if doubt.by_inode and record.facts.inode != facts.inode:
        return True
    return doubt.heard_at is not None and abs(doubt.heard_at - facts.mtime_ns / 1e9) < _CLOCK_STEP_S


def _unfinished(record: FileRecord, extractor: int) -> bool:
    again = record.state is FileState.FAILED and record.reason in _TRY_AGAIN
    return again or record.state is FileState.PENDING or record.extractor < extractor
