"""Rules of CONTRIBUTING.md that a program can check."""

from __future__ import annotations

import ast
import re
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import doctor, errors
from assistant.settings import SETTINGS

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("assistant", "indexer", "ui", "resources")
LONGEST_FILE = 450
ERRORS = {
    cls.__name__ for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, errors.DocentError)
}


def _sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (REPOSITORY / folder).rglob("*.py"))


def _raised(path: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Each failure made in a file: its code, and the facts it is given (None when they cannot be read off)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = node.args[0]
        if name in ERRORS and isinstance(code, ast.Constant):
            facts = {keyword.arg for keyword in node.keywords}
            yield code.value, None if None in facts else {fact for fact in facts if fact}


def _named_facts(code: str) -> set[str]:
    return {name for text in errors.MESSAGES[code] for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_error_code_has_its_sentence() -> None:
    raised = {code for path in _sources("assistant", "ui") for code, _ in _raised(path)}
    assert len(raised) > 15, "the failures were found"
    assert raised <= errors.MESSAGES.keys()


def test_every_failure_brings_the_facts_that_its_sentence_names() -> None:
    missing = {
        f"{path.relative_to(REPOSITORY)}: {code} lacks {sorted(_named_facts(code) - facts)}"
        for path in _sources("assistant", "ui")
        for code, facts in _raised(path)
        if facts is not None and code in errors.MESSAGES and _named_facts(code) - facts
    }
    assert missing == set()


@pytest.mark.parametrize("code", sorted(errors.MESSAGES))
def test_a_failure_is_one_sentence_and_a_next_step(code: str) -> None:
    sentence, step = errors.MESSAGES[code]
    assert sentence.endswith(".")
    assert step


def test_every_setting_is_documented_and_has_a_sound_default() -> None:
    assert len({setting.variable for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert re.fullmatch(r"[a-z]+\.[a-z_]+", setting.key)
        assert setting.title
        assert setting.title[0].isupper()
        assert setting.parse(setting.default) == setting.default


def test_no_file_is_too_long() -> None:
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in _sources(*PACKAGES, "tests", "packaging")}
    assert {str(path) for path, length in lengths.items() if length > LONGEST_FILE} == set()


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    here = Path(__file__)
    found = [
        str(path)
        for path in _sources(*PACKAGES, "tests", "packaging")
        if path != here and mark.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_doctor_and_setup_ask_for_the_same_window_libraries() -> None:
    listed = (REPOSITORY / "packaging/setup/debian-packages.txt").read_text(encoding="utf-8").splitlines()
    packages = {line for line in listed if line and not line.startswith("#")}
    assert packages == set(doctor.WINDOW_LIBRARIES.values()) | {
        "python3-venv",
        "fonts-noto-cjk",
        "libarchive13",
        "xvfb",
    }


class TestContributing:
    text = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")

    def test_it_names_files_that_exist(self) -> None:
        named = re.findall(r"`((?:tests|assistant|indexer|ui|resources|packaging)/[^`*]*)`", self.text)
        assert len(named) > 5
        assert [name for name in named if not (REPOSITORY / name).exists()] == []

    def test_it_names_checks_that_exist(self) -> None:
        named = re.findall(r"`(test_\w+)`", self.text)
        defined = {
            node.name
            for path in _sources("tests")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert len(named) > 5
        assert set(named) <= defined

    def test_it_names_make_targets_that_exist(self) -> None:
        targets = re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert set(re.findall(r"`make ([a-z-]+)`", self.text)) <= set(targets)


def test_the_gate_runs_what_contributing_says() -> None:
    assert "exec make test" in (REPOSITORY / ".ci/run").read_text(encoding="utf-8")
    listed = subprocess.run(["make", "-n", "test"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    for tool in ("ruff check", "ruff format --check", "mypy", "lint-imports", "pytest"):
        assert f".venv/bin/{tool}" in listed
