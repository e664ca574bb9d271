from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.indexer.watch.followed import Followed


@pytest.fixture
def follow(tmp_path: Path) -> Iterator[Callable[..., Followed]]:
    made: list[Followed] = []

    def make(*folders: Path, budget: Callable[[], int] | None = None) -> Followed:
        made.append(Followed(tmp_path / f"home {len(made)}", budget))
        for folder in folders:
            made[-1].add(folder)
        return made[-1]

    yield make
    for index in made:
        index.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    (folder / "合同" / "旧").mkdir(parents=True)
    (folder / "lease.txt").write_text("The monthly rent is 1,850 dollars.")
    (folder / "合同" / "租房.txt").write_text("甲方将房屋出租给乙方，月租金五千二百元。", encoding="gb18030")
    (folder / "合同" / "旧" / "memo.md").write_text("# Memo\n\nhedgehogs in the garden")
    return folder
