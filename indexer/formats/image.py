"""Pictures: what their makers wrote into them, and which of their frames are worth text recognition."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image, UnidentifiedImageError

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.encoding import detect_encoding
from indexer.model import DocumentInfo, Reason, Segment
from indexer.ocr.likely import opened, pages_with_print

EXTENSIONS = frozenset("jpg jpeg jpe jfif png apng gif bmp dib tif tiff webp avif ppm pgm pbm pnm".split())
_ANY_SIZE = 1 << 20
_WRITTEN_BY_WINDOWS = (
    ExifTags.Base.XPTitle,
    ExifTags.Base.XPSubject,
    ExifTags.Base.XPComment,
    ExifTags.Base.XPKeywords,
)
_PNG_TEXTS = ("Title", "Description", "Comment")


def read(path: Path, info: DocumentInfo, _limits: ExtractLimits) -> Iterator[Segment]:
    """Yield title, description and keywords where there are any."""
    try:
        with opened(path, _ANY_SIZE) as image:
            exif = image.getexif()
            info.author = _text(exif.get(ExifTags.Base.Artist))
            info.created = _time(exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal))
            for text in _captions(image, exif):
                yield Segment(text)
        info.pages_without_text = pages_with_print(path)
    except UnidentifiedImageError as error:
        raise UnreadableDocument(Reason.BROKEN, str(error)) from error


def _captions(image: Image.Image, exif: Image.Exif) -> Iterator[str]:
    found = [_text(exif.get(ExifTags.Base.ImageDescription))]
    found += [_text(exif.get(tag), "utf-16-le") for tag in _WRITTEN_BY_WINDOWS]
    found += [_text(image.info.get(key)) for key in _PNG_TEXTS]
    yield from dict.fromkeys(filter(None, found))


def _text(value: object, codec: str = "") -> str:
    if isinstance(value, tuple):
        value = bytes(value)
    if isinstance(value, str):
        with suppress(UnicodeEncodeError):
            value = value.encode("latin-1")  # as which Pillow takes what says no encoding
    if isinstance(value, bytes):
        value = value.decode(codec or detect_encoding(value) or "latin-1", "replace")
    return " ".join(str(value or "").replace("\0", " ").split())


def _time(value: object) -> float | None:
    """Cameras write local time without a zone."""
    with suppress(ValueError, OverflowError, OSError):
        return datetime.strptime(_text(value), "%Y:%m:%d %H:%M:%S").astimezone().timestamp()
    return None
