"""The running engine follows what happens on the disk; nobody asks it to look."""

import os
from pathlib import Path

from tests.e2e.conftest import Docent, wait_until


def names(docent: Docent, query: str) -> list[str]:
    return [hit["name"] for hit in docent.find(query, code=None)["hits"]]


def test_saves_moves_and_deletions_are_followed(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "old.txt").write_text("about badgers")
    docent.run("index", str(folder), "--wait")
    assert docent.json("status")["folders"][0]["followed"] == "watched"
    (folder / "新合同.txt").write_text("月租金五千二百元", encoding="gb18030")
    wait_until(lambda: names(docent, "月租金") == ["新合同.txt"])
    (folder / "深").mkdir()
    (folder / "新合同.txt").rename(folder / "深" / "旧合同.txt")
    wait_until(lambda: names(docent, "月租金") == ["旧合同.txt"])
    assert docent.find("月租金")["hits"][0]["path"] == str(folder / "深" / "旧合同.txt")
    os.unlink(folder / "old.txt")
    assert "old.txt" not in names(docent, "badgers")


def test_files_of_a_folder_that_is_away_are_found_and_marked(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "plan.txt").write_text("the plan of the garden")
    docent.run("index", str(folder), "--wait")
    folder.rename(tmp_path / "unplugged")
    wait_until(lambda: docent.json("status")["folders"][0]["followed"] == "offline")
    hit = docent.find("plan of the garden")["hits"][0]
    assert (hit["name"], hit["offline"]) == ("plan.txt", True)
    assert "(offline)" in docent.run("find", "plan of the garden")
    (tmp_path / "unplugged").rename(folder)
    wait_until(lambda: docent.find("plan of the garden")["hits"][0]["offline"] is False)
