"""The lines of calendars and address cards (RFC 5545, RFC 6350, vCard 2.1)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from indexer.formats.encoding import decode_labelled

_NAME = re.compile(r"(?:[\w-]{1,60}\.)?([A-Za-z0-9-]{1,60})((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):(.*)", re.DOTALL)
_PARAMETER = re.compile(r";([A-Za-z0-9-]+)(?:=(\"[^\"]*\"|[^;\"]*))?")
_ESCAPE = re.compile(r"\\(.)")
_LONGEST = 100_000
"""Characters of a value: more is a picture."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an event or person. `value` is as it stands in the file, encodings of transport undone."""

    line: int
    name: str
    value: str
    parameters: dict[str, str] = field(default_factory=dict)
    """Names in lower case; a value without a name ("HOME") is listed under "type"."""

    @property
    def text(self) -> str:
        """The value with its escapes made the signs."""
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], self.value).strip()

    @property
    def parts(self) -> list[str]:
        """The value of a property that has several: name, address, organisation."""
        return [part.strip() for part in re.split(r"(?<!\\);", self.value)]


def properties(text: str) -> Iterator[Property]:
    """The properties of a file in order; names in upper case."""
    for line, content in _unfolded(text.split("\n")):
        match = _NAME.match(content)
        if match:
            parameters = _parameters(match[2])
            yield Property(line, match[1].upper(), _decoded(match[3][:_LONGEST], parameters), parameters)


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Lines that were broken for transport, joined again: by a blank at the beginning, or "=" at the end."""
    parts: list[str] = []
    first, soft_break = 1, False
    for number, line in enumerate(lines, 1):
        if parts and (soft_break or line.startswith((" ", "\t"))):
            parts.append(line if soft_break else line[1:])
        else:
            if parts:
                yield first, "".join(parts)
            first, parts = number, [line]
        soft_break = line.endswith("=") and (soft_break or "QUOTED-PRINTABLE" in line.upper())
        if soft_break:
            parts[-1] = parts[-1][:-1]
    if parts:
        yield first, "".join(parts)


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(text):
        bare = not value and name.lower() not in {"type", "value", "encoding", "charset"}
        key, content = ("type", name) if bare else (name.lower(), value.strip('"'))
        found[key] = f"{found[key]},{content}" if key in found else content
    return found


def _decoded(value: str, parameters: dict[str, str]) -> str:
    kinds = f"{parameters.get('encoding', '')},{parameters.get('type', '')}".upper()
    if "QUOTED-PRINTABLE" in kinds:
        return decode_labelled(quopri.decodestring(value.encode("utf-8", "replace")), parameters.get("charset", ""))
    return "" if "BASE64" in kinds.split(",") or parameters.get("encoding", "").upper() == "B" else value
