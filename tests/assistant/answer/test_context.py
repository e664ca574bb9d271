from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer.context import build_context, shorten
from assistant.answer.sources import sources_of
from assistant.answer.tokens import TokenScale, estimate_tokens
from tests.assistant.answer.found import EVERYTHING, found

LONG = "\n".join(f"Clause {n} says that party {n} pays nothing." for n in range(60)) + "\nThe rent is £1,240 per month.\n" + (
    "\n".join(f"Appendix {n} is empty, as agreed." for n in range(60))
)  # fmt: skip


def test_a_long_passage_is_cut_around_the_best_sentence() -> None:
    (excerpt,) = build_context("how much is the rent?", sources_of(found(("a.txt", LONG)).hits, 8), 3000).excerpts
    assert "£1,240" in excerpt.text
    assert "Clause 59" in excerpt.text
    assert "Appendix 0" in excerpt.text
    assert 100 < estimate_tokens(excerpt.text) <= 200
    assert excerpt.text in LONG


def test_a_short_passage_stays_whole() -> None:
    context = build_context("月租多少？", sources_of(found(*EVERYTHING[3:4]).hits, 8), 3000)
    assert context.excerpts[0].text == EVERYTHING[3][1]


def test_a_passage_in_another_language_is_shown_further() -> None:
    (excerpt,) = build_context("月租多少？", sources_of(found(("a.txt", LONG)).hits, 8), 3000).excerpts
    assert estimate_tokens(excerpt.text) > 250


def test_what_is_far_off_is_not_shown() -> None:
    near, *_ = found(("near.txt", "The rent is £1,240.")).hits
    far, *_ = found(("far.txt", "Bananas.")).hits
    sources = [
        sources_of([near], 1)[0],
        *sources_of([far.__class__(**{f: getattr(far, f) for f in far.__slots__} | {"score": 0.1})], 1),
    ]
    assert [e.source.hit.name for e in build_context("rent?", sources, 3000).excerpts] == ["near.txt"]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 4000), st.lists(st.sampled_from([text for _, text in EVERYTHING] + [LONG]), min_size=1, max_size=6)
)
def test_the_budget_is_kept(budget: int, texts: list[str]) -> None:
    sources = sources_of(found(*((f"{n}.txt", text) for n, text in enumerate(texts))).hits, 8)
    context = build_context("how much is the rent? 月租多少", sources, budget)
    assert context.excerpts
    assert all(excerpt.text in excerpt.source.text for excerpt in context.excerpts)
    used = sum(estimate_tokens(excerpt.text) for excerpt in context.excerpts)
    assert used <= max(budget, 1)


@pytest.mark.parametrize("text", ["word " * 500, "租金" * 500, "租金 rent " * 300, "a"])
@given(limit=st.integers(10, 800))
def test_a_shortened_text_keeps_both_ends(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert estimate_tokens(short) <= limit
    assert short == text or (short[0] == text[0] and "…" in short)


def test_the_scale_only_grows_and_has_a_limit() -> None:
    scale = TokenScale()
    scale.learn("m", 100, 150)
    scale.learn("m", 100, 20)
    scale.learn("m", 0, 50)
    scale.learn("m", 100, None)
    assert scale.factor("m") == 1.5
    scale.learn("m", 1, 10_000)
    assert scale.factor("m") == 3.0
    assert scale.factor("other") == 1.0
