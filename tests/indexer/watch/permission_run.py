"""Run by a test without the right to read everything: folders that may not be looked into keep their files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.indexer.watch.followed import Followed


def main(work: Path, folder: Path) -> None:
    index = Followed(work / "own home")
    index.add(folder)
    closed = folder / "合同"
    for mode in (0o000, 0o400, 0o100):
        before = index.known()
        closed.chmod(mode)
        (folder / f"marker {mode}.txt").write_text(f"after mode {mode} caracal{mode}")
        index.until(lambda mode=mode: index.find(f"caracal{mode}"), "the rest goes on")
        index.pipeline.rescan().result(30)
        index.settle()
        assert before.keys() <= index.known().keys(), f"mode {mode:o} cost files"
        assert index.find("hedgehogs") == ["memo.md"]
        closed.chmod(0o700)
        (closed / f"back {mode}.txt").write_text("readable again")
        (closed / "旧" / f"deep {mode}.txt").write_text("readable again, further down")
        index.until_true(folder, seconds=30)
    folder.chmod(0)
    index.until(lambda: index.pipeline.roots[0].state == "unreadable", "unreadable")
    assert index.known()
    folder.chmod(0o700)
    (folder / "last.txt").write_text("serval")
    index.until_true(folder, seconds=30)
    index.until(lambda: index.pipeline.roots[0].state == "ok", "readable")
    index.stop()
    print("kept")


main(Path(sys.argv[1]), Path(sys.argv[2]))
