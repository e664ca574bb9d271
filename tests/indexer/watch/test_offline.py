"""A volume that is away keeps its files; a folder that was emptied loses them."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.indexer.watch.followed import Followed

Follow = Callable[..., Followed]
needs_mount = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")


def states(index: Followed) -> list[str]:
    return [root.state for root in index.pipeline.roots]


class Volume:
    """A small file system in memory that can be plugged in at a folder."""

    def __init__(self, image: Path, place: Path) -> None:
        self.image, self.place = image, place
        place.mkdir()
        image.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", image], check=True)
        self.plug_in()

    def plug_in(self) -> None:
        subprocess.run(["mount", "--bind", self.image, self.place], check=True)

    def pull_out(self) -> None:
        """Other programs of this computer may be looking at it for a moment."""
        for _ in range(50):
            if subprocess.run(["umount", self.place], check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("the volume is in use")

    def destroy(self) -> None:
        subprocess.run(["umount", self.place], check=False, capture_output=True)
        subprocess.run(["umount", self.image], check=False, capture_output=True)


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Volume]:
    volume = Volume(tmp_path / "image", tmp_path / "U 盘")
    (volume.place / "旅行.txt").write_text("旅行计划 travel plan: quokka")
    (volume.place / "photos").mkdir()
    (volume.place / "photos" / "list.txt").write_text("marmoset")
    yield volume
    volume.destroy()


def test_a_folder_that_is_away_is_offline_and_comes_back(follow: Follow, folder: Path, tmp_path: Path) -> None:
    index = follow(folder)
    before = index.known()
    folder.rename(tmp_path / "unplugged")
    index.until(lambda: states(index) == ["missing"], "missing")
    assert index.known() == before
    assert [(hit.name, hit.offline) for hit in index.hits("rent 1850")] == [("lease.txt", True)]
    (tmp_path / "unplugged" / "while away.txt").write_text("numbat")
    (tmp_path / "unplugged" / "lease.txt").unlink()
    (tmp_path / "unplugged").rename(folder)
    index.until(lambda: states(index) == ["ok"], "back")
    index.until(lambda: index.find("numbat") == ["while away.txt"], "what was written elsewhere")
    index.until_true(folder)
    assert [hit.offline for hit in index.hits("numbat")] == [False]


@needs_mount
def test_an_unplugged_volume_keeps_its_files(follow: Follow, volume: Volume) -> None:
    index = follow(volume.place)
    before = index.known()
    volume.pull_out()
    index.until(lambda: states(index) == ["offline"], "offline")
    assert index.known() == before
    assert [(hit.name, hit.offline) for hit in index.hits("quokka")] == [("旅行.txt", True)]
    assert [hit.name for hit in index.hits("旅行")] == ["旅行.txt"]
    (volume.image / "written elsewhere.txt").write_text("numbat")
    (volume.image / "旅行.txt").unlink()
    volume.plug_in()
    index.until(lambda: index.find("numbat") == ["written elsewhere.txt"], "back")
    index.until_true(volume.place)
    assert states(index) == ["ok"]


@needs_mount
def test_an_emptied_volume_is_empty(follow: Follow, volume: Volume) -> None:
    index = follow(volume.place)
    (volume.place / "旅行.txt").unlink()
    (volume.place / "photos" / "list.txt").unlink()
    (volume.place / "photos").rmdir()
    index.until(lambda: not index.known(), "emptied")
    assert states(index) == ["ok"]


@needs_mount
def test_a_volume_inside_an_indexed_folder(follow: Follow, folder: Path, tmp_path: Path) -> None:
    volume = Volume(tmp_path / "image", folder / "stick")
    (volume.place / "inner.txt").write_text("pangolin")
    index = follow(folder)
    try:
        assert index.find("pangolin") == ["inner.txt"]
        volume.pull_out()
        index.until(lambda: [hit.offline for hit in index.hits("pangolin")] == [True], "marked")
        (folder / "meanwhile.txt").write_text("tapir")
        index.until(lambda: index.find("tapir") == ["meanwhile.txt"], "the rest goes on")
        assert index.find("pangolin") == ["inner.txt"]
        index.pipeline.rescan().result(30)
        assert index.find("pangolin") == ["inner.txt"]
        (volume.image / "inner.txt").unlink()
        volume.plug_in()
        index.until_true(folder)
        assert index.find("pangolin") == []
    finally:
        volume.destroy()


@needs_mount
def test_another_volume_in_the_same_place(follow: Follow, volume: Volume) -> None:
    """A folder of the disk below shows other files: those of the volume are not taken as deleted."""
    volume.pull_out()
    (volume.place / "readme of the empty slot.txt").write_text("plug something in")
    volume.plug_in()
    index = follow(volume.place)
    before = index.known()
    volume.pull_out()
    index.until(lambda: states(index) == ["offline"], "offline")
    assert index.known() == before
    volume.plug_in()
    index.until(lambda: states(index) == ["ok"], "back")
    index.until_true(volume.place)


@needs_mount
def test_the_same_folder_at_two_places_is_left_in_peace(follow: Follow, folder: Path, tmp_path: Path) -> None:
    volume = Volume(tmp_path / "image", folder / "first")
    (volume.place / "twice.txt").write_text("one file, two paths: kiwi")
    (folder / "second").mkdir()
    subprocess.run(["mount", "--bind", volume.image, folder / "second"], check=True)
    try:
        index = follow(folder)
        before = index.known()
        assert len([path for path in before if path.endswith("twice.txt")]) == 2
        for _ in range(3):
            index.pipeline.rescan().result(30)
            index.settle()
        assert index.known() == before
        (volume.image / "twice.txt").unlink()
        index.until_true(folder)
    finally:
        subprocess.run(["umount", folder / "second"], check=False)
        volume.destroy()


@needs_mount
def test_nothing_is_kept_open_on_a_volume(follow: Follow, volume: Volume) -> None:
    index = follow(volume.place)
    index.settle()
    held = [os.path.realpath(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]
    assert not [path for path in held if path.startswith(str(volume.place))]
    volume.pull_out()


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_folders_that_may_not_be_read_keep_their_files(folder: Path, tmp_path: Path) -> None:
    """In a process of its own, because root must give up its right to read everything."""
    command = [sys.executable, str(Path(__file__).with_name("permission_run.py")), str(tmp_path), str(folder)]
    if os.geteuid() == 0:
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all", *command]
        if shutil.which("setpriv") is None:
            pytest.skip("setpriv is not there")
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.stdout.endswith("kept\n"), done.stderr[-3000:]
