"""What macOS and Windows use, run here on watchdog's observer for this system."""

import time
from pathlib import Path

from indexer.watch.tree_watches import TreeWatches


class Heard:
    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.structural: set[str] = set()

    def changed(self, path: str, *, folder: bool, structural: bool, writing: bool) -> None:
        self.paths.add(path)
        if structural:
            self.structural.add(path)

    def lost(self) -> None:
        raise AssertionError("nothing was lost")

    def until(self, *paths: Path) -> None:
        deadline = time.monotonic() + 20
        while not {str(path) for path in paths} <= self.structural:
            assert time.monotonic() < deadline, f"heard only {self.paths}"
            time.sleep(0.02)


def test_a_tree_is_heard_until_it_is_left(tmp_path: Path) -> None:
    (tmp_path / "旧" / "deep").mkdir(parents=True)
    heard = Heard()
    watches = TreeWatches(heard)
    assert watches.add(str(tmp_path))
    assert watches.add(str(tmp_path / "旧")), "a part of it needs none of its own"
    assert len(watches) == watches.held == 1
    assert str(tmp_path / "旧" / "deep") in watches
    (tmp_path / "旧" / "deep" / "合同.txt").write_text("x")
    heard.until(tmp_path / "旧" / "deep" / "合同.txt")
    (tmp_path / "旧" / "deep" / "合同.txt").rename(tmp_path / "b.txt")
    heard.until(tmp_path / "b.txt")
    watches.remove_tree(str(tmp_path / "旧"))
    assert watches.alive
    assert str(tmp_path / "旧") in watches
    watches.remove_tree(str(tmp_path))
    assert str(tmp_path) not in watches
    watches.close()
    assert not watches.alive
