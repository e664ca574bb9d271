"""Documents inside archives and mails, through the real program."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Docent
from tests.indexer.formats import writers
from tests.indexer.formats.containers import message, zip_in_code_page, zip_of

LEASE = writers.word_of("<w:p><w:r><w:t>The tenant of the boathouse pays a deposit of 940 dollars.</w:t></w:r></w:p>")
MINUTES = "会议纪要：观鸟平台的栏杆改用防腐木，由钱师傅负责。".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    pack = zip_of({"docs/lease.docx": LEASE})
    (folder / "papers.eml").write_bytes(
        message("Papers for the boathouse", "As agreed, all attached.", {"pack.zip": pack})
    )
    (folder / "湿地.zip").write_bytes(zip_in_code_page({"纪要/第三次会议.txt": MINUTES}, "gbk"))
    return folder


def test_found_and_cited_inside_then_moved_then_gone(make_docent: Callable[..., Docent], folder: Path) -> None:
    docent = make_docent()
    docent.run("index", str(folder), "--wait")
    mail, archive = str(folder / "papers.eml"), str(folder / "湿地.zip")

    hit = docent.find("how much is the boathouse deposit")["hits"][0]
    assert (hit["path"], hit["name"], hit["container"]) == (mail, "pack.zip/docs/lease.docx", mail)
    assert (hit["kind"], hit["size"]) == ("document", len(LEASE))
    hit = docent.find("栏杆用什么木头")["hits"][0]
    assert (hit["path"], hit["name"], hit["container"]) == (archive, "纪要/第三次会议.txt", archive)
    assert docent.find("第三次会议")["hits"][0]["name"] == "纪要/第三次会议.txt"
    assert "湿地.zip › 纪要/第三次会议.txt" in docent.run("find", "第三次会议")

    done = docent.ask("What deposit does the tenant of the boathouse pay?", "--no-llm")
    assert "940" in done["answer"]
    cited = done["citations"][0]
    assert (cited["path"], cited["name"], cited["container"]) == (mail, "pack.zip/docs/lease.docx", mail)
    assert "940 dollars" in cited["quote"]

    status = docent.json("status")
    assert (status["index"]["files"], status["index"]["members"]) == (2, 3)
    assert status["states"]["indexed"] == 2

    (folder / "湿地.zip").rename(folder / "搬走的.zip")
    docent.run("index", str(folder), "--wait")
    assert docent.find("栏杆用什么木头")["hits"][0]["container"] == str(folder / "搬走的.zip")
    (folder / "搬走的.zip").unlink()
    assert "第三次会议" not in docent.run("find", "栏杆用什么木头", code=None)
