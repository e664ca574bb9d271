"""From a page of a file to its picture: upright, within bounded pixels, cut where it is long."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pypdfium2
from PIL import Image, ImageOps

from indexer.errors import UnreadableDocument
from indexer.model import Reason
from indexer.ocr.child import RECOGNISER_VERSION
from indexer.ocr.likely import PHOTO_FORMATS, opened

_DPI = 150
_PDF_PIXELS = 4_000_000
_SHORT_SIDE = 3_000
_SHORT_SIDE_OF_PHOTO = 1_500
_TILE = 2_000
_LEAST_TILE_HEIGHT = 1_000
_TILE_ASPECT = 1.5
_MOST_TILES = 24
_UNCUT = 1.3
"""What is only so much longer than a tile stays in one piece."""


def page_picture(path: Path, page: int) -> Image.Image:
    """The page (from 1) as an RGB picture. Raises `UnreadableDocument`, or what Pillow raises for a broken picture."""
    with path.open("rb") as file:
        is_pdf = b"%PDF-" in file.read(1024)
    return _pdf_page(path, page) if is_pdf else _frame(path, page)


def _pdf_page(path: Path, page: int) -> Image.Image:
    try:
        with path.open("rb") as file, closing(pypdfium2.PdfDocument(file)) as document:
            document.init_forms()
            with closing(document[page - 1]) as sheet:
                width, height = sheet.get_size()
                scale = min(_DPI / 72, (_PDF_PIXELS / max(1.0, width * height)) ** 0.5)
                picture: Image.Image = sheet.render(scale=scale).to_pil().convert("RGB")
                return picture
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _frame(path: Path, page: int) -> Image.Image:
    with opened(path, _SHORT_SIDE_OF_PHOTO) as image:
        if page > 1:
            image.seek(page - 1)
        most = _SHORT_SIDE_OF_PHOTO if image.format in PHOTO_FORMATS else _SHORT_SIDE
        return _flat(_shrunk(ImageOps.exif_transpose(image), most))


def _shrunk(image: Image.Image, most: int) -> Image.Image:
    """The short side within bounds; the long one of a screenshot of a whole conversation may be ten times as long."""
    excess = min(image.size) / most
    if excess <= 1 or image.mode == "P":
        return image
    return image.resize((round(image.width / excess), round(image.height / excess)), Image.Resampling.BOX)


def _flat(image: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue, on white where it was transparent."""
    if image.mode.startswith("I;16"):
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image.convert("RGB")


def picture_hash(picture: Image.Image) -> bytes:
    """16 bytes that name what is seen and the version of what reads it."""
    head = f"{RECOGNISER_VERSION} {picture.width} {picture.height} ".encode()
    return hashlib.blake2b(head + picture.tobytes(), digest_size=16).digest()


def tiles(picture: Image.Image) -> Iterator[Image.Image]:
    """Cut what is long or wide where it is calm, row by row: recognition shrinks what it is given to 2,000 pixels."""
    tile_height = max(_LEAST_TILE_HEIGHT, round(min(_TILE, picture.width) * _TILE_ASPECT))
    for top, bottom in _cuts(picture, tile_height, across=True):
        strip = picture.crop((0, top, picture.width, bottom))
        for left, right in _cuts(strip, _TILE, across=False):
            yield strip.crop((left, 0, right, strip.height))


def _cuts(picture: Image.Image, length: int, *, across: bool) -> Iterator[tuple[int, int]]:
    """Where each part begins and ends, from top to bottom (`across`) or from left to right."""
    end = picture.height if across else picture.width
    if end <= length * _UNCUT:
        yield 0, end
        return
    tones = np.asarray(picture.convert("L"), dtype=np.int16)
    unrest = np.abs(np.diff(tones, axis=1 if across else 0)).sum(axis=1 if across else 0)
    begin = 0
    for _ in range(_MOST_TILES):
        cut = _calmest(unrest, begin + length * 3 // 4, begin + length)
        yield begin, cut
        begin = cut
        if begin >= end:
            return


def _calmest(unrest: npt.NDArray[np.int64], low: int, high: int) -> int:
    return low + int(np.argmin(unrest[low:high])) if high < len(unrest) else len(unrest)
