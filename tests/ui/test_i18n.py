from __future__ import annotations

import ast
import importlib.util
import string
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from ui import i18n
from ui.__main__ import RESOURCES

ROOT = RESOURCES.parent
FOLDER = RESOURCES / "i18n"
_spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
translations = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(translations)


def messages(path: Path) -> dict[tuple[str, str, str], list[str]]:
    """(context, source, comment) to the finished translations; unfinished ones are empty."""
    found = {}
    for context in ET.parse(path).iter("context"):
        for message in context.iter("message"):
            key = (context.findtext("name"), message.findtext("source"), message.findtext("comment") or "")
            translation = message.find("translation")
            forms = translation.findall("numerusform") or [translation]
            unfinished = translation.get("type") == "unfinished"
            found[key] = ["" if unfinished else form.text or "" for form in forms]
    return found


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .ts files as they would be if made from the code of now."""
    folder = tmp_path_factory.mktemp("ts")
    for path in FOLDER.glob("*.ts"):
        (folder / path.name).write_bytes(path.read_bytes())
    translations.update(folder)
    return folder


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_text_is_extracted_and_translated(language: str, extracted: Path) -> None:
    name = f"docent_{language}.ts"
    now = messages(extracted / name)
    assert now.keys() == messages(FOLDER / name).keys(), "run packaging/translations.py"
    assert [key for key, forms in now.items() if not all(form.strip() for form in forms)] == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_translations_keep_their_fields(language: str) -> None:
    for (_, source, _), forms in messages(FOLDER / f"docent_{language}.ts").items():
        for form in forms:
            assert fields(form) == fields(source), source
            assert "%Ln" in form or "%Ln" not in source or form.startswith("about a"), source


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_compiled_files_are_up_to_date(language: str, tmp_path: Path) -> None:
    translations.compile_all(FOLDER, tmp_path)
    name = f"docent_{language}.qm"
    assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), "run packaging/translations.py"


def wrong_tr_calls(source: str) -> list[int]:
    """Lines with a tr() whose text is not a plain literal: it would silently never be found."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    trs = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"tr", "translate"}]
    return [
        call.lineno
        for call in trs
        if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str)
    ]


def test_the_check_sees_an_f_string() -> None:
    assert wrong_tr_calls("self.tr(f'{x} files')\nself.tr('a' + b)\nself.tr('fine {x}').format(x=1)") == [1, 2]


def test_only_literals_are_translated() -> None:
    for path in (ROOT / "ui").rglob("*.py"):
        assert wrong_tr_calls(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    ("choice", "system", "language"),
    [
        ("system", "zh_CN", "zh_CN"),
        ("system", "zh_TW", "zh_CN"),
        ("system", "en_GB", "en"),
        ("system", "de_DE", "en"),
        ("en", "zh_CN", "en"),
        ("zh_CN", "en_US", "zh_CN"),
    ],
)
def test_language_follows_choice_then_system(choice: str, system: str, language: str) -> None:
    assert i18n.language(choice, QLocale(system)) == language


def test_dates_follow_the_systems_customs_in_its_own_language() -> None:
    assert i18n.locale("en", QLocale("en_GB")).name() == "en_GB"
    assert i18n.locale("zh_CN", QLocale("en_GB")).name() == "zh_CN"
