"""Each import contract of pyproject.toml notices the import that it forbids."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = [contract["name"] for contract in PYPROJECT["tool"]["importlinter"]["contracts"]]

FORBIDDEN = [
    ("ui -> assistant -> indexer -> resources, never back", "indexer/model.py", "import assistant.errors"),
    ("ui -> assistant -> indexer -> resources, never back", "resources/__init__.py", "import indexer.model"),
    ("no Qt below the window", "assistant/client.py", "import PySide6.QtCore"),
    ("no Qt below the window", "indexer/model.py", "import PySide6"),
    ("the window reaches only the client side of the assistant", "ui/__init__.py", "import assistant.engine.lifetime"),
    ("the window reaches only the client side of the assistant", "assistant/settings.py", "import torch"),
    ("only indexer.meaning knows models and vector stores", "indexer/pipeline.py", "import qdrant_edge"),
    ("only indexer.formats knows parsers", "assistant/doctor.py", "import pypdfium2"),
    ("only indexer.ocr knows text recognition", "indexer/formats/pdf.py", "import rapidocr"),
    ("only assistant.llm knows model clients", "assistant/cli/ask.py", "import ollama"),
]


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four packages and the configuration, without data."""
    copy = tmp_path_factory.mktemp("sources")
    shutil.copy(REPOSITORY / "pyproject.toml", copy)
    for package in ("assistant", "indexer", "ui", "resources"):
        shutil.copytree(
            REPOSITORY / package,
            copy / package,
            ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
        )
    return copy


def _broken(folder: Path) -> set[str]:
    """Names of the contracts that import-linter reports as broken."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    environ = os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "300", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
    told = [name for name in CONTRACTS if f"{name} KEPT" in done.stdout or f"{name} BROKEN" in done.stdout]
    assert told == CONTRACTS, done.stdout + done.stderr
    return {name for name in CONTRACTS if f"{name} BROKEN" in done.stdout}


def test_every_contract_is_broken_here_on_purpose() -> None:
    assert {name for name, _, _ in FORBIDDEN} == set(CONTRACTS)


def test_the_sources_keep_every_contract(sources: Path) -> None:
    assert _broken(sources) == set()


@pytest.mark.parametrize(("contract", "file", "line"), FORBIDDEN)
def test_a_forbidden_import_breaks_its_contract(sources: Path, contract: str, file: str, line: str) -> None:
    path = sources / file
    kept = path.read_text(encoding="utf-8")
    path.write_text(f"{kept}\n{line}\n", encoding="utf-8")
    try:
        assert contract in _broken(sources)
    finally:
        path.write_text(kept, encoding="utf-8")
