"""The window's process stays light: what the engine needs must not come along."""

from __future__ import annotations

import subprocess
import sys

LOAD_EVERYTHING = """
import importlib, pkgutil, sys
import ui
for module in pkgutil.walk_packages(ui.__path__, "ui."):
    importlib.import_module(module.name)
heavy = {"torch", "onnxruntime", "qdrant_client", "qdrant_edge", "sentence_transformers", "numpy", "lxml", "ollama", "httpx"}
print(sorted(heavy & set(sys.modules)), sorted(name for name in sys.modules if name.startswith(("indexer", "assistant"))))
"""


def test_window_imports_no_model_no_store_and_no_parser() -> None:
    found = subprocess.run([sys.executable, "-c", LOAD_EVERYTHING], capture_output=True, text=True, check=True)
    heavy, _, ours = found.stdout.strip().partition("] [")
    assert heavy == "["
    allowed = {"client", "protocol", "settings", "settings_file", "errors", "paths", "log"}
    assert {name.strip("'] ") for name in ours.split(",")} <= {"assistant"} | {f"assistant.{name}" for name in allowed}


def test_void_calls_do_not_crash_the_interpreter() -> None:
    """PySide6 6.12.0 does after about 5,300; the pin in pyproject.toml stays until a release does not."""
    code = "from PySide6.QtCore import QObject\nfor _ in range(20000): QObject().setObjectName('x')\nprint('alive')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "alive")
