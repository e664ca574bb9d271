"""Finding, checking and bringing the model's files."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indexer.errors import DiskFull, ModelUnavailable
from indexer.meaning.model_folder import (
    ModelFolder,
    model_key,
    open_onnx_folder,
    open_sentence_transformers_folder,
)
from indexer.meaning.models import DEFAULT, DEFAULT_FOLDER, discard_if_damaged, find_default, prepare_model

REPOSITORY = Path(__file__).resolve().parents[3]
NOWHERE = {"HF_ENDPOINT": "http://127.0.0.1:9", "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": ""}


def run_models(models_dir: Path, *more: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "indexer.meaning.models", "--models-dir", str(models_dir), *more],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)} | environment,
        cwd=REPOSITORY,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def copied(default_model: ModelFolder, tmp_path: Path) -> Path:
    """A models folder of its own with the default model in it."""
    (tmp_path / DEFAULT_FOLDER).mkdir()
    for file in default_model.path.iterdir():
        shutil.copyfile(file, tmp_path / DEFAULT_FOLDER / file.name)
    return tmp_path


def test_a_second_call_is_quick_and_imports_nothing_heavy(default_model: ModelFolder, models_dir: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from indexer.meaning.models import prepare_model;"
        f"prepare_model('default', Path({str(models_dir)!r}));"
        "print([m for m in ('numpy', 'onnx', 'onnxruntime', 'torch', 'huggingface_hub', 'rich') if m in sys.modules])"
    )
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "[]\n"
    assert time.perf_counter() - started < 1
    again = run_models(models_dir, **NOWHERE)
    assert again.returncode == 0
    assert str(default_model.path) in again.stdout


def test_the_manifest_says_what_the_model_is(default_model: ModelFolder) -> None:
    manifest = default_model.manifest
    assert manifest is not None
    assert (manifest.model, manifest.dimension) == ("intfloat/multilingual-e5-small", 384)
    assert (manifest.query_prefix, manifest.passage_prefix) == ("query: ", "passage: ")
    assert manifest.source.split(":")[0] in {"hub", "pypi"}
    assert open_onnx_folder(default_model.path, full=True) == default_model


def test_a_file_that_was_cut_is_noticed_at_once(copied: Path) -> None:
    assert find_default(copied)
    os.truncate(copied / DEFAULT_FOLDER / "model.onnx", 1_000)
    assert find_default(copied) is None


def test_a_changed_byte_is_noticed_by_the_full_check(copied: Path) -> None:
    folder = find_default(copied)
    assert folder
    assert not discard_if_damaged(folder, copied)
    with (folder.path / "spm.model").open("r+b") as file:
        file.seek(1_000)
        file.write(b"\xff\x00\xff")
    assert find_default(copied)
    assert discard_if_damaged(folder, copied)
    assert find_default(copied) is None


@pytest.mark.parametrize(
    "manifest", ["", "[]", "{}", '{"format": 99}', '{"format": 1, "files": {}}', '{"format": 1, "files": 3}']
)
def test_a_manifest_that_cannot_be_read_means_no_model(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    assert open_onnx_folder(tmp_path) is None


def test_files_of_another_format_are_not_used(copied: Path) -> None:
    path = copied / DEFAULT_FOLDER / "manifest.json"
    described = json.loads(path.read_text()) | {"format": 1}
    path.write_text(json.dumps(described))
    assert find_default(copied) is None


def test_a_packaged_program_uses_the_files_beside_it(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = tmp_path / "program"
    packaged.mkdir()
    (copied / DEFAULT_FOLDER).rename(tmp_path / "moved")
    shutil.copytree(tmp_path / "moved", packaged / "models" / DEFAULT_FOLDER)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(packaged), raising=False)
    found = prepare_model(DEFAULT, tmp_path / "empty")
    assert found.path == packaged / "models" / DEFAULT_FOLDER
    assert not (tmp_path / "empty").exists()


def test_with_no_network_it_says_so_within_seconds(tmp_path: Path) -> None:
    started = time.perf_counter()
    done = run_models(tmp_path / "models", **NOWHERE)
    assert done.returncode == 3
    assert "why: unreachable" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.perf_counter() - started < 30
    assert find_default(tmp_path / "models") is None


def test_a_named_model_that_cannot_be_reached(tmp_path: Path) -> None:
    done = run_models(tmp_path, "--model", "someone/some-model", **NOWHERE)
    assert done.returncode == 3
    assert "someone/some-model" in done.stderr
    assert "why: unreachable" in done.stderr


def test_no_room_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    with pytest.raises(DiskFull) as full:
        prepare_model(DEFAULT, tmp_path / "models", free_bytes=lambda _: 1_000)
    assert full.value.facts["free"] == 1_000
    assert full.value.facts["needed"] > 500 << 20


def test_a_models_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelUnavailable) as unavailable:
        prepare_model(DEFAULT, tmp_path / "file" / "models")
    assert unavailable.value.facts["why"] == "unwritable"


@pytest.mark.parametrize("name", ["./missing", "/no/such/folder", "~/没有这个文件夹", r"C:\models\mine"])
def test_a_folder_that_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelUnavailable) as unavailable:
        prepare_model(name, tmp_path)
    assert unavailable.value.facts["why"] == "no_such_folder"


def test_a_folder_without_a_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelUnavailable) as unavailable:
        prepare_model(str(tmp_path), tmp_path)
    assert unavailable.value.facts["why"] == "bad_model"


def test_the_key_of_a_folder_follows_its_content(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(b"\0" * (3 << 20))
    first = open_sentence_transformers_folder(tmp_path, "模型")
    assert open_sentence_transformers_folder(tmp_path, "模型").key == first.key
    with (tmp_path / "model.safetensors").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\1")
    assert open_sentence_transformers_folder(tmp_path, "模型").key != first.key


def test_keys_are_names_for_any_file_system() -> None:
    names = ["intfloat/multilingual-e5-small", "模型", "a" * 300, r"C:\x", "../..", "bad \udcff"]
    keys = [model_key(name, ["384"]) for name in names]
    assert len(set(keys)) == len(names)
    assert all(key.replace("-", "").isalnum() and key.isascii() and len(key) < 64 for key in keys)
