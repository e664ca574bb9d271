"""The set-up: what it says when it cannot go on, and that it does nothing twice."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "packaging" / "setup"


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def setup() -> ModuleType:
    return _load("setup")


def _on_path(tmp_path: Path, **programs: str) -> dict[str, str]:
    """An environment whose PATH holds these shell programs and what a shell script needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "cat"):
        found = shutil.which(name)
        assert found
        (folder / name).symlink_to(found)
    for name, script in programs.items():
        program = folder / name.replace("_", ".")
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
    return os.environ | {"PATH": str(folder)}


@pytest.mark.parametrize("programs", [{}, {"python3": "exit 1"}])
def test_no_python_is_said_plainly(tmp_path: Path, programs: dict[str, str]) -> None:
    done = subprocess.run(
        ["sh", str(FOLDER / "setup.sh")],
        env=_on_path(tmp_path, **programs),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Docent needs Python 3.11 or newer, and none was found.\n")
    assert "apt-get install python3 python3-venv" in done.stderr


def test_a_newer_python_is_taken_when_python3_is_old(tmp_path: Path) -> None:
    newer = 'case "$1" in -c) exit 0;; *) echo "ran $1";; esac'
    env = _on_path(tmp_path, python3="exit 1", python3_12=newer)
    done = subprocess.run(["sh", str(FOLDER / "setup.sh")], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == f"ran {FOLDER / 'setup.py'}\n"


def test_missing_packages_are_those_not_installed(setup: ModuleType) -> None:
    wanted = "# The window\npython3-venv\nlibegl1\nlibglib2.0-0\n"
    assert setup.missing_packages(wanted, {"libglib2.0-0"}) == ["libegl1"]
    assert setup.missing_packages(wanted, {"libegl1", "libglib2.0-0"}) == []


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="needs Debian's package tools")
def test_without_root_the_exact_command_is_shown(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = tmp_path / "packages.txt"
    listed.write_text("python3-venv\nno-such-package-1\n")
    monkeypatch.setattr(setup, "PACKAGES", listed)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("PATH", str(_only_package_tools(tmp_path)))
    assert setup.main() == 1
    assert (
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends no-such-package-1"
        in capsys.readouterr().err
    )


def _only_package_tools(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("dpkg-query", "apt-get"):
        (folder / name).symlink_to(shutil.which(name) or "")
    return folder


def test_a_changed_pin_asks_for_an_update(setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = setup.fingerprint()
    assert before == setup.fingerprint()
    changed = tmp_path / "constraints.txt"
    changed.write_text(setup.CONSTRAINTS.read_text() + "new==1\n")
    monkeypatch.setattr(setup, "CONSTRAINTS", changed)
    assert setup.fingerprint() != before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Downloading torch-2.13.0-cp311-linux_x86_64.whl (190.2 MB)\n", ["fetching torch (190.2 MB)"]),
        ("  Downloading tqdm-4.70.1-py3-none-any.whl (78 kB)\n", []),
        ("Collecting torch==2.13.0\n", []),
        ("Installing build dependencies: started\n", []),
        ("Installing collected packages: a, b, c\n", ["unpacking 3 of them"]),
    ],
)
def test_what_pip_says_is_cut_down(setup: ModuleType, line: str, told: list[str]) -> None:
    assert list(setup.progress_of(line)) == told


def test_a_model_is_copied_once_and_whole(tmp_path: Path) -> None:
    copy_models = _load("app_model").copy_models
    source, target = tmp_path / "brought", tmp_path / "app"
    (source / "模型-small").mkdir(parents=True)
    (source / "模型-small" / "weights.bin").write_bytes(b"weights")
    (source / ".download").mkdir()
    (target / ".making-模型-small").mkdir(parents=True)
    copy_models(source, target)
    assert [path.name for path in target.iterdir()] == ["模型-small"]
    (target / "模型-small" / "weights.bin").write_bytes(b"kept")
    copy_models(source, target)
    assert (target / "模型-small" / "weights.bin").read_bytes() == b"kept"


def test_a_second_run_has_nothing_to_do(setup: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    if not setup.STAMP.exists() or setup.STAMP.read_text(encoding="utf-8") != setup.fingerprint():
        pytest.skip("make setup has not run since pyproject.toml or constraints.txt changed")
    setup.make_environment()
    setup.bring_model()
    assert capfd.readouterr().out == ""
