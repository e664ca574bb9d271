"""Writes THIRD_PARTY.md: everything that Docent needs at run time, with its licence.

Run: python packaging/setup/third_party.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

TARGET = Path(__file__).parents[2] / "THIRD_PARTY.md"
HEAD = """# Third-party software

Docent is MIT-licensed. It installs and uses these packages, which keep their own licences; their texts come
with each package. Written by `make notices` from the packages' own metadata.

PySide6 (Qt) is used under the LGPL-3.0, as an unchanged, separately installed library that may be replaced.
The embedding model multilingual-e5-small is MIT-licensed. The dictionary in `resources/dictionary` is made from ECDICT,
which is MIT-licensed (`resources/dictionary/LICENSE`). The sample documents are Docent's own.

| package | licence |
|---|---|
"""
_COPYLEFT = re.compile(r"\bA?GPL")
_TERSE = 60
"""Characters; a longer licence field holds the text of the licence, not its name."""


def closure(name: str) -> dict[str, metadata.Distribution]:
    """The run-time requirements of a distribution, theirs included, by normalised name."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(name, "")]
    while waiting:
        for requirement in _requirements(*waiting.pop()):
            key = _normalised(requirement.name)
            wanted = {(requirement.name, extra) for extra in ("", *requirement.extras)} - seen
            try:
                found[key] = metadata.distribution(requirement.name)
            except metadata.PackageNotFoundError:
                continue  # for another system
            seen |= wanted
            waiting += wanted
    return found


def _requirements(name: str, extra: str) -> Iterator[Requirement]:
    """What a distribution asks for on this system, with one of its extras or with none ("")."""
    for requirement in map(Requirement, metadata.requires(name) or []):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(distribution: metadata.Distribution) -> str:
    """The licence by the best of three fields: expression, classifiers, free text."""
    told = distribution.metadata
    expression = told.get("License-Expression")
    if expression:
        return str(expression)
    classifiers = [
        line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    names = [name for name in classifiers if name != "OSI Approved"]
    if names:
        return " OR ".join(names)
    text = str(told.get("License") or "").strip()
    return text if 0 < len(text) <= _TERSE and "\n" not in text else "see the package"


def only_copyleft(text: str) -> bool:
    """True when every alternative that a licence offers is GPL or AGPL."""
    alternatives = re.split(r"\s+OR\s+", text.strip("()"))
    return all(_COPYLEFT.search(alternative) for alternative in alternatives)


def notices() -> str:
    """The whole file."""
    packages = closure("docent")
    rows = [f"| {packages[key].metadata['Name']} | {licence(packages[key])} |" for key in sorted(packages)]
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    TARGET.write_text(notices(), encoding="utf-8")
