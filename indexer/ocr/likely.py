"""Opening pictures within bounds, and which of them look as if they held text: cheap enough for every photo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pi_heif import register_heif_opener
from PIL import Image

from indexer.errors import UnreadableDocument
from indexer.model import Reason

_MOST_FRAMES = 50
"""Frames of one picture that are read: a scanner's TIFF has pages, an animation only more of the same."""
_MOST_DECODED_PIXELS = 100_000_000
"""What would take more memory (300 MB in colour) is not decoded."""
_LEAST_SIDE = 24
_LEAST_AREA = 4_096
_BLOCK = 12
_CONTRAST = 35
_CALM = 0.25
_FINE, _COARSE = 768, 256
PHOTO_FORMATS = frozenset(("JPEG", "MPO", "HEIF", "AVIF", "WEBP"))
_LEAST_PRINT, _LEAST_PRINT_IN_PHOTO, _LEAST_LARGE_PRINT = 0.008, 0.022, 0.1


@contextmanager
def opened(path: Path, wanted: int) -> Iterator[Image.Image]:
    """Open a picture, whose JPEG is decoded smaller while both sides stay above `wanted` pixels.

    Raises `UnreadableDocument` (TOO_LARGE), or what Pillow raises for a broken file.
    """
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None  # it counts before a JPEG is made smaller; our limit counts after
    with path.open("rb") as file, Image.open(file) as image:
        image.draft("RGB", (wanted, wanted))
        if image.width * image.height > _MOST_DECODED_PIXELS:
            raise UnreadableDocument(Reason.TOO_LARGE, f"{image.width} × {image.height} pixels")
        yield image


def pages_with_print(path: Path) -> tuple[int, ...]:
    """The frames of a picture, from 1, that are worth recognition; none for a photo that shows no print.

    Raises what :func:`opened` raises.
    """
    with opened(path, _FINE) as image:
        frames = min(getattr(image, "n_frames", 1), _MOST_FRAMES) if image.format == "TIFF" else 1
        return tuple(range(1, frames + 1)) if frames > 1 or _may_hold_text(image) else ()


def _may_hold_text(image: Image.Image) -> bool:
    if min(image.size) < _LEAST_SIDE or image.width * image.height < _LEAST_AREA:
        return False
    least = _LEAST_PRINT_IN_PHOTO if image.format in PHOTO_FORMATS else _LEAST_PRINT
    grey = _grey(image)
    return _print_share(grey, _FINE) >= least or _print_share(grey, _COARSE) >= _LEAST_LARGE_PRINT


def _grey(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image.convert("L")


def _print_share(grey: Image.Image, side: int) -> float:
    """How much of the picture, seen `side` pixels large, looks like print.

    Print is a calm ground with marks of another tone on it, in at least three small blocks side by side. In leaves,
    waves and walls the ground is as restless as what stands out from it.
    """
    small = grey.copy()
    small.thumbnail((side, side), Image.Resampling.BOX)
    blocks = np.sort(_blocks(np.asarray(small, dtype=np.float32)), axis=2)
    low, ground, high = (blocks[:, :, int(share * (_BLOCK**2 - 1))] for share in (0.05, 0.5, 0.95))
    darker, lighter = ground - low, high - ground
    dark_print = (darker > _CONTRAST) & (lighter < _CALM * darker)
    light_print = (lighter > _CONTRAST) & (darker < _CALM * lighter)
    found = dark_print | light_print
    in_a_row = found[:, :-2] & found[:, 1:-1] & found[:, 2:]
    return float(in_a_row.mean()) if in_a_row.size else 0.0


def _blocks(grey: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Cut into squares: an array of rows, columns and the tones of a square."""
    rows, columns = grey.shape[0] // _BLOCK, grey.shape[1] // _BLOCK
    whole = grey[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)
    return whole.swapaxes(1, 2).reshape(rows, columns, _BLOCK**2)
