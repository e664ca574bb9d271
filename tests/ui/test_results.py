from __future__ import annotations

from typing import Any

import pytest
import recorded
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.chat.citations import Citation, CitationButton
from ui.kit import Kit, tooltip
from ui.results.found_card import FEW, FoundCard
from ui.results.hit import FoundFile, files_from
from ui.results.hit_delegate import lead_to_first_mark
from ui.results.hit_list import MAX_ROWS, HitList

HOSTILE_NAMES = [
    "two\nlines.txt",
    "caf\udce9.txt",
    "invoice\u202efdp.exe",
    "<b>bold</b>.md",
    "a & b.pdf",
    "名" * 300 + ".pdf",
    "",
]


@pytest.fixture
def files(kit: Kit, qtbot: QtBot) -> HitList:
    made = HitList(kit, "Files")
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    made.show_files(files_from({"hits": recorded.HITS}))
    return made


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_any_name_is_shown_on_one_safe_line(name: str, files: HitList) -> None:
    hit = recorded.hit("x.pdf", snippet="租房", marks=[[0, 2]]) | {"path": f"/d/{name}", "name": name}
    file = FoundFile.from_json(hit)
    assert file.path == f"/d/{name}"
    assert not set("\n\u202e\udce9") & set(file.name)
    files.show_files([file])
    assert isinstance(files.grab(), QPixmap)
    assert "<b>" not in tooltip(file.name)


@pytest.mark.parametrize("hit", [{}, {"path": "/a/b.pdf", "highlights": None, "anchor": None, "size": None}])
def test_missing_fields_are_empty(hit: dict[str, Any], files: HitList) -> None:
    files.show_files([FoundFile.from_json(hit)])
    assert isinstance(files.grab(), QPixmap)


@pytest.mark.parametrize(
    ("name", "shown_name", "container"),
    [("成员.txt", "成员.txt", "资料.zip"), ("inner.zip/合同/a.pdf", "a.pdf", "资料.zip › inner.zip › 合同")],
)
def test_a_hit_in_an_archive_stands_in_its_container(
    name: str, shown_name: str, container: str, kit: Kit, files: HitList
) -> None:
    path = "/d/资料.zip"
    file = FoundFile.from_json(recorded.hit(name) | {"path": path, "name": name, "container": path})
    assert (file.path, file.name, file.folder, file.container) == (path, shown_name, "/d", container)
    assert kit.words.whereabouts(file.folder, file.container) == f"in {container} · /d"
    files.show_files([file])
    assert container in files.hits.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_hundred_thousand_hits_are_cut(files: HitList) -> None:
    files.show_files(files_from({"hits": [recorded.hit("x.pdf")]}) * 100_000)
    assert files.hits.rowCount() == MAX_ROWS


def test_long_passage_is_led_to_its_first_mark(kit: Kit) -> None:
    text = "填充" * 200 + "关键词" + "其后"
    metrics = QFontMetrics(kit.theme.font())
    cut, marks = lead_to_first_mark(text, ((400, 3),), metrics, 300)
    start, length = marks[0]
    assert cut[start : start + length] == "关键词"
    assert cut.startswith("…")
    assert metrics.horizontalAdvance(cut[:start]) < 500
    assert lead_to_first_mark("short 关键词", ((6, 3),), metrics, 300) == ("short 关键词", ((6, 3),))


def test_keyboard_opens_reveals_and_copies(files: HitList, kit: Kit, qtbot: QtBot) -> None:
    files.take_focus()
    assert files.currentIndex().row() == 0
    QTest.keyClick(files, Qt.Key.Key_Down)
    with qtbot.waitSignal(kit.actions.failed) as failed:
        QTest.keyClick(files, Qt.Key.Key_Return)
    assert failed.args == ["file_missing", {"name": recorded.HITS[1]["name"]}]
    with qtbot.waitSignal(kit.actions.failed):
        QTest.keyClick(files, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(files, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == recorded.HITS[1]["path"]


def test_arrows_leave_the_list_at_its_ends(files: HitList, qtbot: QtBot) -> None:
    files.take_focus()
    with qtbot.waitSignal(files.left_at_top):
        QTest.keyClick(files, Qt.Key.Key_Up)
    QTest.keyClick(files, Qt.Key.Key_End)
    with qtbot.waitSignal(files.left_at_bottom):
        QTest.keyClick(files, Qt.Key.Key_Down)


def test_refined_results_keep_the_chosen_file(files: HitList) -> None:
    files.take_focus()
    QTest.keyClick(files, Qt.Key.Key_Down)
    chosen = files.hits.files[1]
    files.show_files(list(reversed(files.hits.files)))
    assert files.hits.files[files.currentIndex().row()] == chosen


def test_screen_reader_hears_name_place_and_age(files: HitList) -> None:
    spoken = files.hits.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("Lease agreement Alder Court 12B.pdf, page 4, yesterday")


def test_card_shows_few_and_then_all(kit: Kit, qtbot: QtBot) -> None:
    card = FoundCard(kit)
    qtbot.addWidget(card)
    card.show_files(files_from({"hits": recorded.HITS}), few=FEW)
    assert card.list.hits.rowCount() == FEW
    assert card.more.text() == "Show 2 more files"
    card.more.click()
    assert card.list.hits.rowCount() == len(recorded.HITS)
    assert card.more.text() == "Show fewer"
    card.show_files([], few=FEW)
    assert card.isHidden()


def test_a_citation_from_an_archive_names_the_file_and_what_it_lies_in(kit: Kit, qtbot: QtBot) -> None:
    value = recorded.CITATIONS[0] | {"path": "/d/资料.zip", "container": "/d/资料.zip", "name": "合同/租约.pdf"}
    button = CitationButton(kit, Citation.from_json(value))
    qtbot.addWidget(button)
    assert "租约.pdf" in button.text()
    assert "合同/" not in button.text()
    assert "in 资料.zip › 合同 · /d" in button.toolTip()
