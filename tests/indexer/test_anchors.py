"""Away or emptied: decided by the mount and by what was known."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.anchors import Anchors
from indexer.catalog.writer import CatalogWriter
from indexer.watch.mounts import Mount, Mounts

STICK = "/media/某人/U 盘"


class Slot:
    """A catalogue with one folder, and a table of mounts set by hand."""

    def __init__(self, catalog: CatalogWriter, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mounts = [Mount("/", "ext4", "system")]
        monkeypatch.setattr(Mounts, "now", classmethod(lambda _cls: Mounts(self.mounts)))
        self.folder_id = catalog.add_root(STICK).folder_id
        self.anchors = Anchors(catalog.db, catalog.folders)

    def mounted(self, *mounts: Mount) -> Anchors:
        self.mounts = [Mount("/", "ext4", "system"), *mounts]
        self.anchors.refresh()
        return self.anchors


@pytest.fixture
def slot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slot]:
    catalog = CatalogWriter(tmp_path / "catalog.db")
    yield Slot(catalog, monkeypatch)
    catalog.close()


PLUGGED = Mount(STICK, "vfat", "ABCD-1234")


@pytest.mark.parametrize(
    ("mounts", "names", "away"),
    [
        ([PLUGGED], [], False),
        ([PLUGGED], ["new.txt"], False),
        ([], [], True),
        ([], ["of the slot.txt"], True),
        ([], ["旅行.txt"], False),
        ([Mount(STICK, "vfat", "FFFF-0000")], ["another stick.txt"], True),
        ([Mount(STICK, "exfat", "FFFF-0000")], ["旅行.txt"], False),
        ([Mount(STICK, "vfat")], ["new.txt"], False),
    ],
)
def test_a_volume_that_was_plugged_in(slot: Slot, mounts: list[Mount], names: list[str], away: bool) -> None:
    slot.mounted(PLUGGED).note_present(STICK, slot.folder_id)
    assert slot.mounted(*mounts).is_away(STICK, names, ["旅行.txt", "photos"]) is away


def test_nothing_known_is_never_away(slot: Slot) -> None:
    slot.mounted(PLUGGED).note_present(STICK, slot.folder_id)
    assert not slot.mounted().is_away(STICK, [], [])


def test_an_ordinary_folder_may_be_emptied(slot: Slot) -> None:
    slot.mounted().note_present(STICK, slot.folder_id)
    assert not slot.mounted().is_away(STICK, [], ["a.txt"])


def test_a_network_drive_that_shows_nothing_is_away(slot: Slot) -> None:
    drive = Mount(STICK, "cifs", "//nas/家")
    slot.mounted(drive).note_present(STICK, slot.folder_id)
    assert slot.mounted(drive).is_away(STICK, [], ["a.txt"])
    assert not slot.mounted(drive).is_away(STICK, ["b.txt"], ["a.txt"])


def test_what_lies_on_a_volume_that_is_away_was_not_moved(slot: Slot) -> None:
    slot.mounted(PLUGGED).note_present(STICK, slot.folder_id)
    assert not slot.mounted().is_present(f"{STICK}/旅行.txt")
    slot.anchors.note_away(STICK, slot.folder_id)
    assert not slot.mounted(PLUGGED).is_present(f"{STICK}/旅行.txt")
    assert slot.mounted().is_present("/elsewhere/a.txt")


def test_a_volume_is_remembered_as_away_until_it_was_looked_at(slot: Slot) -> None:
    slot.mounted(PLUGGED).note_present(STICK, slot.folder_id)
    slot.mounted().note_away(STICK, slot.folder_id)
    anchors = slot.mounted(PLUGGED)
    assert anchors.volumes_below("/media") == {STICK: slot.folder_id}
    assert not anchors.is_away(STICK, ["旅行.txt"], ["旅行.txt"])
    anchors.note_present(STICK, slot.folder_id)
    assert slot.mounted().volumes_below("/media/某人/U 盘") == {STICK: slot.folder_id}
    assert slot.mounted().volumes_below("/media/某人/U") == {}
