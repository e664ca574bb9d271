"""The settings file: TOML, replaced in one step; a broken one is kept aside and defaults are used."""

from __future__ import annotations

import contextlib
import os
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli_w

from assistant.errors import DocentError, OutsideError, UsageError
from assistant.paths import private
from assistant.settings import BY_KEY, Settings


def load(path: Path, environ: Mapping[str, str] = os.environ) -> tuple[Settings, list[DocentError]]:
    """The values in force, and what was wrong with the file.

    A value in the environment that is not allowed raises `UsageError`: the user has just typed it.
    """
    values, problems = _read(path)
    for key in list(values):
        try:
            BY_KEY[key].parse(values[key])
        except KeyError:
            del values[key]
        except UsageError as error:
            problems.append(error)
            del values[key]
    return Settings(values, environ), problems


def _read(path: Path) -> tuple[dict[str, Any], list[DocentError]]:
    try:
        with open(path, "rb") as file:
            return _flat(tomllib.load(file)), []
    except FileNotFoundError:
        return {}, []
    except (OSError, ValueError):
        aside = path.with_name(f"{path.name}.broken-{time.strftime('%Y%m%d-%H%M%S')}")
        with contextlib.suppress(OSError):
            os.replace(path, aside)
        return {}, [OutsideError("settings_broken", path=str(aside))]


def save(path: Path, values: Mapping[str, Any]) -> None:
    """Write the values that differ from their defaults; keys are dotted."""
    nested: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        if value != BY_KEY[key].default:
            section, _, name = key.partition(".")
            nested.setdefault(section, {})[name] = value
    private(path.parent)
    draft = path.with_suffix(".new")
    with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        tomli_w.dump(nested, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for section, values in table.items():
        if isinstance(values, dict):
            flat |= {f"{section}.{name}": value for name, value in values.items()}
        else:
            flat[section] = values
    return flat
