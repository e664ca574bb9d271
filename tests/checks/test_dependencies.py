"""What is installed: pinned, of a known source, under licences that fit."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines()


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture
def third_party() -> ModuleType:
    spec = importlib.util.spec_from_file_location("third_party", REPOSITORY / "packaging/setup/third_party.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _required() -> Iterator[Requirement]:
    yield from map(Requirement, PROJECT["dependencies"])
    yield from map(Requirement, PROJECT["optional-dependencies"]["dev"])


def test_constraints_are_plain_pins() -> None:
    assert [line for line in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    names = [_normalised(line.split("==")[0]) for line in PINS]
    assert len(names) == len(set(names))


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    pinned = {_normalised(name): version for name, _, version in (line.partition("==") for line in PINS)}
    for requirement in _required():
        assert requirement.specifier.contains(pinned[_normalised(requirement.name)]), requirement


def test_what_is_pinned_is_what_is_installed() -> None:
    installed = {
        _normalised(item.metadata["Name"]): item.version.partition("+")[0] for item in metadata.distributions()
    }
    pinned = {_normalised(name): version for name, _, version in (line.partition("==") for line in PINS)}
    assert {name: installed[name] for name in pinned if name in installed} == {
        name: version for name, version in pinned.items() if name in installed
    }


def test_notices_list_what_is_installed(third_party: ModuleType) -> None:
    assert (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8") == third_party.notices()


def test_no_dependency_is_copyleft_only(third_party: ModuleType) -> None:
    packages = third_party.closure("docent")
    assert len(packages) > 40
    licences = {name: third_party.licence(package) for name, package in packages.items()}
    assert {name: text for name, text in licences.items() if third_party.only_copyleft(text)} == {}


@pytest.mark.parametrize(
    ("text", "copyleft"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0-or-later", True),
        ("GPL-2.0-only OR AGPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("GNU Affero General Public License v3 (AGPLv3)", True),
        ("GNU General Public License v3 (GPLv3)", True),
        ("LGPL-3.0-only OR GPL-2.0-only", False),
        ("MIT", False),
    ],
)
def test_copyleft_is_recognised(third_party: ModuleType, text: str, copyleft: bool) -> None:
    assert third_party.only_copyleft(text) is copyleft
