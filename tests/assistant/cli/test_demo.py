from __future__ import annotations

from pathlib import Path

from tests.assistant.cli.conftest import REPOSITORY, Docent, done, found, hit, status
from tests.fake_engine import FakeEngine


def test_the_demo_indexes_finds_and_asks(docent: Docent, engine: FakeEngine) -> None:
    samples = str(REPOSITORY / "resources" / "samples")
    engine.on("index", {"folders": [{"path": samples}]})
    engine.on("status", status())
    engine.on("find", found(hit()))
    engine.on("ask", [{"event": "files", "hits": [hit()]}, done()])
    result = docent("demo")
    assert result.code == 0
    assert [(request.folders, request.wait) for request in engine.requests("index")] == [([samples], True)]
    assert len(engine.requests("find")) == 3
    assert len(engine.requests("ask")) == 2
    assert any("\u4e00" <= character <= "\u9fff" for character in engine.requests("ask")[1].question)
    shown = result.out
    assert shown.index("$ docent index") < shown.index("$ docent find") < shown.index("$ docent ask")
    assert "[1] 租房合同.pdf · page 1" in shown


def test_a_step_without_a_result_does_not_end_the_demo(docent: Docent, engine: FakeEngine) -> None:
    engine.on("index", {"folders": [{"path": "/x"}]})
    engine.on("status", status())
    engine.on("find", found())
    engine.on("folders", {"folders": [{"path": "/x"}]})
    engine.on("ask", [done()])
    result = docent("demo")
    assert result.code == 1
    assert result.err.count("Nothing found.") == 3
    assert len(engine.requests("ask")) == 2


def test_the_samples_may_be_missing(docent: Docent, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    (bare / "resources").mkdir(parents=True)
    (bare / "resources" / "__init__.py").write_text("")
    for package in ("assistant", "indexer"):
        (bare / package).symlink_to(REPOSITORY / package)
    result = docent("demo", PYTHONPATH=str(bare))
    assert result.code == 3
    assert "docent index FOLDER" in result.err
