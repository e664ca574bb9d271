"""Brings the translations up to date: texts of ui/ → resources/i18n/*.ts → *.qm.

Run it with the project's Python after changing a text, translate what is "unfinished" in the .ts
files (Qt Linguist: pyside6-linguist, or any editor), and run it again. The tests of tests/ui/test_i18n.py
fail on a text without a finished translation and on a .qm that is older than its .ts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
I18N = ROOT / "resources" / "i18n"
TOOLS = Path(sys.executable).parent
LANGUAGES = {"zh_CN": [], "en": ["-pluralonly"]}
"""English needs only its plural forms; its other texts stand in the code."""


def update(folder: Path) -> None:
    """Collect the texts of ui/ into the .ts files in `folder`."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ui").rglob("*.py"))
    for name, options in LANGUAGES.items():
        target = folder / f"docent_{name}.ts"
        command = [TOOLS / "pyside6-lupdate", *sources, "-no-obsolete", "-locations", "none", "-silent", *options]
        subprocess.run([*command, "-ts", target], check=True, cwd=ROOT)


def compile_all(source: Path, target: Path) -> None:
    """Compile the .ts files in `source` to .qm files in `target`."""
    for name in LANGUAGES:
        command = [TOOLS / "pyside6-lrelease", "-silent", source / f"docent_{name}.ts", "-qm"]
        subprocess.run([*command, target / f"docent_{name}.qm"], check=True)


if __name__ == "__main__":
    update(I18N)
    compile_all(I18N, I18N)
