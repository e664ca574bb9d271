from pathlib import Path

import pytest

from indexer.meaning.model_folder import ModelFolder
from tests.e2e import killing


@pytest.mark.heavy
@pytest.mark.timeout(3600)
def test_a_hundred_kills_leave_the_index_of_an_undisturbed_run(default_model: ModelFolder) -> None:
    toll, differences, expected = killing.compare(7, 100, list(killing.VICTIMS), default_model.path.parent, "a hundred")
    assert differences == []
    assert toll.kills.total() == 100
    assert set(toll.kills) == set(killing.VICTIMS)
    assert len(expected.files) >= 300


def test_the_tree_to_kill_over_is_large_and_mixed(tmp_path: Path) -> None:
    assert killing.write_tree(tmp_path / "files", 7) >= 300
    assert {".pdf", ".docx", ".xlsx", ".pptx", ".eml", ".md", ".zip"} <= {path.suffix for path in tmp_path.rglob("*")}
