"""Copies the embedding model that `make setup` brought to where Docent looks for it."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from assistant.paths import Paths, private

BROUGHT = Path(__file__).parents[2] / ".cache" / "models"


def copy_models(source: Path, target: Path) -> None:
    """Copy every model folder that `target` does not have; a folder appears there only when it is whole."""
    for folder in source.iterdir():
        if folder.name.startswith(".") or not folder.is_dir() or (target / folder.name).exists():
            continue
        making = private(target) / f".making-{folder.name}"
        shutil.rmtree(making, ignore_errors=True)
        shutil.copytree(folder, making)
        making.rename(target / folder.name)
        print(f"The embedding model {folder.name} is in {target}")


if __name__ == "__main__":
    copy_models(BROUGHT, Paths.from_environment().models)
    sys.exit(0)
