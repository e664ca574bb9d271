"""What is written in a picture file beside its pixels: EXIF, XMP, IPTC and text chunks."""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from lxml import etree
from pi_heif import register_heif_opener
from PIL import ExifTags, Image, IptcImagePlugin, TiffImagePlugin

from indexer.errors import UnreadableDocument
from indexer.formats.encoding import decode_labelled
from indexer.formats.headings import one_line
from indexer.model import Reason

_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "HEIF", "PSD", "JPEG2000", "PPM")
_VALUE_CHARACTERS = 500
_XMP_BYTES = 1 << 20
_DATE = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D(\d{1,2})\D(\d{1,2})(?:\D(\d{1,2}))?")
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)")
_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS, _XP_SUBJECT = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E, 0x9C9F
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_IN_XMP = {
    "title": "title", "headline": "title", "description": "description", "subject": "keywords", "creator": "author",
    "location": "place", "city": "place", "state": "place", "country": "place", "personinimage": "keywords", "label": "comment",
    "usercomment": "comment", "hierarchicalsubject": "keywords",
}  # fmt: skip
_IN_IPTC = {
    5: "title",
    105: "title",
    120: "description",
    25: "keywords",
    80: "author",
    90: "place",
    95: "place",
    101: "place",
    92: "place",
}
_TEXT_CHUNKS = {
    "title": "title", "author": "author", "description": "description", "comment": "comment", "subject": "description",
    "keywords": "keywords", "parameters": "comment", "software": "", "source": "comment", "copyright": "comment",
}  # fmt: skip
_EMPTY_BY_PROGRAM = re.compile(
    r"(?:OLYMPUS DIGITAL CAMERA|SAMSUNG|SONY DSC|DCIM|default|Created with .{0,40}|binary comment|charset=.{0,20}|File source:.*|[ -~]{0,3})$",
    re.IGNORECASE,
)

Written = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Texts are on one line each, and empty where nothing is known. `width` and `height` in pixels, as it is to be looked at."""

    format: str
    width: int
    height: int
    animated: bool
    exposed: bool
    """Whether a camera noted how long it looked."""
    taken: datetime | None
    camera: str
    place: str
    title: str
    author: str
    description: str
    keywords: str
    comments: tuple[str, ...]


@contextmanager
def opened_picture(path: Path) -> Iterator[Image.Image]:
    """Open a picture without decoding it: its size does not matter. Raises `UnreadableDocument` (BROKEN)."""
    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")  # about broken tags
        try:
            with Image.open(file, formats=_FORMATS) as picture:
                yield picture
        except (OSError, SyntaxError, ValueError, struct.error, TypeError, KeyError, EOFError, RuntimeError) as error:
            raise UnreadableDocument(Reason.BROKEN, f"{type(error).__name__}: {error}") from error


def picture_facts(picture: Image.Image) -> PictureFacts:
    """Everything that an open picture says of itself."""
    exif = _exif(picture)
    written: Written = {}
    for name, text in (*_from_exif(exif), *_from_xmp(picture), *_from_iptc(picture), *_from_chunks(picture)):
        if text and not _EMPTY_BY_PROGRAM.match(text):
            written.setdefault(name, []).append(text)
    frames = max(1, int(getattr(picture, "n_frames", 1)))
    sideways = exif.get(ExifTags.Base.Orientation) in {5, 6, 7, 8} and picture.format != "HEIF"  # which turns by itself
    width, height = reversed(picture.size) if sideways else picture.size
    return PictureFacts(
        format=picture.format or "",
        width=width,
        height=height,
        animated=frames > 1 and picture.format in {"GIF", "WEBP", "PNG", "AVIF"},
        exposed=ExifTags.Base.ExposureTime in exif,
        taken=_taken(exif),
        camera=_camera(exif),
        place=", ".join(filter(None, (_coordinates(exif), *dict.fromkeys(written.get("place", ()))))),
        title=next(iter(written.get("title", ())), ""),
        author=next(iter(written.get("author", ())), ""),
        description=" ".join(dict.fromkeys(written.get("description", ()))),
        keywords=", ".join(dict.fromkeys(written.get("keywords", ()))),
        comments=tuple(dict.fromkeys(written.get("comment", ()))),
    )


# -- EXIF


def _exif(picture: Image.Image) -> dict[int, Any]:
    """All tags by number; those about the place under the number of their directory."""
    try:
        exif = picture.getexif()
        tags = dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif))
        return tags | {ExifTags.IFD.GPSInfo: dict(exif.get_ifd(ExifTags.IFD.GPSInfo))}
    except Exception:  # noqa: BLE001 - the tags of a broken file raise anything; the picture has other facts
        return {}


def _text(value: Any) -> str:
    """A tag's value on one line. Pillow reads as Latin-1 what cameras write in any encoding."""
    if isinstance(value, str):
        value = value.encode("latin-1", "ignore") if not value.isascii() and max(value) <= "\xff" else value
    if isinstance(value, bytes):
        value = decode_labelled(value.split(b"\0", 1)[0], "")
    return one_line(str(value), _VALUE_CHARACTERS) if isinstance(value, str | int) else ""


def _from_exif(exif: Mapping[int, Any]) -> Iterator[tuple[str, str]]:
    yield "description", _text(exif.get(ExifTags.Base.ImageDescription, ""))
    yield "author", _text(exif.get(ExifTags.Base.Artist, ""))
    yield "comment", _user_comment(exif.get(ExifTags.Base.UserComment, b""))
    for tag, name in (
        (_XP_TITLE, "title"), (_XP_COMMENT, "comment"), (_XP_AUTHOR, "author"), (_XP_KEYWORDS, "keywords"), (_XP_SUBJECT, "description"),
    ):  # fmt: skip
        value = exif.get(tag, b"")
        raw = bytes(value) if isinstance(value, bytes | tuple) else b""
        yield name, one_line(raw.decode("utf-16-le", "ignore").split("\0", 1)[0], _VALUE_CHARACTERS)


def _user_comment(value: Any) -> str:
    """Eight bytes name the character code (EXIF 2.32, 4.6.5)."""
    if not isinstance(value, bytes):
        return _text(value)
    code, raw = value[:8], value[8:]
    if code.startswith(b"UNICODE"):
        text = raw.decode("utf-16-be" if raw[:1] == b"\0" else "utf-16-le", "ignore")
        return one_line(text.split("\0", 1)[0], _VALUE_CHARACTERS)
    return _text(raw.strip(b"\0 ")) if code.rstrip(b"\0") in {b"ASCII", b"JIS", b""} else _text(value)


def _camera(exif: Mapping[int, Any]) -> str:
    make, model = _text(exif.get(ExifTags.Base.Make, "")), _text(exif.get(ExifTags.Base.Model, ""))
    make = make.removesuffix(" CORPORATION").removesuffix(" Corporation").removesuffix(" Co., Ltd.")
    lens = _text(exif.get(ExifTags.Base.LensModel, ""))
    camera = model if make and model.lower().startswith(make.lower().split()[0]) else f"{make} {model}".strip()
    return f"{camera}, {lens}" if lens and camera and lens != camera else camera or lens


def _taken(exif: Mapping[int, Any]) -> datetime | None:
    """When it was taken, in the zone that the camera noted, else this computer's. Pictures that were only edited have no such time."""
    for tag, offset_tag in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        if moment := _moment(_text(exif.get(tag, "")), _text(exif.get(offset_tag, ""))):
            return moment
    made_by_camera = ExifTags.Base.Model in exif
    return _moment(_text(exif.get(ExifTags.Base.DateTime, "")), "") if made_by_camera else None


def _moment(text: str, offset: str) -> datetime | None:
    match, zone = _DATE.match(text), _OFFSET.match(offset)
    if match is None or not 1826 <= int(match[1]) < 2200:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type] # noqa: DTZ001 - the zone comes next
        if zone is None:
            return moment.astimezone()
        sign = -1 if zone[1] == "-" else 1
        return moment.replace(tzinfo=timezone(sign * timedelta(hours=int(zone[2]), minutes=int(zone[3]))))
    except (ValueError, OverflowError, OSError):
        return None


def _coordinates(exif: Mapping[int, Any]) -> str:
    """Degrees as maps take them: "59.9139° N, 10.7522° E"."""
    place = exif.get(ExifTags.IFD.GPSInfo) or {}
    try:
        latitude, longitude = (
            _degrees(place[tag], 90 if tag is ExifTags.GPS.GPSLatitude else 180)
            for tag in (ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude)
        )
        south = _text(place.get(ExifTags.GPS.GPSLatitudeRef, "N")).upper()[:1] == "S"
        west = _text(place.get(ExifTags.GPS.GPSLongitudeRef, "E")).upper()[:1] == "W"
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""
    if latitude == longitude == 0:
        return ""
    return f"{latitude:.4f}° {'S' if south else 'N'}, {longitude:.4f}° {'W' if west else 'E'}"


def _degrees(value: Any, most: int) -> float:
    degrees, minutes, seconds = (float(part) for part in value)
    total = degrees + minutes / 60 + seconds / 3600
    if not 0 <= total <= most:  # also false for nan
        raise ValueError("no such place")
    return total


# -- XMP, IPTC, text chunks


def _from_xmp(picture: Image.Image) -> Iterator[tuple[str, str]]:
    raw = picture.info.get("xmp") or picture.info.get("XML:com.adobe.xmp") or b""
    raw = raw.encode(errors="replace") if isinstance(raw, str) else raw
    if not isinstance(raw, bytes) or not raw.strip() or len(raw) > _XMP_BYTES:
        return
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, remove_comments=True, remove_pis=True
    )
    root = etree.fromstring(raw.strip(b"\0 \n\r\t"), parser)
    if root is None:
        return
    for element in root.iter(etree.Element):
        if not element.tag.startswith(_RDF) and (name := _IN_XMP.get(etree.QName(element).localname.lower())):
            entries = [entry.text for entry in element.iter(f"{_RDF}li")] or [element.text]
            yield from ((name, one_line(entry or "", _VALUE_CHARACTERS)) for entry in entries)
        for attribute, value in element.attrib.items():
            if name := _IN_XMP.get(etree.QName(attribute).localname.lower()):
                yield name, one_line(str(value), _VALUE_CHARACTERS)


def _from_iptc(picture: Image.Image) -> Iterator[tuple[str, str]]:
    """Their own note of the encoding is seldom right: it is found out."""
    if not isinstance(picture, TiffImagePlugin.TiffImageFile) and "photoshop" not in picture.info:
        return
    try:
        found = IptcImagePlugin.getiptcinfo(picture) or {}  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - as in _exif
        return
    for (record, number), value in found.items():
        if record == 2 and (name := _IN_IPTC.get(number)):
            for entry in value if isinstance(value, list) else [value]:
                yield name, _text(entry)


def _from_chunks(picture: Image.Image) -> Iterator[tuple[str, str]]:
    for key, value in picture.info.items():
        if isinstance(key, str) and isinstance(value, str | bytes) and (name := _TEXT_CHUNKS.get(key.lower())):
            yield name, _text(value)
