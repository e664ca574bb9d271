"""Composition root of the window: `python -m ui`. Everything is built here and handed down."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication

import resources
from assistant import errors, log
from assistant.client import Client
from assistant.paths import Paths, private
from assistant.settings import Settings
from assistant.settings_file import load
from ui import app as application
from ui import i18n
from ui.actions import FileActions
from ui.crash import CrashReporter
from ui.demo import Demo
from ui.engine_link import EngineLink
from ui.error_text import ErrorText
from ui.icons import Icons
from ui.interrupt import Interrupt
from ui.kit import Kit
from ui.main_window import MainWindow
from ui.single_instance import SingleInstance, StartRequest, address
from ui.theme import Theme
from ui.watchdog import Watchdog
from ui.words import Words

RESOURCES = Path(resources.__file__).parent


def main(arguments: list[str]) -> int:
    """Open the window, or raise the one that is open already. Returns the exit code."""
    options = parse(arguments)
    paths = Paths.from_environment()
    settings, problems = load(paths.settings_file)
    make_folders(paths)
    qt = application.new_application(sys.argv[:1])
    instance = SingleInstance(address(paths))
    is_demo = bool(options.screenshot)  # has a window of its own beside the one that may be open
    if not is_demo and not instance.claim(StartRequest(options.folder, options.question)):
        return 0
    log.to_file(paths.logs / "window.log", debug=options.debug)
    Interrupt(qt)
    link = EngineLink(partial(Client.connect, paths))
    kit = build_kit(qt, settings)
    crash = CrashReporter(kit)
    crash.install()
    window = MainWindow(kit, link, QSettings(str(paths.config / "window.ini"), QSettings.Format.IniFormat))
    window.setWindowIcon(kit.icons.application_icon())
    instance.raise_asked.connect(window.start_again)
    for problem in problems:
        window.show_error(problem.code, problem.facts)
    window.show()
    link.start()
    Demo(window, link, options.folder, options.question, options.screenshot).start()
    watchdog = Watchdog(window)
    if options.debug:
        watchdog.start()
    try:
        return qt.exec()
    finally:
        instance.close()
        link.close()


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options; wrong ones end the program with code 2."""
    parser = argparse.ArgumentParser(prog="docent", description="Open the window of Docent.")
    parser.add_argument("--folder", default="", type=_absolute, help="add this folder")
    parser.add_argument("--question", default="", help="ask this when the window is open")
    parser.add_argument("--screenshot", default="", type=_absolute, help="save a picture of the answer there and quit")
    parser.add_argument("--debug", action="store_true", help="log everything, and every time the window was blocked")
    return parser.parse_args(arguments)


def make_folders(paths: Paths) -> None:
    """Make what the window writes into. Raises `OutsideError` ("home_unwritable")."""
    for folder in (paths.config, paths.logs, paths.runtime):
        try:
            private(folder)
        except OSError as error:
            raise errors.OutsideError("home_unwritable", path=str(folder), why=error.strerror) from error


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path)) if path else ""


def build_kit(qt: QApplication, settings: Settings, clock: Callable[[], datetime] = datetime.now) -> Kit:
    """Language, look and words, as the settings have them."""
    language = i18n.language(settings.text("ui.language"), QLocale.system())
    i18n.install(qt, language, RESOURCES / "i18n")
    theme = Theme(qt, RESOURCES / "themes", settings.text("ui.theme"), qt)
    return Kit(
        theme=theme,
        icons=Icons(RESOURCES / "icons", theme, qt),
        words=Words(QLocale(), clock, os.path.expanduser("~"), qt),
        errors=ErrorText(qt),
        actions=FileActions(qt),
    )


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except errors.DocentError as wrong:
        print(*errors.message(wrong.code, wrong.facts), file=sys.stderr)  # noqa: T201 - there is no window yet
        sys.exit(wrong.exit_code)
