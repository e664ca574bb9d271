from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.answer.extractive import quote_answer
from assistant.answer.sources import sources_of
from tests.assistant.answer.found import found

BILL = (
    "Northlight Energy – your gas bill\nBilling period: March 2026. Account 5521-0043.\nUsed 120 kWh\nAmount due €61.20"
)
SLIP = "顾问工资条\n姓名：张伟\n所属月份：2025年11月\n项目 | 金额（元）\n顾问费 | 9120\n实发 | 8304"
CLUB = "Opening hours\nMonday to Friday 07:00 to 22:00\nMembership\n€38 per month\nContact\nTelephone 0117 496 0221"
NOTICE = "家長會通知\n時間：十一月二十日 晚上七點\n地點：三年級二班教室"
FAQ = "How much is the parking permit? It costs £48 a year. How do I renew the parking permit? Online."
LETTER = (
    "The committee met for a long evening and discussed many matters of little weight, among them the colour of the fence, "
    "the height of the hedge, the opening of the gate, and after much debate agreed that the annual fee is £75 for each member, "
    "payable to the treasurer before the end of June, and that nothing else would change until the next meeting in autumn."
)

CASES = [
    # question, passage, what the quote must hold, what it must not
    ("how much was the march gas bill?", BILL, "€61.20", "kWh\nx"),
    ("去年11月工资实发多少", SLIP, "8304", "张伟"),
    ("how much is the membership?", CLUB, "€38 per month", "Telephone"),
    ("what is the phone number of the club?", CLUB, "0117 496 0221", "Monday"),
    ("when does the club open?", CLUB, "07:00", "€38"),
    ("家长会什么时候开？", NOTICE, "十一月二十日", "x"),
    ("how much is the parking permit?", FAQ, "£48", "Online"),
    ("what is the annual fee?", LETTER, "£75", "colour of the fence"),
]


@pytest.mark.parametrize(("question", "passage", "inside", "outside"), CASES)
def test_the_quote(question: str, passage: str, inside: str, outside: str) -> None:
    cited = quote_answer(question, sources_of(found(("file.pdf", passage)).hits, 8))
    (citation,) = cited.citations
    assert inside in citation["quote"]
    assert outside not in citation["quote"]
    assert citation["quote"] in passage
    assert len(citation["quote"]) <= 200
    assert cited.text.endswith("[1]")


def test_two_things_are_quoted_from_two_files() -> None:
    result = found(
        ("租房合同_2023.docx", "月租金人民币2600元，押一付三。"),
        ("租房合同_2024.docx", "月租金人民币2750元，押一付三。"),
        ("电费.pdf", "本月电费88元。"),
    )
    cited = quote_answer("2023年和2024年的月租分别是多少？", sources_of(result.hits, 8))
    assert "2600元" in cited.text
    assert "2750元" in cited.text
    assert "88元" not in cited.text
    assert [citation["n"] for citation in cited.citations] == [1, 2]


def test_a_much_better_file_is_quoted_alone() -> None:
    lines = [("a.txt", "The rent is £1,240 per month."), *((f"{n}.txt", "The rent is paid on Monday.") for n in "bcd")]
    cited = quote_answer("how much is the rent?", sources_of(found(*lines).hits, 8))
    assert [citation["name"] for citation in cited.citations] == ["a.txt"]


def test_equal_sentences_are_quoted_once() -> None:
    same = "The rent is £1,240 per month."
    cited = quote_answer("how much is the rent?", sources_of(found(("a.txt", same), ("copy of a.txt", same)).hits, 8))
    assert len(cited.citations) == 1


def test_nearness_decides_where_no_words_are_shared() -> None:
    passage = "工程地点：苏州市桂香路。保修期为两年。墙砖缝隙均匀。"

    def nearness(_question: str, texts: Sequence[str]) -> list[float]:
        return [0.09 if "保修" in text else 0.01 for text in texts]

    cited = quote_answer("how long is the guarantee?", sources_of(found(("合同.pdf", passage)).hits, 8), nearness)
    assert "保修期为两年" in cited.text
    unknown = quote_answer("how long is the rent?", sources_of(found(("合同.pdf", passage)).hits, 8), lambda *_: None)
    assert unknown.citations
