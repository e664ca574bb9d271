from __future__ import annotations

from indexer.ocr.lines import Line, page_text


def line(text: str, left: float, top: float, width: float = 0.0, height: float = 20.0) -> Line:
    return Line(text, 0.99, left, top, left + (width or 10 * len(text)), top + height)


def prose(words: str, left: float, top: float) -> list[Line]:
    return [line(f"{words} {number}", left, top + 30 * number, width=400) for number in range(4)]


def test_rows_go_from_top_to_bottom_and_left_to_right_whatever_their_order() -> None:
    lines = [
        line("11.95", 500, 62),
        line("Spirit level", 40, 60),
        line("Receipt", 40, 30),
        line("3.20", 500, 92),
        line("Plugs", 40, 91),
    ]
    assert page_text(lines) == "Receipt\nSpirit level  11.95\nPlugs  3.20"


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    lines = [*prose("left", 40, 100), *prose("right", 480, 108)]
    assert page_text(lines) == "left 0\nleft 1\nleft 2\nleft 3\n\nright 0\nright 1\nright 2\nright 3"


def test_what_stands_across_columns_comes_where_it_stands() -> None:
    title, foot = line("A title across", 100, 40, width=600), line("A caption across", 100, 300, width=600)
    lines = [foot, *prose("right", 480, 100), title, *prose("left", 40, 100)]
    text = page_text(lines).split()
    assert text[:3] == ["A", "title", "across"]
    assert text.index("left") < text.index("right") < text.index("caption")


def test_an_empty_line_parts_paragraphs() -> None:
    assert page_text([line("一", 40, 0), line("二", 40, 25), line("三", 40, 120)]) == "一\n二\n\n三"


def test_chinese_set_upright_is_read_from_the_right() -> None:
    lines = [
        line("床前明月光", 300, 40, 22, 180),
        line("疑是地上霜", 260, 40, 22, 180),
        line("举头望明月", 220, 40, 22, 180),
    ]
    assert page_text(lines[::-1]) == "床前明月光\n疑是地上霜\n举头望明月"


def test_a_single_line_is_itself() -> None:
    assert page_text([line("收条", 0, 0)]) == "收条"
