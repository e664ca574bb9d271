from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from indexer.errors import UnreadableDocument
from indexer.model import Reason
from indexer.ocr.likely import pages_with_print
from tests.indexer.ocr import pictures

LETTER = [
    "NOTICE OF RENT REVIEW",
    "To the tenant of plot 27B: from Lady Day",
    "the rent will rise to 43 pounds a year.",
]
RECEIPT = ["五金店 收据", "水平尺 11.95", "膨胀螺丝 3.20", "合计 15.15 元"]


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("screenshot.png", pictures.written(LETTER, size=16)),
        ("receipt.jpg", pictures.written(RECEIPT)),
        ("dark mode.png", Image.eval(pictures.written(RECEIPT), lambda value: 255 - value)),
        ("scan.jpg", pictures.scanned(pictures.written(LETTER))),
        ("on a table.jpg", pictures.photographed(pictures.written(LETTER * 5))),
        ("sign.png", pictures.written(["停车"], size=300)),
        ("transparent.png", pictures.written(LETTER).convert("RGBA")),
        ("palette.gif", pictures.written(LETTER).convert("P")),
        ("two colours.tif", pictures.written(LETTER).convert("1")),
        ("sixteen bits.png", pictures.written(LETTER).convert("I").point(lambda value: value * 256).convert("I;16")),
        ("print shop.jpg", pictures.written(LETTER).convert("CMYK")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_pictures_of_print_are_worth_reading(name: str, picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / name)
    assert pages_with_print(tmp_path / name) == (1,)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("sea.jpg", pictures.waves(2400, 1600)),
        ("noise.jpg", pictures.noise(600, 400)),
        ("blank.png", Image.new("RGB", (800, 600), "white")),
        ("icon.png", pictures.written(["OK"], size=10).resize((32, 32))),
        ("line.png", Image.new("L", (4000, 3), 0)),
        ("gradient.png", Image.linear_gradient("L").resize((700, 700))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_photos_and_ornaments_are_not(name: str, picture: Image.Image, tmp_path: Path) -> None:
    picture.save(tmp_path / name)
    assert pages_with_print(tmp_path / name) == ()


@pytest.mark.parametrize("photo", pictures.PHOTOS, ids=lambda path: path.name)
def test_real_photos_are_not(photo: Path) -> None:
    assert pages_with_print(photo) == ()


def test_a_fax_has_as_many_pages_as_frames_but_an_animation_one(tmp_path: Path) -> None:
    frames = [pictures.written([text]) for text in ("第一页 first page", "第二页 second page", "第三页 third page")]
    for name in ("fax.tiff", "cat.gif"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
    assert pages_with_print(tmp_path / "fax.tiff") == (1, 2, 3)
    assert pages_with_print(tmp_path / "cat.gif") == (1,)


def test_a_huge_picture_is_refused_unless_it_can_be_decoded_small(tmp_path: Path) -> None:
    huge = Image.new("L", (20_000, 20_000), 255)
    huge.save(tmp_path / "huge.png")
    huge.paste(pictures.written(LETTER, size=700).convert("L"), (500, 500))
    huge.save(tmp_path / "huge.jpg")
    with pytest.raises(UnreadableDocument) as refused:
        pages_with_print(tmp_path / "huge.png")
    assert refused.value.reason is Reason.TOO_LARGE
    assert pages_with_print(tmp_path / "huge.jpg") == (1,)


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"\x89PNG" + data[4:40]])
def test_a_broken_picture_raises(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    path = tmp_path / "broken.png"
    pictures.written(LETTER).save(path)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises((OSError, SyntaxError)):
        pages_with_print(path)
