"""Files inside archives and messages, from the disk to the search."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.model import Hit
from indexer.query import SearchQuery
from tests.indexer.formats import writers
from tests.indexer.formats.containers import message, zip_of
from tests.indexer.test_pipeline import Index

CERTIFICATE = writers.word_of(
    "<w:p><w:r><w:t>The energy certificate expires in 2031. 能源证书二〇三一年到期。</w:t></w:r></w:p>"
)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    index = Index(tmp_path / "home")
    yield index
    index.pipeline.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "下载"
    folder.mkdir()
    (folder / "租客资料.zip").write_bytes(zip_of({"证书/certificate.docx": CERTIFICATE, "film.mp4": b"not read"}))
    return folder


def hits(index: Index, text: str, **conditions: object) -> list[Hit]:
    return list(index.searcher.search(SearchQuery(text, **conditions)).hits)  # type: ignore[arg-type]


def places(index: Index, text: str, **conditions: object) -> list[tuple[str, str]]:
    return [(os.path.basename(hit.path), hit.name) for hit in hits(index, text, **conditions) if hit.container]


def test_a_document_in_an_archive_is_a_hit_of_its_own(index: Index, folder: Path) -> None:
    index.add(folder)
    best = hits(index, "能源证书")[0]
    assert (best.path, best.name, best.container) == (
        str(folder / "租客资料.zip"), "证书/certificate.docx", str(folder / "租客资料.zip"),
    )  # fmt: skip
    assert (best.kind, best.size) == ("document", len(CERTIFICATE))
    assert "energy certificate" in best.passages[0].text


def test_members_are_found_by_name_even_when_only_listed(index: Index, folder: Path) -> None:
    index.add(folder)
    assert ("租客资料.zip", "film.mp4") in places(index, "film")
    assert ("租客资料.zip", "证书/certificate.docx") in places(index, "certificate.docx")


def test_conditions_hold_for_the_member_and_the_folder_for_the_container(index: Index, folder: Path) -> None:
    index.add(folder)
    found = [("租客资料.zip", "证书/certificate.docx")]
    assert places(index, "energy certificate", extensions=("docx",)) == found
    assert places(index, "energy certificate", folders=("下载",)) == found
    assert hits(index, "energy certificate", extensions=("docx",))[0].kind == "document"
    listed = index.searcher.search(SearchQuery("", kinds=("document", "archive")))
    assert [hit.name for hit in listed.hits] == ["租客资料.zip"]


def test_a_file_on_the_disk_goes_before_its_copy_in_an_archive(index: Index, folder: Path) -> None:
    (folder / "certificate.docx").write_bytes(CERTIFICATE)
    index.add(folder)
    names = [hit.name for hit in hits(index, "energy certificate expires")]
    assert names.index("certificate.docx") < names.index("证书/certificate.docx")


def test_members_follow_the_file_on_the_disk(index: Index, folder: Path) -> None:
    index.add(folder)
    (folder / "旧").mkdir()
    (folder / "租客资料.zip").rename(folder / "旧" / "tenants.zip")
    index.rescan()
    assert places(index, "energy certificate") == [("tenants.zip", "证书/certificate.docx")]
    assert hits(index, "energy certificate")[0].path == str(folder / "旧" / "tenants.zip")
    (folder / "旧" / "tenants.zip").write_bytes(zip_of({"meters.txt": "电表读数 meter readings".encode()}))
    index.rescan()
    assert places(index, "energy certificate") == []
    assert places(index, "电表读数") == [("tenants.zip", "meters.txt")]
    (folder / "旧" / "tenants.zip").unlink()
    assert places(index, "电表读数") == []
    index.rescan()
    assert len(index.names) == 0
    assert sum(index.pipeline.progress.states.values()) == 0


def test_zip_in_mail_in_zip(index: Index, folder: Path) -> None:
    inner = zip_of({"certificate.docx": CERTIFICATE})
    (folder / "mail.zip").write_bytes(zip_of({"sent.eml": message("Papers 材料", "as agreed", {"pack.zip": inner})}))
    index.add(folder)
    assert ("mail.zip", "sent.eml/pack.zip/certificate.docx") in places(index, "energy certificate")
    assert ("mail.zip", "sent.eml") in places(index, "材料")
