from __future__ import annotations

import pytest

from indexer.formats.numbers import number_format, show_number


@pytest.mark.parametrize(
    ("value", "identifier", "code", "shown"),
    [
        ("42", 0, None, "42"),
        ("0.30000000000000004", 0, None, "0.3"),
        ("1E3", 0, None, "1000"),
        ("12345678901234567890", 0, None, "12345678901234567890"),
        ("-7", 1, None, "-7"),
        ("inf", 0, None, "inf"),
        ("no number", 14, None, "no number"),
        ("0.125", 10, None, "12.5%"),
        ("1234.5", 164, '#,##0.00\\ "€"', "1234.5"),
        ("1234.5", 164, '"d"0.0', "1234.5"),
        ("46338", 14, None, "2026-11-12"),
        ("46338.41875", 22, None, "2026-11-12 10:03"),
        ("46338.41875", 164, "yyyy-mm-dd hh:mm:ss", "2026-11-12 10:03"),
        ("46338", 164, "m/d/yy;@", "2026-11-12"),
        ("46338", 164, "[$-804]yyyy年m月d日", "2026年11月12日"),
        ("46338", 164, 'yyyy"年"m"月"', "2026年11月"),
        ("46338", 31, None, "2026年11月12日"),
        ("46338", 17, None, "Nov 2026"),
        ("46338", 16, None, "12 Nov"),
        ("46338", 164, "mmmm", "Nov"),
        ("46338", 164, "[Red]dddd, d mmmm yyyy", "2026-11-12"),
        ("0.5", 20, None, "12:00"),
        ("0.41875", 164, "h:mm AM/PM", "10:03"),
        ("1.25", 46, None, "30:00:00"),
        ("0.0006944444", 45, None, "0:01:00"),
        ("1", 14, None, "1900-01-01"),
        ("61", 14, None, "1900-03-01"),
        ("-5", 14, None, "-5"),
        ("99999999", 14, None, "99999999"),
    ],
)
def test_number_is_shown_as_people_read_it(value: str, identifier: int, code: str | None, shown: str) -> None:
    assert show_number(value, number_format(identifier, code)) == shown


def test_workbooks_of_1904_count_from_another_day() -> None:
    assert show_number("34538", number_format(14, None), epoch_1904=True) == "1998-07-24"
