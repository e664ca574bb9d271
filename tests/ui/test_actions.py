from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ui.actions import FileActions, file_url


@pytest.mark.parametrize("path", ["/a/没有.pdf", "/a/caf\udce9.txt", "/a/nul\0.txt", ""])
@pytest.mark.parametrize("action", ["open", "reveal"])
def test_missing_file_is_said_with_its_name(path: str, action: str, qtbot: QtBot) -> None:
    actions = FileActions()
    with qtbot.waitSignal(actions.failed) as failed:
        getattr(actions, action)(path)
    code, facts = failed.args
    assert code == "file_missing"
    facts["name"].encode("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="names are Unicode there")
@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a/租房 合同#1.pdf", b"file:///a/%E7%A7%9F%E6%88%BF%20%E5%90%88%E5%90%8C%231.pdf"),
        ("/a/caf\udce9.txt", b"file:///a/caf%E9.txt"),
        ("/a/100%?.txt", b"file:///a/100%25%3F.txt"),
    ],
)
def test_address_of_a_file_keeps_every_byte_of_its_name(path: str, url: bytes) -> None:
    assert bytes(file_url(path).toEncoded().data()) == url


def test_path_with_undecodable_bytes_can_be_copied(qtbot: QtBot) -> None:
    FileActions().copy_path("/a/caf\udce9/合同.txt")
    assert QGuiApplication.clipboard().text() == "/a/caf?/合同.txt"


def test_file_without_a_program_is_said(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "x.unknownkind"
    file.write_text("x")
    actions = FileActions()
    with qtbot.waitSignal(actions.failed) as failed:
        actions.open(os.fspath(file))
    assert failed.args == ["file_not_opened", {"name": "x.unknownkind"}]
