"""Address cards (vCard 2.1 to 4.0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.content_lines import Property, properties
from indexer.formats.encoding import read_text
from indexer.model import Anchor, DocumentInfo, Reason, Segment
from indexer.text import language_of

EXTENSIONS = frozenset(("vcf", "vcard"))
_LABELS = {
    "TEL": "phone", "EMAIL": "email", "ADR": "address", "BDAY": "birthday", "ANNIVERSARY": "anniversary", "URL": "web",
    "IMPP": "chat", "X-QQ": "QQ", "X-WECHAT": "WeChat", "NOTE": "", "TITLE": "", "ROLE": "", "ORG": "", "NICKNAME": "", "CATEGORIES": "",
}  # fmt: skip
_TYPES = {"cell": "mobile", "iphone": "mobile", "work": "work", "home": "home", "fax": "fax", "other": "other"}

Card = list[Property]


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield each person on a line: name, organisation, numbers, addresses, notes."""
    text, cut = read_text(path, limits)
    for number, (line, card) in enumerate(_cards(text)):
        name = _name(card)
        if number == 0:
            info.title = name
        if shown := "; ".join(filter(None, [name, *dict.fromkeys(map(_shown, card))])):
            yield Segment(shown, Anchor(line=line))
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _cards(text: str) -> Iterator[tuple[int, Card]]:
    first, card = 1, Card()
    for prop in properties(text):
        if prop.name == "BEGIN":
            first, card = prop.line, []
        elif prop.name == "END":
            yield first, card
            card = []
        else:
            card.append(prop)
    if card:
        yield first, card  # the file was cut off


def _name(card: Card) -> str:
    """The name as it is to be shown, else made of its parts: family first where Chinese is written."""
    found = {prop.name: prop for prop in reversed(card) if prop.value.strip(" ;")}
    if "FN" in found:
        return " ".join(found["FN"].text.split())
    if "N" not in found:
        return ""
    family, given, *more = [*found["N"].parts, "", ""][:5]
    if language_of(family + given) == "zh":
        return family + given
    return " ".join(part for part in (*more[1:2], given, *more[:1], family) if part)


def _shown(prop: Property) -> str:
    if prop.name not in _LABELS:
        return ""
    value = " ".join(", ".join(filter(None, (part.replace("\\", "") for part in prop.parts))).split())
    if prop.name in {"NOTE", "URL", "CATEGORIES"}:
        value = " ".join(prop.text.split())
    elif prop.name in {"TEL", "IMPP"}:
        value = re.sub(r"^\w{1,12}:", "", value)
    label = " ".join(filter(None, (_kind(prop), _LABELS[prop.name])))
    return f"{label}: {value}" if value and label else value


def _kind(prop: Property) -> str:
    if prop.name not in {"TEL", "EMAIL", "ADR"}:
        return ""
    kinds = re.split(r"[,;]", prop.parameters.get("type", "").lower())
    return " ".join(dict.fromkeys(_TYPES[kind] for kind in kinds if kind in _TYPES))
