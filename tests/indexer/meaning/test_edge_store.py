"""What only an embedded store can suffer: kills, damaged files, a full disk, a second opener."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import DiskFull, MeaningUnavailable
from indexer.meaning.edge_store import EdgeStore
from indexer.meaning.store import Point, StoreCorrupt

DIMENSION = 32


def _point(chunk_id: int) -> Point:
    vector = np.random.default_rng(chunk_id).standard_normal(DIMENSION).astype(np.float32)
    return Point(chunk_id, vector / np.linalg.norm(vector), chunk_id // 10, (1,), "txt", "xx", 0, 0)


def _fill(path: Path, count: int = 500) -> None:
    store = EdgeStore(path, DIMENSION, 0)
    store.upsert([_point(number) for number in range(count)])
    store.close()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filled") / "shard"
    _fill(path)
    return path


def test_keeps_everything_from_one_opening_to_the_next(tmp_path: Path) -> None:
    _fill(tmp_path / "分片 shard")
    store = EdgeStore(tmp_path / "分片 shard", DIMENSION, 0)
    assert store.count() == 500
    assert store.search(_point(77).vector, 1)[0][0] == 77
    store.close()


def _upsert_and_wait(path: Path, upserted: "multiprocessing.synchronize.Event") -> None:
    store = EdgeStore(path, DIMENSION, 0)
    store.upsert([_point(number) for number in range(300)])
    upserted.set()
    signal.pause()


def test_what_was_upserted_survives_a_kill_before_any_flush(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    upserted = context.Event()
    child = context.Process(target=_upsert_and_wait, args=(tmp_path / "shard", upserted))
    child.start()
    assert upserted.wait(60)
    child.kill()
    child.join()
    store = EdgeStore(tmp_path / "shard", DIMENSION, 0)
    assert sorted(store.chunk_ids()) == list(range(300))
    store.close()


def _cut(path: Path) -> None:
    os.truncate(path, 100)


def _scribble(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(2_000))


@pytest.mark.parametrize(
    ("pattern", "damage"),
    [
        ("edge_config.json", _scribble),
        ("segments/*/segment.json", _scribble),
        ("segments/*/segment.json", _cut),
        ("segments/*/mutable_id_tracker.mappings", _scribble),
        ("segments/*/vector_storage-dense/tq_vectors/chunk_0.mmap", _cut),
        ("wal/open-*", _scribble),
    ],
)
def test_a_damaged_shard_is_moved_aside(
    tmp_path: Path, filled: Path, pattern: str, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "shard"
    shutil.copytree(filled, path)
    for file in path.glob(pattern):
        damage(file)
    with pytest.raises(StoreCorrupt) as corrupt:
        EdgeStore(path, DIMENSION, 0)
    assert corrupt.value.facts["path"] == str(path)
    assert not path.exists()
    assert (tmp_path / "shard.broken").is_dir()


def test_a_shard_that_was_never_finished_counts_as_damaged_and_the_next_opening_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "shard"
    path.mkdir()
    (path / "edge_config.json").write_text("{")
    with pytest.raises(StoreCorrupt):
        EdgeStore(path, DIMENSION, 0)
    store = EdgeStore(path, DIMENSION, 0)
    store.upsert([_point(1)])
    assert store.count() == 1
    store.close()


def test_a_shard_of_another_dimension_is_not_ours(tmp_path: Path, filled: Path) -> None:
    shutil.copytree(filled, tmp_path / "shard")
    with pytest.raises(StoreCorrupt):
        EdgeStore(tmp_path / "shard", DIMENSION * 2, 0)


def test_stops_before_the_disk_is_full(tmp_path: Path) -> None:
    free = 5_000
    store = EdgeStore(tmp_path / "shard", DIMENSION, 1_000, lambda _: free)
    store.upsert([_point(1)])
    free = 999
    with pytest.raises(DiskFull) as full:
        store.upsert([_point(2)])
    assert full.value.facts == {"path": str(tmp_path / "shard"), "free": 999, "needed": 1_000}
    assert store.search(_point(1).vector, 5)[0][0] == 1
    assert store.count() == 1
    free = 5_000
    store.upsert([_point(2)])
    store.close()
    free = 999
    with pytest.raises(DiskFull):
        EdgeStore(tmp_path / "shard", DIMENSION, 1_000, lambda _: free)
    assert (tmp_path / "shard" / "segments").is_dir()


def test_looks_at_the_disk_before_each_batch(tmp_path: Path) -> None:
    answers = iter([5_000, 5_000, 5_000, 0])
    store = EdgeStore(tmp_path / "shard", DIMENSION, 1_000, lambda _: next(answers, 0))
    with pytest.raises(DiskFull):
        store.upsert([_point(number) for number in range(1_000)])
    assert store.count() == 400


def test_one_process_at_a_time(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path / "shard", DIMENSION, 0)
    store.upsert([_point(1)])
    with pytest.raises(MeaningUnavailable) as busy:
        EdgeStore(tmp_path / "shard", DIMENSION, 0)
    assert busy.value.facts["why"] == "store_busy"
    assert store.count() == 1
    store.close()


def test_a_vector_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path / "shard", DIMENSION, 0)
    with pytest.raises(ValueError, match="chunk 5"):
        store.upsert([Point(5, np.ones(3, np.float32), 1, (), "txt", "xx", 0, 0)])
    assert store.count() == 0
    store.close()


def test_tidying_gives_room_back_and_loses_nothing(tmp_path: Path) -> None:
    store = EdgeStore(tmp_path / "shard", DIMENSION, 0)
    store.upsert([_point(number) for number in range(6_000)])
    store.delete_chunks(range(5_000))
    store.tidy()
    assert sorted(store.chunk_ids()) == list(range(5_000, 6_000))
    assert store.search(_point(5_500).vector, 1)[0][0] == 5_500
    store.close()
