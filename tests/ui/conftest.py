from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"
sys.path.insert(0, os.path.dirname(__file__))

import pytest
from fake_engine import FakeEngine, time_of_tests
from PySide6.QtCore import QCoreApplication, QEvent, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from assistant.client import Client
from assistant.paths import Paths
from assistant.settings import Settings
from ui import i18n
from ui.__main__ import RESOURCES, build_kit
from ui.engine_link import EngineLink
from ui.kit import Kit
from ui.main_window import MainWindow
from ui.watchdog import Watchdog


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.from_environment({"DOCENT_HOME": str(tmp_path / "home")})


@pytest.fixture
def engine(paths: Paths) -> Iterator[FakeEngine]:
    fake = FakeEngine(paths)
    fake.start()
    yield fake
    fake.kill()


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], None]]:
    """Switch the language of texts made from now on."""
    installed = []

    def switch(language: str) -> None:
        installed.extend(i18n.install(qapp, language, RESOURCES / "i18n"))

    yield switch
    for translator in installed:
        qapp.removeTranslator(translator)


@pytest.fixture
def kit(qapp: QApplication, speak: Callable[[str], None]) -> Kit:
    speak("en")
    settings = Settings({}, {"DOCENT_UI_LANGUAGE": "en", "DOCENT_UI_THEME": "light"})
    return build_kit(qapp, settings, time_of_tests)


@pytest.fixture
def link(paths: Paths, qapp: QApplication) -> Iterator[EngineLink]:
    made = EngineLink(partial(Client.connect, paths, start=False))
    yield made
    made.close()


@pytest.fixture
def window(kit: Kit, link: EngineLink, engine: FakeEngine, tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """The whole window on a recorded engine; a blocked window fails the test."""
    made = MainWindow(kit, link, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    watchdog = Watchdog()
    watchdog.start()
    link.start()
    qtbot.waitUntil(lambda: made.status is not None)
    yield made
    watchdog.stop()
    link.close()
    made.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not watchdog.blocks, watchdog.blocks[0].stack
