"""A real model behind a real Ollama-style server; `DOCENT_RIG_DIR` names the folder that holds its `serve`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.llm.address import parse_address
from assistant.llm.base import choose_model
from assistant.llm.ollama import OllamaServer

ROOT = Path(__file__).parents[2]
START_S = 120


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"serve ended with {process.returncode}"
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/api/version", timeout=2):
            return
        time.sleep(0.2)
    raise TimeoutError(f"no server at {url} after {START_S} s")


@pytest.fixture(scope="session")
def rig_url() -> Iterator[str]:
    folder = Path(os.environ.get("DOCENT_RIG_DIR", ROOT / ".rig"))
    if not (folder / "serve").exists():
        pytest.skip(f"no model server rig in {folder} (DOCENT_RIG_DIR)")
    port = _free_port()
    process = subprocess.Popen(
        [folder / "serve", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # it has children of its own, which end with its group
    )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="session")
def server(rig_url: str) -> OllamaServer:
    return OllamaServer(parse_address(rig_url, key="rig", default_port=11434))


@pytest.fixture(scope="session")
def model(server: OllamaServer) -> str:
    return choose_model(server.probe(), "")
