"""The averages that make scores of two languages comparable."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.meaning.edge_store import EdgeStore
from indexer.meaning.language_means import LanguageMeans, known_means
from indexer.meaning.onnx_encoder import OnnxEncoder
from indexer.meaning.store import Point
from tests.indexer.meaning.desk import DESK, desk_items

E5 = "intfloat/multilingual-e5-small"
DIMENSION = 384


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EdgeStore]:
    opened = EdgeStore(tmp_path / "shard", DIMENSION, 0)
    yield opened
    opened.close()


def _points(count: int, lang: str, axis: int, first_id: int = 0) -> list[Point]:
    """Unit vectors scattered around one axis."""
    vectors = np.random.default_rng(axis).standard_normal((count, DIMENSION)).astype(np.float32) * 0.02
    vectors[:, axis] += 1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return [Point(first_id + n, vector, n, (), "txt", lang, 0, 0) for n, vector in enumerate(vectors)]


def test_without_chunks_the_known_averages_hold(store: EdgeStore) -> None:
    known = {"zh": np.eye(DIMENSION, dtype=np.float32)[0], "xx": np.eye(DIMENSION, dtype=np.float32)[1]}
    means = LanguageMeans(store, DIMENSION, known)
    store.upsert(_points(1, "xx", 5))
    means.refresh()
    assert np.allclose(means.of("zh"), known["zh"])


def test_few_chunks_are_eked_out_and_many_count_alone(store: EdgeStore) -> None:
    known = {lang: np.eye(DIMENSION, dtype=np.float32)[0] for lang in ("zh", "xx")}
    store.upsert(_points(25, "zh", 5))
    means = LanguageMeans(store, DIMENSION, known)
    assert means.of("zh")[0] == pytest.approx(0.5, abs=0.02)
    assert means.of("zh")[5] == pytest.approx(0.46, abs=0.03)
    store.upsert(_points(400, "zh", 5))
    means.changed(400)
    assert abs(means.of("zh")[0]) < 0.02
    assert means.of("zh")[5] == pytest.approx(0.92, abs=0.03)


def test_without_known_averages_the_other_language_steps_in(store: EdgeStore) -> None:
    store.upsert(_points(100, "xx", 3))
    means = LanguageMeans(store, DIMENSION, {})
    assert np.allclose(means.of("zh"), means.of("xx"), atol=0.01)


def test_averages_follow_the_store_only_after_a_tenth_changed(store: EdgeStore) -> None:
    store.upsert(_points(200, "xx", 3))
    means = LanguageMeans(store, DIMENSION, {})
    before = means.of("xx")
    store.upsert(_points(15, "xx", 9, first_id=1_000))
    means.changed(15)
    assert means.of("xx") is before
    means.changed(10)
    assert means.of("xx")[9] > before[9]


def test_the_known_averages_fit_texts_they_were_not_made_of(encoder: OnnxEncoder) -> None:
    known = known_means(E5)
    assert set(known) == {"zh", "xx", "question_zh", "question_xx"}
    vectors = encoder.encode_passages([item.text for item in desk_items()])
    for lang, other in (("zh", "xx"), ("xx", "zh")):
        own = vectors[[file.lang == lang for file in DESK]].mean(0)
        cosines = {
            tag: float(own @ mean / np.linalg.norm(own) / np.linalg.norm(mean))
            for tag, mean in known.items()
            if tag in {"zh", "xx"}
        }
        assert cosines[lang] > 0.9
        assert cosines[lang] > cosines[other]


def test_models_without_known_averages() -> None:
    assert known_means("someone/else") == {}
