"""Languages that a file is asked for in: "in English", "英文的", `lang:zh`."""

from __future__ import annotations

import re

from assistant.question.sketch import B, E

_NAMES = {
    "zh": "zh zh-cn zh-tw zh-hans zh-hant cn chinese mandarin 中文 汉语 漢語 华语 中文版",
    "xx": "en eng english 英文 英语 英語 英文版",
}
_OF_NAME = {name: language for language, names in _NAMES.items() for name in names.split()}
_SAID = re.compile(
    rf"{B}(?:written\s)?in\s(?P<en>english|chinese|mandarin){E}(?!\s(?:class|literature|history|studies))"
    rf"|{B}(?P<version>english|chinese)[\s-](?:language\s)?(?:version|edition|translation|copy){E}"
    r"|用?(?P<zh>英文|英语|英語|中文|汉语|漢語)(?:写的|寫的|的|版本?)",
    re.IGNORECASE,
)


def language_named(name: str) -> str | None:
    """The language as the index tells them apart: "zh", or "xx" for English; None for one it cannot tell."""
    return _OF_NAME.get(name.strip().casefold())


def language_said(text: str) -> tuple[str, str] | None:
    """The language that the text asks for, and the words that say so."""
    match = _SAID.search(text)
    if match is None:
        return None
    language = language_named(match["en"] or match["version"] or match["zh"])
    return (language, match[0]) if language else None
