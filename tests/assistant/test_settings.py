import stat
from pathlib import Path

import pytest

from assistant import settings_file
from assistant.errors import UsageError
from assistant.paths import Paths
from assistant.settings import SETTINGS


def test_order_is_default_file_environment(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    assert settings_file.load(path, {})[0].text("llm.model") == ""
    settings_file.save(path, {"llm.model": "qwen3:4b", "index.workers": 4})
    settings, problems = settings_file.load(path, {"DOCENT_INDEX_WORKERS": "3"})
    assert settings.text("llm.model") == "qwen3:4b"
    assert settings.number("index.workers") == 3
    assert problems == []


def test_only_what_differs_is_written_and_privately(tmp_path: Path) -> None:
    path = tmp_path / "config" / "settings.toml"
    settings_file.save(path, {setting.key: setting.default for setting in SETTINGS} | {"ui.theme": "dark"})
    assert path.read_text() == '[ui]\ntheme = "dark"\n'
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"not [toml", b"\xff\xfe\x00", b"ui = 3\n=", b"[ui\ntheme='dark'"])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(content)
    settings, problems = settings_file.load(path, {})
    assert settings.text("ui.theme") == "system"
    assert [problem.code for problem in problems] == ["settings_broken"]
    assert Path(problems[0].facts["path"]).read_bytes() == content


def test_a_bad_value_in_the_file_is_named_and_the_rest_counts(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[ui]\ntheme = "purple"\nlanguage = "zh_CN"\n[old]\nsetting = 1\n')
    settings, problems = settings_file.load(path, {})
    assert settings.text("ui.theme") == "system"
    assert settings.text("ui.language") == "zh_CN"
    assert [problem.facts["key"] for problem in problems] == ["ui.theme"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DOCENT_UI_THEME", "紫色"),
        ("DOCENT_INDEX_WORKERS", "0"),
        ("DOCENT_INDEX_WORKERS", "many"),
        ("DOCENT_INDEX_BACKGROUND", "perhaps"),
    ],
)
def test_a_bad_value_in_the_environment_is_refused(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(UsageError) as failure:
        settings_file.load(tmp_path / "none.toml", {variable: value})
    assert failure.value.to_json()["message"].count(value) == 1


def test_a_long_home_still_has_an_address_that_fits(tmp_path: Path) -> None:
    short = Paths.from_environment({"DOCENT_HOME": "/tmp/x"})
    assert short.engine_address == "/tmp/x/run/engine.sock"
    long = Paths.from_environment({"DOCENT_HOME": str(tmp_path / ("长" * 60))})
    assert len(long.engine_address.encode()) < 104
    assert long.engine_address != Paths.from_environment({"DOCENT_HOME": str(tmp_path / ("長" * 60))}).engine_address
