from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.sentences import clip, sentence_spans

CUTS = [
    ("Mr. G. Pemberton agrees. Rent is £1.5 per day! OK?", ["Mr. G. Pemberton agrees.", "Rent is £1.5 per day!", "OK?"]),
    ("他说：“好的。”然后走了。房租是2900元；押金5800元。", ["他说：“好的。”", "然后走了。", "房租是2900元；", "押金5800元。"]),
    ("租金為2900元。\n押金5800元", ["租金為2900元。", "押金5800元"]),
    ("Kitchen | Gas hob, four burners, made in Germany | one knob loose\nBedroom | Carpet | iron mark",
     ["Kitchen | Gas hob, four burners, made in Germany | one knob loose", "Bedroom | Carpet | iron mark"]),
    ("Heading\n\nText here.", ["Heading", "Text here."]),
    ("The tenant will pay for professional carpet cleaning when\nshe leaves the flat. Signed.",
     ["The tenant will pay for professional carpet cleaning when\nshe leaves the flat.", "Signed."]),
    (" \n ", []),
    ("...", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentences"), CUTS)
def test_cuts(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


@given(st.text(alphabet="aB1。.!？ \n\t|“”，租-", max_size=200))
def test_spans_are_in_order_and_hold_every_word(text: str) -> None:
    spans = sentence_spans(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]


@given(st.text(alphabet="ab ，,。月租", min_size=1, max_size=600), st.sampled_from(["a", "租", "zzz"]))
def test_clip_keeps_the_limit_and_the_words(text: str, wanted: str) -> None:
    start, end = clip(text, (0, len(text)), 100, [wanted])
    assert 0 <= start < end <= len(text)
    assert end - start <= 100
    assert wanted not in text or wanted in text[start:end] or not text[start:end].strip()


def test_clip_cuts_at_clauses() -> None:
    text = "本合同由双方签订，" * 30 + "月租金2900元，" + "其他事项另议，" * 30
    start, end = clip(text, (0, len(text)), 200, ["2900"])
    assert "月租金2900元，" in text[start:end]
    assert text[start:end].startswith(("本合同", "月租金"))
