"""What stands in pictures is found and cited like any other text."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from tests.e2e.conftest import Docent, wait_until
from tests.e2e.test_survives import kill_child
from tests.indexer.ocr import pictures

LETTER = [
    "Riverside Allotment Society",
    "The rent of plot 27B will rise to 43 pounds",
    "from Lady Day. Please write to Edith Hallow.",
]
NOTICE = ["停水通知", "因更换水箱，本周四上午八点至下午五点停水", "请提前储水。物业电话0575-5550163"]
RECEIPT = ["五金行 收據", "水平尺 11.95 元", "膨脹螺絲 3.20 元"]


def fill(folder: Path) -> None:
    folder.mkdir()
    letter, notice = pictures.scanned(pictures.written(LETTER)), pictures.scanned(pictures.written(NOTICE))
    (folder / "scan0007.pdf").write_bytes(pictures.pdf("Typed cover sheet: two pages follow", letter, notice))
    pictures.written(RECEIPT, face="zh_TW").save(folder / "IMG_0007.png")
    shutil.copy(pictures.PHOTOS[0], folder / "holiday.jpg")
    (folder / "notes.txt").write_text("Buy compost for the allotment.", encoding="utf-8")


def ocr_pages(docent: Docent) -> list[tuple[str, int, str]]:
    with apsw.Connection(str(docent.home / "index" / "catalog.db"), flags=apsw.SQLITE_OPEN_READONLY) as db:
        return db.execute(
            "select cast(name as text), page, ocr_page.state from ocr_page join file on file.id = file order by 1, 2"
        ).fetchall()


def test_scans_and_pictures_are_found_and_cited_by_what_they_say(docent: Docent, tmp_path: Path) -> None:
    fill(tmp_path / "扫描件")
    docent.run("index", str(tmp_path / "扫描件"), "--wait")
    assert "recognising text" in docent.stderr
    hit = docent.find("rent of plot 27B")["hits"][0]
    assert (hit["name"], hit["anchor"]) == ("scan0007.pdf", {"page": 2})
    hit = docent.find("更换水箱 停水")["hits"][0]
    assert (hit["name"], hit["anchor"]) == ("scan0007.pdf", {"page": 3})
    hit = docent.find("水平尺收據")["hits"][0]
    assert (hit["name"], hit["anchor"]) == ("IMG_0007.png", None)
    answer = docent.ask("How much will the rent of plot 27B be?", "--no-llm")
    assert answer["found"]
    assert "43 pounds" in answer["answer"]
    assert (answer["citations"][0]["name"], answer["citations"][0]["anchor"]) == ("scan0007.pdf", {"page": 2})
    assert " ".join(answer["citations"][0]["quote"].split()) in " ".join(LETTER)
    status = docent.json("status")
    assert status["states"] | {"indexed": 4, "name_only": 0, "failed": 0} == status["states"]
    assert status["work"] | {"phase": "idle", "ocr_pages_left": 0} == status["work"]


def test_switched_off_pictures_wait(make_docent: Callable[..., Docent], tmp_path: Path) -> None:
    fill(tmp_path / "scans")
    docent = make_docent(OCR_ENABLED="false", MEANING_ENABLED="false")
    docent.run("index", str(tmp_path / "scans"), "--wait")
    assert docent.find("compost")["hits"][0]["name"] == "notes.txt"
    work = docent.json("status")["work"]
    assert (work["ocr_pages_left"], work["ocr_waits_for"]) == (3, "off")
    assert "3 pages with text in pictures wait for ocr.enabled" in docent.run("status")
    assert {state for _, _, state in ocr_pages(docent)} == {"owed"}


@pytest.mark.parametrize("victim", ["engine", "ocr"])
def test_a_kill_while_pictures_are_read_costs_nothing(
    make_docent: Callable[..., Docent], tmp_path: Path, victim: str
) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(6):
        pictures.written([f"Receipt number {number}", f"水平尺 {number * 11} 元"]).save(folder / f"{number}.png")
    shutil.copy(folder / "0.png", folder / "copy of 0.png")
    docent = make_docent(MEANING_ENABLED="false")
    docent.run("index", str(folder))
    wait_until(lambda: any(state == "done" for _, _, state in ocr_pages(docent)))
    for _ in range(2):
        if victim == "engine":
            docent.kill_engine()
            docent.json("status")
        else:
            kill_child(docent.engine(), "indexer.ocr")
        time.sleep(1.0)
    docent.run("index", "--wait", str(folder))
    assert [state for _, _, state in ocr_pages(docent)] == ["done"] * 7
    for number in range(6):
        assert docent.find(f"receipt number {number} 水平尺 {number * 11}")["hits"][0]["name"].endswith(f"{number}.png")
