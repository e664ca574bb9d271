import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.snippets import snippet
from indexer.text import query_terms


def marked(text: str, query: str) -> tuple[str, list[str]]:
    cut = snippet(text, dict.fromkeys(query_terms(query), 1.0))
    return cut.text, [cut.text[start : start + length] for start, length in cut.highlights]


@pytest.mark.parametrize(
    ("text", "query", "words"),
    [
        (
            "x " * 300 + "The monthly rent is $1,850, due on the first." + " y" * 300,
            "monthly rent",
            ["monthly", "rent"],
        ),
        ("前言。" * 200 + "甲方将房屋出租给乙方，月租金5200元。" + "附则。" * 200, "租金多少", ["租金"]),
        ("第一條 電費賬單 應於月底前繳納", "电费账单", ["電費賬單"]),
        ("Different text. The different rent.", "rent", ["rent"]),
        ("Ｒｅｎｔ is due", "rent", ["Ｒｅｎｔ"]),
    ],
)
def test_the_matching_part_is_shown_and_marked(text: str, query: str, words: list[str]) -> None:
    cut, found = marked(text, query)
    assert len(cut) < 400
    for word in words:
        assert word in found


def test_without_terms_the_beginning_is_shown() -> None:
    cut = snippet("Beginning of it.\nSecond line. " * 40, {})
    assert cut.text.startswith("Beginning of it. Second line.")
    assert cut.highlights == ()


@given(st.text(max_size=2000), st.text(max_size=40))
def test_highlights_lie_inside_and_in_order(text: str, query: str) -> None:
    cut = snippet(text, dict.fromkeys(query_terms(query), 1.0))
    position = 0
    for start, length in cut.highlights:
        assert start >= position
        assert length > 0
        position = start + length
    assert position <= len(cut.text)
    assert "\n" not in cut.text
