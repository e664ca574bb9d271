"""Run by a test with a tiny inotify queue: makes it overflow and checks that the index is the disk in the end."""

import logging
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.indexer.watch.followed import Followed


def main(work: Path, folder: Path) -> None:
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING)
    index = Followed(work / "own home")
    index.add(folder)
    for number in range(3000):
        (folder / "合同" / f"burst {number}.txt").write_text(f"burst {number}")
        if number % 3 == 0:
            (folder / "合同" / f"burst {number}.txt").unlink()
    for number in range(200):
        (folder / f"dir {number}" / "x").mkdir(parents=True)
        (folder / f"dir {number}" / "x" / "y.txt").write_text(f"inner {number}")
    index.until_true(folder, seconds=90)
    (folder / "dir 199" / "x" / "after.txt").write_text("heard in a folder that came during the overflow: civet")
    index.until(lambda: index.find("civet") == ["after.txt"])
    index.stop()


main(Path(sys.argv[1]), Path(sys.argv[2]))
