from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer.numbers import claimed, quantities, stated

STATED = [
    ("1,850 and 1850 and 1850.00", {"1850"}),
    ("１，８５０元", {"1850"}),
    ("rooms 12,13", {"12", "13"}),
    ("£1,240.50", {"1240.5"}),
    ("2026-03-05", {"2026", "3", "5"}),
    ("05.03.2026", {"5", "3", "2026"}),
    ("2026年3月5日", {"2026", "3", "5"}),
    ("二〇二六年三月五日", {"2026", "3", "5"}),
    ("5 March 2026", {"5", "3", "2026"}),
    ("13:40", {"13", "40"}),
    ("the third of each month", {"3"}),
    ("twelve months, twenty-one days", {"12", "21"}),
    ("two hundred and fifty pounds", {"250"}),
    ("2.1万元", {"21000"}),
    ("两万一", {"21000"}),
    ("三千五", {"3500"}),
    ("一百零五", {"105"}),
    ("三万五千", {"35000"}),
    ("十五天", {"15"}),
    ("一億三千萬", {"130000000"}),
    ("50k and 2 million", {"50000", "2000000"}),
    ("45 m² ①", {"45"}),
    ("24A1002318-40776", {"24", "1002318", "40776"}),
    ("12345678901234567890123456789012345", {"12345678901234567890123456789012345"}),
    ("٣٫ ٤٥", {"3", "45"}),
    ("万一 千万 no numbers", set()),
    ("", set()),
]


@pytest.mark.parametrize(("text", "numbers"), STATED)
def test_stated(text: str, numbers: set[str]) -> None:
    assert stated(text) == numbers


CLAIMED = [
    ("The two parties agree on one thing.", set()),
    ("in March", set()),
    ("on 5 March", {"5", "3"}),
    ("He may pay 5 pounds.", {"5"}),
    ("first of all", set()),
    ("thirty days", {"30"}),
    ("四川的五金店十分重要", set()),
    ("共三个月", {"3"}),
    ("要两万一", {"21000"}),
    ("第三条", set()),
    ("星期三", set()),
]


@pytest.mark.parametrize(("text", "numbers"), CLAIMED)
def test_claimed(text: str, numbers: set[str]) -> None:
    assert claimed(text) == numbers


@pytest.mark.parametrize(
    ("one", "other"),
    [("6厘米", "6 cm"), ("£1,240", "1240英镑"), ("180摄氏度", "180 °C"), ("3个月", "3 months"), ("5公斤", "5kg")],
)
def test_units_are_the_same_in_both_languages(one: str, other: str) -> None:
    assert quantities(one) == quantities(other) != frozenset()


def test_a_unit_matters() -> None:
    assert not quantities("6 monkeys and 6 cmx")


@given(st.text(max_size=80))
def test_what_is_claimed_is_stated(text: str) -> None:
    assert claimed(text) <= stated(text)


@given(st.integers(0, 10**15))
def test_separators_do_not_matter(number: int) -> None:
    assert stated(f"x {number:,} y") == stated(f"x {number} y") == {str(number)}
