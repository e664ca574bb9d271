from __future__ import annotations

import pytest

from indexer.formats import READERS
from indexer.kinds import extension_of, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("租房合同.docx", "document"), ("租房合同.PDF", "pdf"), ("a.b.xlsx", "spreadsheet"), ("年会.ppsx", "slides"), ("note.txt", "text"),
        ("页面.htm", "web"), ("mail.eml", "mail"), ("x.py", "code"), ("Makefile", "code"), ("data.json", "data"), ("照片.HEIC", "image"),
        ("song.mp3", "audio"), ("film.mkv", "video"), ("a.tar.gz", "archive"), ("书.epub", "ebook"), ("README", "text"),
        ("/folder.pdf/thing", "other"), ("odd.xyz", "other"), (".bashrc", "other"), ("", "other"), ("name\nwith\udcff.md", "document"),
    ],
)  # fmt: skip
def test_kind_is_what_a_person_calls_it(name: str, kind: str) -> None:
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("name", "extension"), [("a.TXT", "txt"), ("README", ""), (".profile", ""), ("a.tar.gz", "gz"), ("x.", "")]
)
def test_extension(name: str, extension: str) -> None:
    assert extension_of(name) == extension


def test_most_readable_extensions_have_a_kind() -> None:
    extensions = {extension for reader in READERS for extension in reader.EXTENSIONS}
    without = {extension for extension in extensions if kind_of("a." + extension) == "other"}
    assert without == set()
