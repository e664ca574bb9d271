"""The messages for the model, from the texts in `resources/prompts`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, cast

from assistant.answer.context import Excerpt
from assistant.answer.tokens import estimate_tokens
from assistant.llm.base import Message
from indexer.text import language_of

Language = Literal["en", "zh_CN"]

_SECTION = re.compile(r"^=== *(\w+) *$", re.MULTILINE)
_CONTROL = re.compile(
    r"<(?=\||/?\s*(?:excerpt|think|s>|start_of_turn|end_of_turn|bos|eos|system|user|assistant))|\[(?=/?(?:INST|SYS))"
    r"|<(?=<SYS)|^(?=\s*===)",
    re.IGNORECASE | re.MULTILINE,
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def question_language(question: str) -> Language:
    """The language to answer in, as far as Docent's own words go; the model follows the question itself."""
    return "zh_CN" if language_of(question) == "zh" else "en"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The texts of one language.

    `turns` are the instructions and worked examples that come first and never change, `ask` the last
    message with places for {excerpts} and {question}, `not_found` what is said when the files do not answer.
    """

    turns: tuple[Message, ...]
    ask: str
    not_found: str

    def fixed_tokens(self, *, examples: bool) -> int:
        """Estimated tokens of everything but excerpts and question."""
        texts = [turn.content for turn in self._turns(examples=examples)]
        return sum(estimate_tokens(text) + 8 for text in (*texts, self.ask))

    def messages(self, question: str, excerpts: Sequence[Excerpt], *, examples: bool) -> tuple[Message, ...]:
        """Instructions, examples, excerpts, and the question last."""
        shown = "\n".join(map(_render, excerpts))
        last = self.ask.replace("{excerpts}", shown, 1)
        head, _, tail = last.rpartition("{question}")
        return (*self._turns(examples=examples), Message("user", head + _harmless(question) + tail))

    def _turns(self, *, examples: bool) -> tuple[Message, ...]:
        return self.turns if examples else self.turns[:1]


@cache
def load_prompt(language: Language) -> Prompt:
    """Read the texts of a language."""
    text = resources.files("resources").joinpath("prompts", f"{language}.txt").read_text("utf-8")
    _, *parts = _SECTION.split(text)
    sections = [(name, body.strip()) for name, body in zip(parts[::2], parts[1::2], strict=True)]
    texts = dict(sections)
    turns = tuple(
        Message(cast("Literal['system', 'user', 'assistant']", name), body)
        for name, body in sections
        if name in ("system", "user", "assistant")
    )
    return Prompt(turns, texts["ask"], texts["not_found"])


def _render(excerpt: Excerpt) -> str:
    name = " ".join(_harmless(excerpt.source.hit.name).replace('"', "'").split())
    return f'<excerpt file="{name}">\n{_harmless(excerpt.text)}\n</excerpt>'


def _harmless(text: str) -> str:
    """Text from a file or a person that cannot pass for a part of the conversation.

    What models read as the border of a message, or we as the border of an excerpt, is broken by a blank;
    unprintable and direction-changing characters and halves of characters go.
    """
    text = text.encode("utf-8", "replace").decode("utf-8")
    return _CONTROL.sub(lambda match: match.group() + " ", _UNPRINTABLE.sub("", text.replace("\r\n", "\n")))
