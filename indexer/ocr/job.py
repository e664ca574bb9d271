"""What the worker does with each message. Building one loads the models."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from indexer.errors import UnreadableDocument
from indexer.extract import wire
from indexer.model import Reason
from indexer.ocr.pages import page_picture, picture_hash
from indexer.ocr.recogniser import Recogniser


class PageJob:
    """Keeps the picture of the page that was looked at until it is read."""

    def __init__(self) -> None:
        self._recogniser = Recogniser()
        self._picture: Image.Image | None = None

    def answer(self, message: wire.Json, path: Path) -> wire.Json:
        """The answer to a message (see :mod:`indexer.ocr.worker`). `path` leads to the file that it names."""
        try:
            return self._read() if "read" in message else self._look(path, message["page"])
        except BaseException as error:  # noqa: BLE001 - the edge: libraries raise anything for a broken file
            return {"failed": _reason_of(error), "detail": f"{type(error).__name__}: {error}"[:200]}

    def _look(self, path: Path, page: int) -> wire.Json:
        self._picture = None  # two at once would take twice the memory
        self._picture = page_picture(path, page)
        return {"image": picture_hash(self._picture).hex()}

    def _read(self) -> wire.Json:
        picture, self._picture = self._picture, None
        assert picture is not None, "nothing was looked at"
        found = self._recogniser.read(picture)
        return {"text": found.text, "confidence": found.confidence}


def _reason_of(error: BaseException) -> Reason:
    if isinstance(error, UnreadableDocument):
        return error.reason
    return Reason.OUT_OF_MEMORY if isinstance(error, MemoryError) else Reason.BROKEN
