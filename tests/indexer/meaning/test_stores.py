"""One interface, three stores: what holds for one holds for all."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from indexer.errors import MeaningUnavailable
from indexer.meaning.edge_store import EdgeStore
from indexer.meaning.items import VectorFilter
from indexer.meaning.server_store import ServerStore, connect
from indexer.meaning.store import Point, VectorStore
from tests.indexer.meaning.rest_face import RestFace

pytestmark = [
    pytest.mark.filterwarnings("ignore:Local mode"),
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection"),
]

KINDS = ["edge", "memory", "server"]
DIMENSION = 64
OWNER = 0xFEDCBA9876543210
EXTENSIONS = ("pdf", "docx", "md")


@pytest.fixture(scope="module")
def rest_face() -> Iterator[RestFace]:
    face = RestFace(api_key="secret")
    yield face
    face.close()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    opened = _open(request.param, request, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module", params=KINDS)
def filled_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    opened = _open(request.param, request, tmp_path_factory.mktemp("filled"))
    opened.upsert(_points())
    yield opened
    opened.close()


def _open(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> VectorStore:
    if kind == "edge":
        return EdgeStore(tmp_path / "shard", DIMENSION, min_free_bytes=0)
    if kind == "memory":
        return ServerStore(QdrantClient(":memory:"), "chunks", OWNER, DIMENSION)
    face = request.getfixturevalue("rest_face")
    return ServerStore(connect(face.url, "secret"), f"chunks-{tmp_path.name}", OWNER, DIMENSION)


def _points(files: int = 30, chunks: int = 10) -> list[Point]:
    """`files` files of `chunks` chunks: two folders each, three extensions, two languages."""
    vectors = np.random.default_rng(7).standard_normal((files, chunks, DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=2, keepdims=True)
    return [
        Point(
            chunk_id=file * chunks + chunk,
            vector=vectors[file, chunk],
            file_id=file,
            folders=(1, 10 + file % 3),
            ext=EXTENSIONS[file % 3],
            lang="zh" if chunk % 2 else "xx",
            mtime=1_700_000_000 + file,
            size=file * 100,
        )
        for file in range(files)
        for chunk in range(chunks)
    ]


def test_an_empty_store_finds_nothing(store: VectorStore) -> None:
    assert store.count() == 0
    assert list(store.chunk_ids()) == []
    assert store.search(np.ones(DIMENSION, np.float32), 5) == []
    assert store.sample(10, "zh").shape == (0, DIMENSION)
    store.delete_file(3)
    store.delete_chunks([1, 2])
    store.flush()
    store.tidy()


def test_finds_a_chunk_by_its_own_vector(filled_store: VectorStore) -> None:
    for point in _points()[::37]:
        found = filled_store.search(point.vector, 3)
        assert found[0][0] == point.chunk_id
        assert found[0][1] == pytest.approx(1, abs=0.005)
        assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)


def test_cosines_are_right_to_a_hundredth(filled_store: VectorStore) -> None:
    points = _points()
    query = points[3].vector
    exact = {point.chunk_id: float(point.vector @ query) for point in points}
    for chunk_id, cosine in filled_store.search(query, 50):
        assert cosine == pytest.approx(exact[chunk_id], abs=0.01)


def test_upserting_twice_stores_once_and_replaces(store: VectorStore) -> None:
    points = _points(files=2)
    store.upsert(points)
    store.upsert(points)
    assert store.count() == len(points)
    moved = replace(points[0], vector=points[5].vector, folders=(99,))
    store.upsert([moved])
    assert store.count() == len(points)
    assert store.search(points[5].vector, 5, VectorFilter(folders=(99,)))[0][0] == moved.chunk_id


def test_deletes_chunks_and_files(store: VectorStore) -> None:
    points = _points(files=5)
    store.upsert(points)
    store.delete_chunks([0, 1, 2, 10_000])
    assert set(store.chunk_ids()) == {point.chunk_id for point in points} - {0, 1, 2}
    store.delete_file(4)
    assert set(store.chunk_ids()) == {point.chunk_id for point in points if point.file_id != 4} - {0, 1, 2}
    store.delete_file(4)
    assert store.count() == 37
    assert all(chunk_id >= 3 for chunk_id, _ in store.search(points[0].vector, 100))


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        (VectorFilter(), lambda p: True),
        (VectorFilter(ext=("pdf",)), lambda p: p.ext == "pdf"),
        (VectorFilter(ext=("pdf", "md")), lambda p: p.ext != "docx"),
        (VectorFilter(ext=("xyz",)), lambda p: False),
        (VectorFilter(folders=(12,)), lambda p: 12 in p.folders),
        (VectorFilter(folders=(10, 11)), lambda p: {10, 11} & set(p.folders)),
        (VectorFilter(file_ids=(3, 4, 77)), lambda p: p.file_id in (3, 4)),
        (VectorFilter(lang="zh"), lambda p: p.lang == "zh"),
        (VectorFilter(mtime_from=1_700_000_005), lambda p: p.mtime >= 1_700_000_005),
        (VectorFilter(mtime_to=1_700_000_005), lambda p: p.mtime <= 1_700_000_005),
        (VectorFilter(mtime_from=1_700_000_003, mtime_to=1_700_000_003), lambda p: p.file_id == 3),
        (VectorFilter(size_from=500, size_to=900), lambda p: 500 <= p.size <= 900),
        (VectorFilter(chunk_ids=tuple(range(0, 300, 7))), lambda p: p.chunk_id % 7 == 0),
        (VectorFilter(ext=("md",), lang="xx", size_from=1000), lambda p: p.ext == "md" and p.lang == "xx" and p.size >= 1000),
    ],
)  # fmt: skip
def test_filters(filled_store: VectorStore, where: VectorFilter, fits: Callable[[Point], object]) -> None:
    points = _points()
    expected = {point.chunk_id for point in points if fits(point)}
    found = filled_store.search(points[0].vector, len(points), where)
    assert {chunk_id for chunk_id, _ in found} == expected


def test_samples_vectors_of_one_language(filled_store: VectorStore) -> None:
    sample = filled_store.sample(1_000, "zh")
    own = np.array([point.vector for point in _points() if point.lang == "zh"])
    assert sample.shape == own.shape
    assert np.allclose(sample.mean(0), own.mean(0), atol=0.01)
    assert filled_store.sample(20, "zh").shape == (20, DIMENSION)


def test_thousands_of_chunk_ids_come_once_each(store: VectorStore) -> None:
    points = [replace(point, chunk_id=point.chunk_id + 1) for point in _points(files=60, chunks=200)]
    store.upsert(points)
    assert sorted(store.chunk_ids()) == list(range(1, 12_001))


def test_chunk_ids_of_64_bits(store: VectorStore) -> None:
    large = (1 << 62) + 5
    point = replace(_points(1, 1)[0], chunk_id=large)
    store.upsert([point])
    assert store.search(point.vector, 1)[0][0] == large
    store.delete_chunks([large])
    assert store.count() == 0


def test_two_owners_share_a_collection_and_see_only_their_own() -> None:
    client = QdrantClient(":memory:")
    mine = ServerStore(client, "chunks", 1, DIMENSION)
    theirs = ServerStore(client, "chunks", 2, DIMENSION)
    points = _points(files=3)
    mine.upsert(points)
    theirs.upsert(points[:10])
    mine.delete_file(1)
    assert (mine.count(), theirs.count()) == (20, 10)
    theirs.delete_chunks([0])
    assert mine.search(points[0].vector, 1)[0][0] == 0
    assert theirs.search(points[0].vector, 1)[0][0] != 0
    assert len(mine.search(points[0].vector, 100)) == 20
    mine.close()


def test_a_wrong_key_and_a_server_that_is_down_are_told_apart(rest_face: RestFace) -> None:
    client = connect(rest_face.url, "wrong")
    with pytest.raises(MeaningUnavailable) as refused:
        ServerStore(client, "chunks", OWNER, DIMENSION)
    assert refused.value.facts["why"] == "store_refused"
    client.close()
    client = connect("http://127.0.0.1:9", "")
    with pytest.raises(MeaningUnavailable) as down:
        ServerStore(client, "chunks", OWNER, DIMENSION)
    assert down.value.facts["why"] == "store_unreachable"
    client.close()
