from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer.citations import QUOTE_LIMIT, Cited, Citer, without_markers
from assistant.answer.sources import sources_of
from tests.assistant.answer.found import EVERYTHING, FERRY, LEASE, POLICY, ZH_FUND, ZH_LEASE, found


def cite(question: str, answer: str, *documents: tuple[str, ...]) -> Cited:
    return Citer(question, sources_of(found(*(documents or EVERYTHING)).hits, 8)).cite(answer)


SUPPORTED = [
    # question, answer of the model, marked answer, cited files
    ("how much is the rent?", "The rent is £1,240 per month.", "The rent is £1,240 per month. [1]", [LEASE]),
    ("how much is the rent?", "The rent is 1240 pounds per month.", "The rent is 1240 pounds per month. [1]", [LEASE]),
    ("how much is the rent?", "£1,240", "£1,240 [1]", [LEASE]),
    ("who is the landlord?", "The landlord is Mr G. Pemberton.", "The landlord is Mr G. Pemberton. [1]", [LEASE]),
    ("who is the landlord?", "Pemberton.", "Pemberton. [1]", [LEASE]),
    ("how long is the term?", "The term is 12 months.", "The term is 12 months. [1]", [LEASE]),
    ("when does the ferry leave?", "It departs at 13:40.", "It departs at 13:40. [1]", [FERRY]),
    ("rent and excess?", "Rent is £1,240. The excess for escape of water is £350.",
     "Rent is £1,240. [1] The excess for escape of water is £350. [2]", [LEASE, POLICY]),
    ("rent and excess?", "Rent is £1,240 and the excess for water is £350.",
     "Rent is £1,240 and the excess for water is £350. [1][2]", [LEASE, POLICY]),
    ("月租多少钱？", "月租金是2900元。", "月租金是2900元。[1]", [ZH_LEASE]),
    ("月租多少錢？", "月租金是２９００元。", "月租金是２９００元。[1]", [ZH_LEASE]),
    ("租期多久？", "租期为2年，提前退租赔付1个月租金。", "租期为2年，提前退租赔付1个月租金。[1]", [ZH_LEASE]),
    ("公积金余额？", "账户余额为21480元。", "账户余额为21480元。[1]", [ZH_FUND]),
    ("房租多少英镑？", "每月租金1,240英镑。", "每月租金1,240英镑。[1]", [LEASE]),
    ("how much is the rent in 书圣故里?", "It is 2900 yuan.", "It is 2900 yuan. [1]", [ZH_LEASE]),
    ("空腹血糖多少", "空腹血糖为6.3。", "空腹血糖为6.3。[1]", [EVERYTHING[5]]),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answer", "marked", "files"), SUPPORTED)
def test_supported(question: str, answer: str, marked: str, files: list[tuple[str, ...]]) -> None:
    cited = cite(question, answer)
    assert cited.text == marked
    assert [entry["name"] for entry in cited.citations] == [name for name, *_ in files]
    assert not cited.unverified


UNSUPPORTED = [
    ("how much is the rent?", "The rent is £1,250 per month."),
    ("how much is the deposit?", "The deposit is £1,240."),
    ("who is the landlord?", "The landlord is Bob Smith from Cardiff."),
    ("how long is the term?", "The term is 24 months."),
    ("月租多少钱？", "月租金是2600元。"),
    ("月租多少钱？", "月租金是2900元，含物业费300元。"),
    ("公积金余额？", "账户余额为两万五千元。"),
    ("房租多少英镑？", "每月租金9,999英镑。"),
    ("excess for escape of water?", "The excess for escape of water is £150."),
    ("who signed the policy?", "Mr G. Pemberton signed the policy."),
    ("where is the receipt for the pool pump?", "The receipt for the pool pump is in the contents insurance file."),
    ("how much was the pool pump?", "The pool pump was £28,000 as insured in the policy."),
    ("how much is the tax?", "The tax is £1,240."),
    ("anything", "Bananas grow in warm countries near the equator."),
]


@pytest.mark.parametrize(("question", "answer"), UNSUPPORTED)
def test_unsupported(question: str, answer: str) -> None:
    cited = cite(question, answer)
    assert cited.text == answer
    assert cited.citations == []
    assert cited.unverified == [answer]


AMOUNTS = [
    # passage, sentence, supported
    ("月租2900元，押金5800元，物业费200元。", "押金是5800元。", True),
    ("月租2900元，押金5800元，物业费200元。", "押金是2900元。", False),
    ("月租2900元，押金5800元，物业费200元。", "月租2900元，押金5800元。", True),
    (
        "One crown, upper left second molar: £590. Total with the X-ray at the dentist: £640.",
        "The crown costs £590.",
        True,
    ),
    (
        "One crown, upper left second molar: £590. Total with the X-ray at the dentist: £640.",
        "The total is £640.",
        True,
    ),
    (
        "One crown, upper left second molar: £590. Total with the X-ray at the dentist: £640.",
        "The total is £590.",
        False,
    ),
    ("Adult £12, child £6, family of four £30.", "A ticket costs £12 for an adult.", True),
    ("Adult £12, child £6, family of four £30.", "A family ticket costs £12.", False),
    ("Item | Price\nSoup | £4\nTea | £2", "Soup is £4.", True),
    ("Item | Price\nSoup | £4\nTea | £2", "Tea is £4.", False),
]


@pytest.mark.parametrize(("passage", "sentence", "supported"), AMOUNTS)
def test_an_amount_must_stand_beside_its_words(passage: str, sentence: str, supported: bool) -> None:
    cited = cite("how much? 多少钱", sentence, ("x.txt", passage))
    assert bool(cited.citations) == supported


def test_only_the_wrong_sentence_loses_its_citation() -> None:
    cited = cite("rent?", "The rent is £1,240 per month. The deposit is £9,999.")
    assert cited.text == "The rent is £1,240 per month. [1] The deposit is £9,999."
    assert cited.unverified == ["The deposit is £9,999."]


def test_small_talk_is_no_claim() -> None:
    cited = cite(
        "rent?", "Sure! Here is what the lease says:\n1. Rent is £1,240 per calendar month.\n2. Deposit: £1,430."
    )
    assert cited.unverified == []
    assert cited.text.endswith("1. Rent is £1,240 per calendar month. [1]\n2. Deposit: £1,430. [1]")


MARKERS = [
    ("Rent is £1,240 [3].", "Rent is £1,240."),
    ("Rent[1][2] is £1,240【3】", "Rent is £1,240"),
    ("Rent is £1,240 [1, 2-4].", "Rent is £1,240."),
    ("Rent is £1,240 (Excerpt 2).", "Rent is £1,240."),
    ("Rent is £1,240 [Source: 2]", "Rent is £1,240"),
    ("Rent is £1,240 [^7]", "Rent is £1,240"),
    ("租金2900元［１］〔2〕（来源3）。", "租金2900元。"),
    ("租金2900元[摘录 1]。", "租金2900元。"),
    ("[[1]2]", ""),
    ("[1[2]]", ""),
    ("Phone (0) 123 and (2024) stay", "Phone (0) 123 and (2024) stay"),
    ("[sic] stays", "[sic] stays"),
]


@pytest.mark.parametrize(("text", "cleaned"), MARKERS)
def test_markers_of_the_model_are_removed(text: str, cleaned: str) -> None:
    assert without_markers(text) == cleaned


def test_invented_markers_are_replaced_by_true_ones() -> None:
    cited = cite("rent and excess?", "The rent is £1,240 per month [7]. The excess for escape of water is £350 [1][9].")
    assert cited.text == "The rent is £1,240 per month. [1] The excess for escape of water is £350. [2]"


def test_a_passage_has_one_number() -> None:
    cited = cite(
        "rent, deposit and excess?",
        "Rent is £1,240. Deposit is £1,430. Excess for water is £350. Rent is £1,240 again.",
    )
    assert re.findall(r"\[(\d)\]", cited.text) == ["1", "1", "2", "1"]
    assert [entry["n"] for entry in cited.citations] == [1, 2]


def test_a_citation_is_complete() -> None:
    entry = cite("excess?", "The excess for escape of water is £350.").citations[0]
    assert entry["path"] == "/home/lin/Documents/contents insurance.pdf"
    assert entry["anchor"] == {"page": 1}
    assert entry["quote"] == "Excess: £150 for all claims, £350 for escape of water."


def test_a_long_sentence_is_quoted_in_part() -> None:
    text = "The parties, " * 40 + "agree that the rent is £777 per month, " + "and so on, " * 40 + "for ever."
    entry = cite("rent?", "The rent is £777 per month.", ("long.txt", text)).citations[0]
    assert "£777" in entry["quote"]
    assert entry["quote"] in text
    assert len(entry["quote"]) <= QUOTE_LIMIT


WORDS = st.sampled_from(
    "rent £1,240 is the deposit 1430 [1] [2 ] ［３］ 【4】 (source 5) . 。 \n £9,999 月租金 2900元 押金 ferry 13:40 [ ] 1 Pemberton , ， - *".split(
        " "
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=25), st.booleans(), st.sampled_from(["how much is the rent?", "月租多少钱？", ""]))
def test_every_marker_has_its_citation_and_every_quote_stands(words: list[str], spaced: bool, question: str) -> None:
    cited = cite(question, (" " if spaced else "").join(words))
    texts = {f"/home/lin/Documents/{name}": text for name, text in EVERYTHING}
    used = {int(n) for n in re.findall(r"\[\s*(\d+)\s*\]", cited.text)}
    assert used == {entry["n"] for entry in cited.citations}
    assert [entry["n"] for entry in cited.citations] == list(range(1, len(cited.citations) + 1))
    for entry in cited.citations:
        assert entry["quote"].strip()
        assert entry["quote"] in texts[entry["path"]]
        assert len(entry["quote"]) <= QUOTE_LIMIT


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(min_size=1, max_size=300).filter(lambda t: any(map(str.isalnum, t))))
def test_any_text_at_all(answer: str, passage: str) -> None:
    cited = cite("what?", answer, ("x.txt", passage))
    assert {int(n) for n in re.findall(r"\[(\d+)\]", cited.text)} == {entry["n"] for entry in cited.citations}
    assert all(entry["quote"] in passage for entry in cited.citations)
