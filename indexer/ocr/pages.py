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
from indexer.ocr.likely import opened

_DPI = 150
_PDF_PIXELS = 4_000_000
_SHORT_SIDE = 1_500
_TILE_ASPECT = 1.5
_LEAST_TILE = 1_000
_MOST_TILES = 24


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
    with opened(path, _SHORT_SIDE) as image:
        if page > 1:
            image.seek(page - 1)
        return _flat(_shrunk(ImageOps.exif_transpose(image)))


def _shrunk(image: Image.Image) -> Image.Image:
    """The short side within bounds; the long one of a screenshot of a whole conversation may be ten times as long."""
    excess = min(image.size) / _SHORT_SIDE
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
    """Cut a long picture across, at calm rows, from top to bottom: recognition shrinks what it is given."""
    height = max(_LEAST_TILE, round(picture.width * _TILE_ASPECT))
    if picture.height <= height * 4 // 3:
        yield picture
        return
    rows = np.asarray(picture.convert("L"), dtype=np.int16)
    unrest = np.abs(np.diff(rows, axis=1)).sum(axis=1)
    top = 0
    for _ in range(_MOST_TILES):
        bottom = _calm_row(unrest, top + height * 3 // 4, top + height)
        yield picture.crop((0, top, picture.width, bottom))
        top = bottom
        if top >= picture.height:
            return


def _calm_row(unrest: npt.NDArray[np.int64], low: int, high: int) -> int:
    return low + int(np.argmin(unrest[low:high])) if high < len(unrest) else len(unrest)
