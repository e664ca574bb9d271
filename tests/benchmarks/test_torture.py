"""A minute of torture; the script beside it goes on for as long as one likes."""

from pathlib import Path

import pytest

from tests.benchmarks.torture import run


@pytest.mark.heavy
@pytest.mark.timeout(1200)
def test_a_tortured_index_is_the_disk_in_the_end(tmp_path: Path) -> None:
    report = run(tmp_path, seconds=60, burst=3_000, seed=20261122, log=print)
    assert len(report.steps) > 20
    assert report.answered > 100
    assert report.gone == []
