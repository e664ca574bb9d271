from indexer.watch.dirty import Dirty, DirtyPaths, Shape


class Disk:
    """A clock, and the shape of files, both set by hand."""

    def __init__(self) -> None:
        self.now = 100.0
        self.shapes: dict[str, Shape] = {}
        self.dirty = DirtyPaths(self.shapes.get, clock=lambda: self.now, most=3)

    def later(self, seconds: float) -> None:
        self.now += seconds


def test_a_new_path_is_handed_out_soon_and_again_when_it_is_quiet() -> None:
    disk = Disk()
    due = disk.dirty.mark("/d/合同.txt")
    assert disk.dirty.take_new() == []
    disk.now = due
    assert disk.dirty.take_new() == [Dirty("/d/合同.txt")]
    assert disk.dirty.take_new() == []
    assert disk.dirty.take_quiet() == []
    disk.later(0.3)
    assert disk.dirty.take_quiet() == [Dirty("/d/合同.txt")]
    assert len(disk.dirty) == 0
    assert disk.dirty.next_due() is None


def test_a_storm_of_saves_waits_for_its_end_but_not_for_ever() -> None:
    disk = Disk()
    handed_out = 0
    for _ in range(200):
        disk.dirty.mark("/d/a.txt", structural=False)
        disk.later(0.25)
        disk.dirty.take_new()
        handed_out += len(disk.dirty.take_quiet())
    assert handed_out == 1, "50 s of saves: once after 30 s"
    disk.later(2.1)
    assert disk.dirty.take_quiet() == [Dirty("/d/a.txt")]


def test_a_file_that_is_being_written_waits_longer_than_a_closed_one() -> None:
    disk = Disk()
    disk.dirty.mark("/d/open", structural=False, writing=True)
    disk.dirty.mark("/d/closed", structural=False, writing=True)
    disk.dirty.mark("/d/closed", structural=False)
    disk.later(0.5)
    disk.dirty.take_new()
    assert disk.dirty.take_quiet() == [Dirty("/d/closed")]
    disk.later(1.6)
    assert disk.dirty.take_quiet() == [Dirty("/d/open")]


def test_a_file_that_still_grows_unheard_is_not_quiet() -> None:
    disk = Disk()
    disk.dirty.mark("/d/a")
    disk.later(0.2)
    disk.shapes["/d/a"] = (1, 1)
    disk.dirty.take_new()
    for size in range(2, 5):
        disk.later(0.5)
        disk.shapes["/d/a"] = (size, size)
        assert disk.dirty.take_quiet() == []
    disk.later(0.5)
    assert disk.dirty.take_quiet() == [Dirty("/d/a")]


def test_what_comes_or_goes_while_it_waits_is_looked_at_soon() -> None:
    disk = Disk()
    disk.dirty.mark("/d/a", writing=True)
    disk.later(0.2)
    assert disk.dirty.take_new()
    disk.dirty.mark("/d/a", structural=False, writing=True)
    disk.later(0.2)
    assert disk.dirty.take_new() == [], "only written to"
    disk.dirty.mark("/d/a", structural=True)
    disk.later(0.2)
    assert disk.dirty.take_new() == [Dirty("/d/a")]


def test_a_tree_stays_one_and_counts_with_what_lies_in_it() -> None:
    disk = Disk()
    disk.dirty.mark("/d/旧", deep=True)
    disk.dirty.mark("/d/旧")
    disk.dirty.mark("/d/旧/a")
    disk.dirty.mark("/d/旧b")
    assert disk.dirty.count_below("/d/旧") == 2
    assert not disk.dirty.too_many
    disk.dirty.mark("/d/c")
    assert disk.dirty.too_many
    disk.later(0.2)
    assert Dirty("/d/旧", deep=True) in disk.dirty.take_new()
    disk.dirty.clear()
    assert len(disk.dirty) == 0
