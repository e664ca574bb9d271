"""What the watcher asks the system: limits, mounts, sleep; and when it looks again."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from indexer.watch.limits import limit_for, watch_budget, watch_limit
from indexer.watch.mounts import Mount, Mounts, parse_mount
from indexer.watch.polling import PollClock
from indexer.watch.sleep import SleepDetector


def test_the_smaller_limit_counts_and_a_part_is_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1000\n")
    (tmp_path / "b").write_text("500\n")
    files = (str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "missing"))
    assert watch_limit(files) == 500
    assert watch_budget(500) == 400
    assert watch_limit((str(tmp_path / "missing"),)) is None
    assert watch_budget(None) > 1_000_000_000


@pytest.mark.parametrize("folders", [10, 300_000, 2_000_000])
def test_the_limit_that_is_recommended_is_enough(folders: int) -> None:
    assert watch_budget(limit_for(folders)) >= folders


@pytest.mark.parametrize(
    ("line", "mount", "remote", "keeps_inodes"),
    [
        ("36 35 8:1 / / rw - ext4 /dev/sda1 rw", Mount("/", "ext4"), False, True),
        ("36 35 0:30 / /mnt/u\\040盘 rw shared:1 - vfat /dev/sdb1 rw", Mount("/mnt/u 盘", "vfat", "ABCD-1234"), False, False),
        ("36 35 0:31 / /mnt/nas rw - nfs4 nas:/export/家 rw", Mount("/mnt/nas", "nfs4", "nas:/export/家"), True, False),
        ("36 35 0:32 / /mnt/x rw - fuse.sshfs me@host:/x rw", Mount("/mnt/x", "fuse.sshfs", "me@host:/x"), True, False),
        ("36 35 0:33 / /mnt/win rw - fuseblk /dev/sdc1 rw", Mount("/mnt/win", "fuseblk"), False, False),
        ("36 35 0:34 / /mnt/s rw - cifs //nas/share\\134x rw", Mount("/mnt/s", "cifs", "//nas/share\\x"), True, False),
    ],
)  # fmt: skip
def test_a_line_of_the_table_of_mounts(line: str, mount: Mount, remote: bool, keeps_inodes: bool) -> None:
    parsed = parse_mount(line, {"/dev/sdb1": "ABCD-1234"})
    assert parsed == mount
    assert parsed.is_remote is remote
    assert parsed.keeps_inodes is keeps_inodes


def test_a_path_lies_in_the_nearest_mount() -> None:
    mounts = Mounts([Mount("/", "ext4"), Mount("/home", "btrfs"), Mount("/home/盘", "vfat")])
    assert mounts.of("/home/盘/a/b").kind == "vfat"
    assert mounts.of("/home/盘b").kind == "btrfs"
    assert mounts.of("/homework").kind == "ext4"


def test_this_computer_has_a_root_mount() -> None:
    assert Mounts.now().of("/").point == "/"


def test_sleep_is_told_once() -> None:
    clock = [0.0]
    sleep = SleepDetector(lambda: clock[0])
    assert not sleep.slept()
    clock[0] += 0.5
    assert not sleep.slept()
    clock[0] += 600
    assert sleep.slept()
    assert not sleep.slept()


def test_the_longer_a_look_takes_the_rarer_it_is() -> None:
    now = [0.0]
    polls = PollClock(lambda: now[0])
    assert polls.is_due("/nas")
    look: Future[None] = Future()
    polls.begin("/nas", look)
    now[0] = 1_000.0
    assert not polls.is_due("/nas"), "the first look is still under way"
    now[0] = 4.0
    look.set_result(None)
    now[0] += 119
    assert not polls.is_due("/nas")
    now[0] += 2
    assert polls.is_due("/nas")
    quick: Future[None] = Future()
    polls.begin("/nas", quick)
    quick.set_result(None)
    now[0] += 9
    assert not polls.is_due("/nas")
    now[0] += 2
    assert polls.is_due("/nas")
