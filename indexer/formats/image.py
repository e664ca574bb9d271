"""Pictures: what they say of themselves, and which of their frames are worth text recognition."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.moments import spoken_moment
from indexer.formats.picture_facts import PictureFacts, opened_picture, picture_facts
from indexer.kinds import extension_of
from indexer.model import DocumentInfo, Segment
from indexer.ocr.likely import pages_with_print

_RAW = frozenset(("cr2", "nef", "arw", "dng"))
"""TIFF inside; the picture that is found first is a thumbnail."""
EXTENSIONS = _RAW | frozenset(
    "jpg jpeg jpe jfif png apng gif bmp dib tif tiff webp avif heic heif ppm pgm pbm pnm psd jp2".split()
)
_DESCRIPTION_CHARACTERS = 2_000
_SCREENSHOT = re.compile(
    r"screen[ _-]?(?:shot|capture)|截图|截圖|截屏|屏幕快照|螢幕快照|螢幕擷取|snipaste", re.IGNORECASE
)
_SCAN = re.compile(r"(?<![a-z])scan(?:s|ned)?(?![a-z])|扫描|掃描", re.IGNORECASE)


def read(path: Path, info: DocumentInfo, _limits: ExtractLimits) -> Iterator[Segment]:
    """Yield one short text: kind of picture, size, when, where and with which camera it was taken, what was written about it."""
    with opened_picture(path) as picture:
        facts = picture_facts(picture)
    info.title = facts.title
    info.author = facts.author
    info.created = facts.taken.timestamp() if facts.taken else None
    name = info.name or path.name
    yield Segment(_description(name, facts))
    if extension_of(name) not in _RAW:
        info.pages_without_text = pages_with_print(path)


def _description(name: str, facts: PictureFacts) -> str:
    size = "" if extension_of(name) in _RAW else f"{facts.width} × {facts.height}"
    taken = _taken(facts.taken) if facts.taken else ""
    shown = [_kind(name, facts), facts.format, size, facts.camera, taken, facts.place]
    written = [facts.title, facts.description, facts.author, facts.keywords, *facts.comments]
    lines = [" · ".join(filter(None, shown)), *dict.fromkeys(filter(None, written))]
    return "\n".join(lines)[:_DESCRIPTION_CHARACTERS]


def _kind(name: str, facts: PictureFacts) -> str:
    if _SCREENSHOT.search(name) or any(map(_SCREENSHOT.match, facts.comments)):
        return "Screenshot 屏幕截图"
    if facts.camera or facts.exposed or facts.taken:
        return "Photo 照片"
    if facts.animated:
        return "Animation 动图"
    return "Scan 扫描件" if _SCAN.search(name) else "Picture 图片"


def _taken(moment: datetime) -> str:
    english, chinese = spoken_moment(moment)
    return f"taken {english} 拍摄于{chinese}"
