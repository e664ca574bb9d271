"""Copies the embedding model that `make setup` brought to where Docent looks for it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from assistant.paths import Paths, private
from indexer.meaning.model_folder import open_onnx_folder

BROUGHT = Path(__file__).parents[2] / ".cache" / "models"


def copy_models(source: Path, target: Path) -> None:
    """Copy every model folder that `target` has not, or not in a form that is read; one appears only when it is whole."""
    for folder in source.iterdir():
        there = target / folder.name
        outdated = open_onnx_folder(folder) and not open_onnx_folder(there)
        if folder.name.startswith(".") or not folder.is_dir() or (there.exists() and not outdated):
            continue
        making = private(target) / f".making-{folder.name}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(folder, making)
        shutil.rmtree(there, ignore_errors=True)
        making.rename(there)
        print(f"The embedding model {folder.name} is in {target}")


if __name__ == "__main__":
    copy_models(BROUGHT, Paths.from_environment().models)
    sys.exit(0)
