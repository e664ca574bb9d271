from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.__main__ import RESOURCES
from ui.icons import KINDS, kind_icon
from ui.kit import Kit
from ui.theme import CHINESE_FAMILIES, Colours, families

TEXT_ON_GROUND = [
    (text, ground)
    for ground in ("window", "surface", "hover", "selected", "accent_soft")
    for text in ("text", "muted", "accent")
] + [
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("text", "mark"),
    ("text", "code"),
    ("text", "warning_soft"),
    ("text", "danger_soft"),
    ("danger", "surface"),
    ("warning", "window"),
]
SHAPES_ON_GROUND = [("control_border", "surface"), ("accent", "surface"), ("good", "window"), ("danger", "danger_soft")]


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(colour).getRgbF()]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_texts_and_shapes_meet_wcag_aa(appearance: str) -> None:
    colours = Colours.load(RESOURCES / "themes" / f"{appearance}.toml").as_dict()
    for text, ground in TEXT_ON_GROUND:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for shape, ground in SHAPES_ON_GROUND:
        assert contrast(colours[shape], colours[ground]) >= 3, (shape, ground)


def test_appearance_can_be_chosen_at_once(kit: Kit, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(kit.theme.changed):
        kit.theme.choose("dark")
    assert kit.theme.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() < 60
    kit.theme.choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).lightness() > 200


def test_chinese_families_stand_behind_the_systems_own(kit: Kit) -> None:
    families = kit.theme.font().families()
    assert families[0] not in CHINESE_FAMILIES[1:]
    assert next(family for family in families if family in CHINESE_FAMILIES) == "Noto Sans CJK SC"


@pytest.mark.parametrize(("language", "first"), [("zh_CN", "Noto Sans CJK SC"), ("en_GB", "")])
def test_without_a_desktop_the_language_chooses_the_first_family(language: str, first: str) -> None:
    alias = QFont("Sans Serif")
    found = families(alias, QLocale(language).language())
    assert "Sans Serif" not in found
    assert set(CHINESE_FAMILIES) <= set(found)
    assert (found[0] == first) == bool(first)


def test_style_has_no_unknown_colour(kit: Kit, qapp: QApplication) -> None:
    assert "$" not in qapp.styleSheet()


@pytest.mark.parametrize(
    ("kind", "icon"),
    [
        ("pdf", "file-pdf"),
        (".PDF", "file-pdf"),
        ("xlsx", "file-sheet"),
        ("eml", "file-mail"),
        ("未知", "file"),
        ("", "file"),
    ],
)
def test_every_kind_has_an_icon(kind: str, icon: str) -> None:
    assert kind_icon(kind) == icon


def test_icons_are_one_family() -> None:
    folder = RESOURCES / "icons"
    assert {f"{name}.svg" for name in KINDS} <= {path.name for path in folder.glob("*.svg")}
    for path in folder.glob("*.svg"):
        source = path.read_text(encoding="utf-8")
        if path.stem != "docent":
            assert 'viewBox="0 0 24 24"' in source, path
            assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', source)) <= {"currentColor", "none"}, path
            assert 'stroke-width="1.6"' in source, path


def test_an_icon_is_drawn_in_the_colour_of_the_theme(kit: Kit) -> None:
    image = kit.icons.pixmap("stop", "danger", 24, 1.0).toImage()
    assert image.pixelColor(12, 12) == QColor(kit.theme.colours.danger)
