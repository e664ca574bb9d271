"""Models that write their thoughts into the answer between `<think>` and `</think>`."""

from __future__ import annotations

from assistant.llm.base import Thinking, Token

_OPEN = "<think>"
_CLOSE = "</think>"

_BEFORE, _INSIDE, _AFTER = range(3)


class ThinkingSplitter:
    """Separates thoughts from the answer in a stream whose chunks may cut the tags anywhere.

    Only a tag before any word of the answer opens thoughts: further on it is text about tags.
    """

    def __init__(self) -> None:
        self._held = ""
        self._state = _BEFORE

    def feed(self, text: str) -> list[Thinking | Token]:
        """What is certain by now, in order; the rest is held until more comes."""
        self._held += text
        pieces: list[Thinking | Token] = []
        while self._state != _AFTER and self._passes_tag(pieces):
            pass
        if self._state == _AFTER and self._held:
            pieces.append(Token(self._held))
            self._held = ""
        return pieces

    def flush(self) -> list[Thinking | Token]:
        """What is still held when the stream ends."""
        held, self._held = self._held, ""
        if self._state == _INSIDE:
            return [Thinking(held)] if held else []
        return [Token(held)] if held.strip() else []

    def _passes_tag(self, pieces: list[Thinking | Token]) -> bool:
        return self._open() if self._state == _BEFORE else self._close(pieces)

    def _open(self) -> bool:
        start = self._held.lstrip()
        if start.startswith(_OPEN):
            self._held, self._state = start[len(_OPEN) :], _INSIDE
            return True
        if not _OPEN.startswith(start):
            self._held, self._state = start, _AFTER
        return False

    def _close(self, pieces: list[Thinking | Token]) -> bool:
        thoughts, closed, rest = self._held.partition(_CLOSE)
        certain = thoughts if closed else thoughts[: len(thoughts) - _cut_tag(thoughts)]
        if certain:
            pieces.append(Thinking(certain))
        if closed:
            self._held, self._state = rest, _BEFORE
        else:
            self._held = thoughts[len(certain) :]
        return bool(closed)


def _cut_tag(text: str) -> int:
    """How many characters at the end may be the beginning of the closing tag."""
    return next((n for n in range(min(len(_CLOSE) - 1, len(text)), 0, -1) if _CLOSE.startswith(text[-n:])), 0)
