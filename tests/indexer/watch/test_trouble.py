"""What watchdog and the kernel do not tell: dropped events, dead readers, too few watches, sleep."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.watch import folder_watches
from indexer.watch.limits import watches_held
from tests.indexer.watch.followed import Followed

Follow = Callable[..., Followed]
linux = pytest.mark.skipif(sys.platform != "linux", reason="inotify")


def test_dropped_events_are_made_up_for(follow: Follow, folder: Path) -> None:
    index = follow(folder)
    watched = index.watcher._watched._watches
    watched._listener = Deaf()
    for number in range(30):
        (folder / "合同" / f"unheard {number}.txt").write_text("echidna")
    (folder / "lease.txt").unlink()
    index.until(lambda: watched._listener.heard >= 31, "events were swallowed")
    watched._listener = index.watcher
    watched.on_overflow()
    index.until_true(folder)


class Deaf:
    """Hears and tells nobody."""

    heard = 0

    def changed(self, path: str, *, folder: bool, structural: bool, writing: bool) -> None:
        self.heard += 1

    def lost(self) -> None:
        self.heard += 1


@linux
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may change the kernel's limits")
def test_a_real_overflow_of_the_kernels_queue_is_healed(tmp_path: Path, folder: Path) -> None:
    """In a process of its own, whose inotify queue is made small before it starts."""
    limit = Path("/proc/sys/fs/inotify/max_queued_events")
    before = limit.read_text()
    script = Path(__file__).with_name("overflow_run.py")
    try:
        limit.write_text("64")
        done = subprocess.run(
            [sys.executable, script, tmp_path, folder], capture_output=True, text=True, timeout=120, check=False
        )
    finally:
        limit.write_text(before)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "overflowed" in done.stdout


@linux
def test_a_dead_reader_of_events_is_replaced(follow: Follow, folder: Path) -> None:
    index = follow(folder)
    index.watcher._watched._watches._reader.stop()
    index.until(lambda: not index.watcher._watched.alive, "dead")
    (folder / "unheard.txt").write_text("dugong")
    index.watcher._tick_at = 0.0
    index.watcher.lost()
    index.until(lambda: index.find("dugong") == ["unheard.txt"], "found by looking")
    index.until(lambda: index.watcher._watched.alive, "alive")
    index.until(lambda: index.watcher.following(str(folder)).how == "watched", "watched anew")
    (folder / "heard.txt").write_text("manatee")
    index.until(lambda: index.find("manatee") == ["heard.txt"], "heard again")


@linux
def test_lost_watches_are_noticed_and_set_anew(follow: Follow, folder: Path) -> None:
    index = follow(folder)
    watched = index.watcher._watched
    assert watched.is_complete()
    for entry in list(watched._watches._folders.values()):
        watched._watches._reader._watch_for_wd.pop(entry.descriptor)
        _unwatch_behind_its_back(watched._watches._reader, entry.descriptor)
    assert not watched.is_complete()
    index.watcher._ticks = 11
    index.watcher._tick_at = 0.0
    (folder / "unheard.txt").write_text("dugong")
    index.until(lambda: index.find("dugong") == ["unheard.txt"], "found")
    index.until(watched.is_complete, "complete")


def _unwatch_behind_its_back(reader: object, descriptor: int) -> None:
    from watchdog.observers.inotify_c import inotify_rm_watch  # noqa: PLC0415 - Linux only

    inotify_rm_watch(reader._inotify_fd, descriptor)  # type: ignore[attr-defined]


@linux
def test_with_too_few_watches_the_rest_is_looked_at(follow: Follow, tmp_path: Path) -> None:
    folder = tmp_path / "wide"
    for number in range(12):
        (folder / f"place {number}").mkdir(parents=True)
        (folder / f"place {number}" / "a.txt").write_text(f"first {number}")
        os.utime(folder / f"place {number}" / "a.txt", (1_000_000 + number, 1_000_000 + number))
    held = watches_held()
    index = follow(folder, budget=lambda: 5)
    assert watches_held() - held == 5
    how = index.watcher.following(str(folder))
    assert (how.how, how.why, how.unwatched) == ("partly", "limit", 8)
    index.watcher._tick_at = 0.0
    index.watcher.lost()
    index.until(lambda: "watch_limit" in index.noted.problems, "told")
    assert index.noted.problems["watch_limit"]["folders"] == 13
    index.until(lambda: index.watcher._watched.is_watched(str(folder / "place 11")), "the newest are watched")
    for number in range(12):
        (folder / f"place {number}" / "b.txt").write_text(f"second {number} coati")
    for number in range(12):
        (folder / f"place {number}" / "a.txt").unlink()
    index.until_true(folder, seconds=90)


def test_after_sleep_everything_is_looked_at(follow: Follow, folder: Path) -> None:
    index = follow(folder)
    index.watcher._watched._watches._listener = Deaf()
    (folder / "before waking.txt").write_text("jerboa")
    index.until(lambda: index.watcher._watched._watches._listener.heard, "swallowed")
    index.watcher._sleep._seen -= 3600
    index.watcher._tick_at = 0.0
    with index.watcher._wake:
        index.watcher._wake.notify()
    index.until(lambda: index.find("jerboa") == ["before waking.txt"], "found after sleep")


@linux
def test_without_any_watch_folders_are_looked_at(follow: Follow, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_left() -> None:
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(folder_watches, "InotifyFD", none_left)
    index = follow(folder)
    following = index.watcher.following(str(folder))
    assert (following.how, following.why, following.unwatched) == ("polled", "limit", 3)
    (folder / "合同" / "旧" / "later.txt").write_text("tarsier")
    (folder / "new place").mkdir()
    (folder / "new place" / "too.txt").write_text("aye-aye")
    index.until_true(folder, seconds=60)
    (folder / "合同" / "旧" / "later.txt").unlink()
    index.until_true(folder, seconds=60)
