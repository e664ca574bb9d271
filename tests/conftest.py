"""The real embedding model, brought once a checkout."""

import os
from pathlib import Path

import pytest

from indexer.meaning.model_folder import ModelFolder
from indexer.meaning.models import DEFAULT, prepare_model

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def models_dir() -> Path:
    return Path(os.environ.get("DOCENT_TEST_MODELS", REPOSITORY / ".cache" / "models"))


@pytest.fixture(scope="session")
def default_model(models_dir: Path) -> ModelFolder:
    return prepare_model(DEFAULT, models_dir)
