from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.base import Thinking
from assistant.llm.thinking import ThinkingSplitter

TEXTS = [
    # whole text, thoughts, answer
    ("<think>let me see</think>42", "let me see", "42"),
    ("\n <think>\nlet me\n</think>\n\n42 is it", "\nlet me\n", "42 is it"),
    ("<think>一</think><think>二</think>三", "一二", "三"),
    ("no thoughts at all", "", "no thoughts at all"),
    ("<thin ice>", "", "<thin ice>"),
    ("the tag <think> in HTML</think>", "", "the tag <think> in HTML</think>"),
    ("<think>never closed </thin", "never closed </thin", ""),
    ("<think></think>", "", ""),
    ("<think>a < b </ c</think>ok", "a < b </ c", "ok"),
    ("<", "", "<"),
    ("", "", ""),
]


@pytest.mark.parametrize(("text", "thoughts", "answer"), TEXTS)
@given(data=st.data())
def test_tags_split_anywhere(text: str, thoughts: str, answer: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    splitter = ThinkingSplitter()
    pieces = []
    for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        pieces += splitter.feed(text[start:end])
    pieces += splitter.flush()
    assert "".join(p.text for p in pieces if isinstance(p, Thinking)) == thoughts
    assert "".join(p.text for p in pieces if not isinstance(p, Thinking)) == answer
    assert all(piece.text for piece in pieces)


def test_nothing_certain_is_held_back() -> None:
    splitter = ThinkingSplitter()
    assert splitter.feed("Hel")[0].text == "Hel"
    assert splitter.feed("<think>")[0].text == "<think>"
