import pytest

from indexer.catalog.writer import FileRecord
from indexer.model import FileFacts, FileState, Reason
from indexer.plan import make_plan


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


def test_new_changed_gone_and_unchanged() -> None:
    changed = FileFacts(B.path, 21, 300, 2)
    gone = FileFacts("/d/gone.txt", 1, 1, 9)
    known = {A.path: record(1, A), B.path: record(2, B), gone.path: record(3, gone)}
    new = FileFacts("/d/new.txt", 5, 5, 7)
    plan = make_plan(known, [A, changed, new], [], extractor=1)
    assert plan.add == [new]
    assert [(r.file_id, f) for r, f in plan.update] == [(2, changed)]
    assert [r.file_id for r in plan.remove] == [3]
    assert plan.unchanged == 1


def test_a_moved_file_keeps_its_identity() -> None:
    moved = FileFacts("/d/档案/a.txt", A.size, A.mtime_ns, A.inode)
    plan = make_plan({A.path: record(1, A)}, [moved], [], extractor=1)
    assert [(r.file_id, f) for r, f in plan.move] == [(1, moved)]
    assert not plan.add
    assert not plan.remove


def test_a_reused_inode_with_other_content_is_no_move() -> None:
    other = FileFacts("/d/b.txt", A.size + 1, A.mtime_ns, A.inode)
    plan = make_plan({A.path: record(1, A)}, [other], [], extractor=1)
    assert plan.add == [other]
    assert [r.file_id for r in plan.remove] == [1]


def test_nothing_is_removed_below_a_folder_that_could_not_be_read() -> None:
    plan = make_plan({A.path: record(1, A), B.path: record(2, B)}, [], ["/d/下"], extractor=1)
    assert [r.file_id for r in plan.remove] == [1]


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
    plan = make_plan({A.path: record(1, A, state, reason, extractor)}, [A], [], extractor=1)
    assert bool(plan.update) is again
    assert plan.unchanged == (not again)
