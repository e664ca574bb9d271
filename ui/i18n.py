"""The language of the window: what was chosen, or what the system speaks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

LANGUAGES = ("en", "zh_CN")


def language(choice: str, system: QLocale) -> str:
    """One of `LANGUAGES` for the setting `ui.language`; every Chinese system gets simplified Chinese."""
    if choice in LANGUAGES:
        return choice
    return "zh_CN" if system.language() == QLocale.Language.Chinese else "en"


def locale(name: str, system: QLocale) -> QLocale:
    """Dates and numbers: the system's own customs where it speaks the same language."""
    chosen = QLocale(name)
    return system if system.language() == chosen.language() else chosen


def install(app: QCoreApplication, name: str, folder: Path) -> list[QTranslator]:
    """Translate our texts and Qt's own into the language `name`. Missing files leave English."""
    QLocale.setDefault(locale(name, QLocale.system()))
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    sources = [(f"qtbase_{name}", qt_folder), (f"docent_{name}", str(folder))]
    installed = []
    for file, place in sources:
        translator = QTranslator(app)
        if translator.load(file, place):
            app.installTranslator(translator)
            installed.append(translator)
    return installed
