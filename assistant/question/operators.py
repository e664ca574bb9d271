"""Operators: `ext:pdf`, `in:Taxes`, `before:last week`, `size:>5mb`, `from:Anna`, `lang:zh`, `name:*.bak`, `-draft`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from assistant.question.chips import Chip, ChipKind
from assistant.question.dates import only_period
from assistant.question.kind_words import KindWord, extension_named, kind_named, kind_stated
from assistant.question.languages import language_named
from assistant.question.periods import Calendar, dates_json
from assistant.question.sizes import Bounds, exact_size, met
from assistant.question.sketch import HAN
from assistant.question.understood import seconds
from indexer.query import SearchQuery

QUOTED = r"\"[^\"]{1,200}\"|“[^”]{1,200}”|「[^」]{1,200}」|『[^』]{1,200}』"
_QUOTES = '"“”「」『』'
_START = rf"(?:(?<!\S)|(?<=[{HAN}，。；]))"
_WORD = rf"(?:{QUOTED}|[\w.'-]{{2,40}}|[{HAN}])"
_NAMES = (
    "extension|ext|filetype|kind|type|folder|path|in|after|since|before|until|modified|date|size"
    "|from|author|sender|by|language|lang|filename|name"
)
_TERM = re.compile(
    rf"{_START}(?P<minus>[-−])?(?P<name>{_NAMES}):(?P<value>{QUOTED}|[^\s\"]+)"
    rf"|(?<!\S)[-−](?P<left_out>{QUOTED}|[^\W\d_][^\s\"]{{1,40}}|[{HAN}])(?!\S)"
    rf"|(?<![A-Za-z])(?:but\snot|without|not|excluding|except(?:\sfor)?)\s(?P<quoted_out>{QUOTED})"
    rf"|(?<=\w)[\s,]+(?:but\snot|excluding|except(?:\sfor)?)\s(?:the\s|any\s)?(?P<but_not>[A-Za-z][\w.-]{{1,30}})\s*$"
    rf"|(?<=\S)[\s,，]+(?:不要|不含|不包含|不包括|排除|除去)[\s:]?(?P<not_zh>{QUOTED}|[\w.]{{1,8}}?)的?\s*$"
    rf"|^(?:不要|不含|不包含|不包括|排除|除去)(?P<first_zh>{QUOTED}|[\w.]{{1,8}}?)的(?=\S)"
    rf"|除了?(?P<beside_zh>{QUOTED}|[\w.]{{1,8}}?)(?:以外|之外)的?"
    rf"|(?P<quotation>{QUOTED})",
    re.IGNORECASE,
)
_LEAVES_OUT = ("left_out", "quoted_out", "but_not", "not_zh", "first_zh", "beside_zh")


@dataclass(slots=True)
class Operators:
    """What operators said. `text` is what is left of the query; `named` are parts of names, which are words as well."""

    text: str = ""
    kinds: list[KindWord] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    sizes: list[Bounds] = field(default_factory=list)
    starts: list[datetime] = field(default_factory=list)
    ends: list[datetime] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    without: list[SearchQuery] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)


def take_operators(text: str, calendar: Calendar) -> Operators:
    """The query taken apart at its operators; one that makes no sense stays in the text, as does all that is quoted."""
    found = Operators()

    def taken(match: re.Match[str]) -> str:
        if match["quotation"]:
            return match[0]
        if match["name"]:
            return " " if _take_operator(match, calendar, found) else match[0]
        word = next(match[group] for group in _LEAVES_OUT if match[group])
        if match["but_not"] and not match[0].lower().lstrip(" ,").startswith("but") and kind_stated(word) is None:
            return match[0]  # "price excluding VAT" is about a price
        _leave_out(word, match[0], found, by_sign=bool(match["left_out"]))
        return " "

    found.text = " ".join(_TERM.sub(taken, text).split()) if _TERM.search(text) else text
    return found


def _take_operator(match: re.Match[str], calendar: Calendar, found: Operators) -> bool:
    name, value = match["name"].lower(), match["value"].strip(_QUOTES).strip()
    if not match["minus"]:
        return _take(name, value, match[0], calendar, found)
    inner = Operators()
    if not _take(name, value, match[0], calendar, inner):
        return False
    found.without.append(_as_query(inner))
    found.chips.append(Chip("without", match[0], {chip.kind: chip.value for chip in inner.chips}))
    return True


def _as_query(said: Operators) -> SearchQuery:
    return SearchQuery(
        "",
        kinds=tuple(kind for word in said.kinds for kind in word.kinds),
        extensions=tuple(extension for word in said.kinds for extension in word.extensions),
        modified=seconds(max(said.starts, default=None), min(said.ends, default=None)),
        size=met(said.sizes) or (None, None),
        folders=tuple(said.folders),
        authors=tuple(said.authors),
        languages=tuple(said.languages),
        names=tuple(said.named),
    )


def _leave_out(word: str, source: str, found: Operators, *, by_sign: bool) -> None:
    plain = word.strip(_QUOTES).strip()
    kind = None if plain != word else kind_stated(plain)
    if kind and not (by_sign and kind.kinds and "pdf" not in kind.kinds):
        found.without.append(SearchQuery("", kinds=kind.kinds, extensions=kind.extensions))
        found.chips.append(Chip("without", source.strip(), {"kind": [*kind.kinds, *kind.extensions]}))
    else:
        found.without.append(SearchQuery("", phrases=(plain,)))
        found.chips.append(Chip("without", source.strip(), {"phrase": plain}))


def _take(name: str, value: str, source: str, calendar: Calendar, found: Operators) -> bool:
    kind = _KINDS_OF_CHIPS.get(name, "time")
    said: object = None
    if kind == "time" or name == "from":  # "from:2024" asks for a time, "from:Anna" for a person
        said = _take_date("since" if name == "from" else name, value, calendar, found)
        kind = "time" if said else kind
    if kind in _TAKERS:
        said = _TAKERS[kind](value, found)
    elif kind == "kind":
        said = _take_kinds(value, kind_named if name in ("kind", "type") else extension_named, found)
    if said:
        found.chips.append(Chip(kind, source.strip(), said))
    return bool(said)


def _take_kinds(value: str, named: Callable[[str], KindWord | None], found: Operators) -> list[str] | None:
    words = [named(name) for name in re.split(r"[,，;|]", value) if name.strip()]
    known = [word for word in words if word]
    if not known or len(known) < len(words):
        return None
    found.kinds += known
    return [name for word in known for name in (*word.kinds, *word.extensions)]


def _take_folder(value: str, found: Operators) -> str:
    name = value.replace("\\", "/").strip("/")
    found.folders += [name] if name else []
    return name


def _take_size(value: str, found: Operators) -> dict[str, int | None] | None:
    bounds = exact_size(value.replace(" ", ""))
    if bounds is None:
        return None
    found.sizes.append(bounds)
    return {"from": bounds[0], "to": bounds[1]}


def _take_language(value: str, found: Operators) -> str | None:
    language = language_named(value)
    found.languages += [language] if language else []
    return language


def _take_word(value: str, words: list[str]) -> str:
    words += [value] if value else []
    return value


_TAKERS: dict[ChipKind, Callable[[str, Operators], object]] = {
    "folder": _take_folder,
    "size": _take_size,
    "language": _take_language,
    "name": lambda value, found: _take_word(value, found.named),
    "author": lambda value, found: _take_word(value, found.authors),
}
_WORDS_OF_CHIPS: dict[ChipKind, str] = {
    "kind": "extension ext filetype kind type",
    "folder": "folder path in",
    "size": "size",
    "language": "language lang",
    "name": "filename name",
    "author": "from author sender by",
}
_KINDS_OF_CHIPS: dict[str, ChipKind] = {word: kind for kind, words in _WORDS_OF_CHIPS.items() for word in words.split()}


def _take_date(name: str, value: str, calendar: Calendar, found: Operators) -> dict[str, str | None] | None:
    period = only_period(value, calendar)
    if period is None or period.open:
        return None
    assert period.start
    assert period.end
    start = {"after": period.start, "since": period.start, "before": None, "until": None}.get(name, period.start)
    end = {"after": None, "since": None, "before": period.start, "until": period.end}.get(name, period.end)
    found.starts += [start] if start else []
    found.ends += [end] if end else []
    return dates_json(start, end)
