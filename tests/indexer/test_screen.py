"""Full screen as an X server tells it. The window manager's part is played by setting its properties."""

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest

from indexer.screen import full_screen_on_x11

pytestmark = pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xprop")), reason="needs Xvfb and xprop")


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    reads, writes = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writes), "-screen", "0", "320x200x24", "-noreset", "-nolisten", "tcp"],
        pass_fds=(writes,), stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writes)
    with os.fdopen(reads) as told:
        number = told.readline().strip()
    monkeypatch.setenv("DISPLAY", f":{number}")
    yield f":{number}"
    server.terminate()
    server.wait(10)


def on_root(form: str, name: str, value: str) -> None:
    subprocess.run(["xprop", "-root", "-f", name, form, "-set", name, value], check=True)


def root_window() -> str:
    """The root stands for the active window: every server has it."""
    told = subprocess.run(["xwininfo", "-root"], capture_output=True, text=True, check=True).stdout
    return next(line.split()[3] for line in told.splitlines() if "Window id" in line)


def test_the_active_window_fills_the_screen_or_not(display: str) -> None:
    assert not full_screen_on_x11()
    on_root("32x", "_NET_ACTIVE_WINDOW", root_window())
    assert not full_screen_on_x11()
    on_root("32a", "_NET_WM_STATE", "_NET_WM_STATE_FULLSCREEN")
    assert full_screen_on_x11()
    on_root("32x", "_NET_ACTIVE_WINDOW", "0x1234567")
    assert not full_screen_on_x11(), "a window that is gone"


@pytest.mark.parametrize("where", ["", ":4095", "nonsense"])
def test_without_a_server_nothing_is_known(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", where)
    assert not full_screen_on_x11()
