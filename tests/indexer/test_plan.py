import pytest

from indexer.catalog.writer import FileRecord
from indexer.model import FileFacts, FileState, Reason
from indexer.plan import Doubt, make_plan


def record(
    file_id: int,
    facts: FileFacts,
    state: FileState = FileState.INDEXED,
    reason: Reason = Reason.NONE,
    extractor: int = 1,
) -> FileRecord:
    return FileRecord(file_id, facts, state, reason, extractor)


A = FileFacts("/d/a.txt", 10, 100, 1)
B = FileFacts("/d/下/合同.pdf", 20, 200, 2)


def by_name(*files: FileFacts) -> dict[str, FileFacts]:
    return {facts.name: facts for facts in files}


def test_new_changed_missing_and_unchanged() -> None:
    changed = FileFacts(B.path, 21, 300, 2)
    gone = FileFacts("/d/gone.txt", 1, 1, 9)
    known = {A.name: record(1, A), B.name: record(2, B), gone.name: record(3, gone)}
    new = FileFacts("/d/新.txt", 5, 5, 7)
    plan = make_plan(known, by_name(A, changed, new), {}, Doubt(1))
    assert plan.add == [new]
    assert [(r.file_id, f) for r, f in plan.update] == [(2, changed)]
    assert [r.file_id for r in plan.missing] == [3]
    assert plan.unchanged == 1


def test_withheld_files_are_found_by_name_only() -> None:
    known = {A.name: record(1, A), B.name: record(2, B, FileState.SKIPPED)}
    plan = make_plan(known, {}, by_name(A, B), Doubt(1))
    assert [(r.file_id, f) for r, f in plan.withhold if r] == [(1, A)]
    assert plan.unchanged == 1


@pytest.mark.parametrize(
    ("doubt", "changed"),
    [
        (Doubt(1), False),
        (Doubt(1, by_inode=True), True),
        (Doubt(1, heard_at=1_000.0), True),
        (Doubt(1, heard_at=1_010.0), False),
    ],
)
def test_what_counts_as_changed_when_size_and_time_are_the_same(doubt: Doubt, changed: bool) -> None:
    before = FileFacts("/d/a.txt", 10, 999_000_000_000, 1)
    now = FileFacts("/d/a.txt", 10, 999_000_000_000, 1 if doubt.heard_at else 5)
    plan = make_plan({"a.txt": record(1, before)}, by_name(now), {}, doubt)
    assert bool(plan.update) is changed


@pytest.mark.parametrize(
    ("state", "reason", "extractor", "again"),
    [
        (FileState.PENDING, Reason.NONE, 0, True),
        (FileState.INDEXED, Reason.NONE, 1, False),
        (FileState.INDEXED, Reason.NONE, 0, True),
        (FileState.FAILED, Reason.BROKEN, 1, False),
        (FileState.FAILED, Reason.TIMEOUT, 1, False),
        (FileState.FAILED, Reason.UNREADABLE, 1, True),
        (FileState.FAILED, Reason.CHANGED, 1, True),
        (FileState.NO_TEXT, Reason.NONE, 1, False),
        (FileState.NAME_ONLY, Reason.UNSUPPORTED, 1, False),
    ],
)
def test_unchanged_files_are_read_again_only_when_that_may_help(
    state: FileState, reason: Reason, extractor: int, again: bool
) -> None:
    plan = make_plan({A.name: record(1, A, state, reason, extractor)}, by_name(A), {}, Doubt(1))
    assert bool(plan.update) is again
    assert plan.unchanged == (not again)
