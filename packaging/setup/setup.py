"""Makes a fresh clone ready to run: system packages, virtual environment, embedding model.

Uses the standard library alone. Every step looks first whether it is done already, so a second run
takes about a second, and a run that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "docent-setup"
PACKAGES = Path(__file__).with_name("debian-packages.txt")
CONSTRAINTS = ROOT / "constraints.txt"
MODELS = ROOT / ".cache" / "models"
LOG = ROOT / ".cache" / "setup.log"


class SetupError(Exception):
    """A step failed; the message says what a person can do."""


def main() -> int:
    """Carry out what is missing and return the exit code."""
    try:
        install_system_packages()
        make_environment()
        bring_model()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next run goes on from here.", file=sys.stderr)
        return 1
    return 0


def install_system_packages() -> None:
    """Install the Debian packages that are missing; on other systems there is nothing to do."""
    if shutil.which("dpkg-query") is None or shutil.which("apt-get") is None:
        return
    missing = missing_packages(PACKAGES.read_text(encoding="utf-8"), _installed())
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    prefix = _as_root()
    if prefix is None:
        command = f"sudo apt-get update && sudo {' '.join(install)}"
        raise SetupError(
            f"These system packages are missing. Install them, then run make setup again:\n\n  {command}\n"
        )
    print(f"Installing these system packages: {' '.join(missing)}", flush=True)
    environment = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    _run([*environment, "apt-get", "-qq", "update"], "The package lists could not be brought up to date.")
    _run([*environment, *install, "-qq", "-o", "Dpkg::Use-Pty=0"], "The system packages could not be installed.")


def missing_packages(wanted: str, installed: set[str]) -> list[str]:
    """Names in the list `wanted` (one a line, # begins a remark) that are not in `installed`."""
    names = [line for line in wanted.splitlines() if line and not line.startswith("#")]
    if importlib.util.find_spec("ensurepip") is not None:
        names.remove("python3-venv")
    return [name for name in names if name not in installed]


def _installed() -> set[str]:
    """Installed packages and what they stand for (libglib2.0-0t64 provides libglib2.0-0)."""
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"]
    listed = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    lines = (line.replace(",", " ").split() for line in listed.splitlines())
    return {name for status, *names in lines if status == "installed" for name in names}


def _as_root() -> list[str] | None:
    """What makes a command run as root; None when nothing does without a password."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def make_environment() -> None:
    """Make the virtual environment and install what constraints.txt pins."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    if not _usable():
        print(f"Making a virtual environment with Python {sys.version.split()[0]} in .venv", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made.")
    print("Installing the Python packages (the first time this takes some minutes)", flush=True)
    _install()
    STAMP.write_text(wanted, encoding="utf-8")


def fingerprint() -> str:
    """Changes whenever the environment has to be brought up to date."""
    digest = hashlib.sha256(f"{ROOT}\n{sys.version_info[:2]}".encode())
    for path in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _usable() -> bool:
    """True when .venv was made in this place and by this version of Python."""
    if not PYTHON.exists():
        return False
    check = "import sys; print(sys.prefix, sys.version_info[:2])"
    told = subprocess.run([PYTHON, "-c", check], capture_output=True, text=True, check=False)
    pip = (VENV / "bin" / "pip", VENV / "Scripts" / "pip.exe")
    script = next((path for path in pip if path.exists()), None)
    moved = script is None or str(VENV).encode() not in script.read_bytes()
    return told.stdout.strip() == f"{VENV} {sys.version_info[:2]}" and not moved


def _install() -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    command += ["-c", str(CONSTRAINTS), "-e", f"{ROOT}[dev]"]
    # The build of Docent itself is pinned too: pip reads -c only for what it installs.
    environment = os.environ | {"PIP_CONSTRAINT": str(CONSTRAINTS)}
    LOG.parent.mkdir(exist_ok=True)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        lines = []
        for line in pip.stdout:
            lines.append(line)
            for told in progress_of(line):
                print(f"  {told}", flush=True)
    LOG.write_text("".join(lines), encoding="utf-8")
    if pip.returncode:
        raise SetupError("".join(lines[-15:]) + f"The Python packages could not be installed; all of it: {LOG}")


def progress_of(line: str) -> Iterator[str]:
    """What a person wants to know of a line that pip prints."""
    words = line.split()
    if words[:1] == ["Downloading"] and len(words) > 2 and any(unit in line for unit in (" MB)", " GB)")):
        yield f"fetching {words[1].rsplit('/', 1)[-1].split('-')[0]} {' '.join(words[2:])}"
    elif line.startswith("Installing collected packages"):
        yield f"unpacking {line.count(',') + 1} of them"


def bring_model() -> None:
    """Bring the embedding model into .cache/models, where the tests look for it and `make run` copies it from."""
    command = [str(PYTHON), "-m", "indexer.meaning.models", "--models-dir", str(MODELS)]
    ready = subprocess.run(
        [PYTHON, "-c", _MODEL_CHECK, str(MODELS)], cwd=ROOT, capture_output=True, check=False
    ).returncode
    if ready != 0:
        print("Bringing the embedding model", flush=True)
        _run(command, "Docent works without the embedding model, by names and words; make setup tries again.")


_MODEL_CHECK = "import sys, pathlib; from indexer.meaning.models import find_default; sys.exit(not find_default(pathlib.Path(sys.argv[1])))"


def _run(command: list[str], advice: str) -> None:
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SetupError(advice)


if __name__ == "__main__":
    sys.exit(main())
