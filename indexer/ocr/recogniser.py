"""PP-OCR's models for Chinese and English, as rapidocr brings and runs them. Nothing is fetched: they are in its wheel."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import rapidocr
from PIL import Image, ImageOps
from rapidocr.utils.output import RapidOCROutput

from indexer.formats.pdf import reflow
from indexer.ocr.child import Recognised
from indexer.ocr.lines import Line, page_text
from indexer.ocr.pages import tiles

_MODELS = Path(rapidocr.__file__).parent / "models"
_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"
_LEAST_SCORE = 0.6
_LEAST_BEST_SCORE = 0.75
_LEAST_CHARACTERS = 3
_LONGEST_SHAPE = 4
_LONGEST = 2_000


class Recogniser:
    """Reads pictures, on one processor core. Takes about a second and 150 MB to build, 750 MB at work."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.use_cls": False,
                "Global.log_level": "error",
                "Global.max_side_len": _LONGEST,
                "Det.model_path": str(_MODELS / _DETECTION),
                "Rec.model_path": str(_MODELS / _RECOGNITION),
                "Rec.rec_batch_num": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: Image.Image) -> Recognised:
        """All text of an RGB picture in reading order."""
        lines: list[Line] = []
        texts: list[str] = []
        for tile in tiles(picture):
            if found := list(self._lines(tile)):
                lines += found
                texts.append(page_text(found))
        if _is_junk(lines):
            return Recognised("", 0.0)
        weight = sum(len(line.text) for line in lines)
        return Recognised(reflow("\n".join(texts)), sum(line.score * len(line.text) for line in lines) / weight)

    def _lines(self, tile: Image.Image) -> Iterator[Line]:
        found = self._engine(np.ascontiguousarray(np.asarray(_padded(tile))[:, :, ::-1]))
        if not isinstance(found, RapidOCROutput) or found.boxes is None or found.txts is None or found.scores is None:
            return
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            if score >= _LEAST_SCORE and text.strip():
                (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
                yield Line(text.strip(), float(score), float(left), float(top), float(right), float(bottom))


def _padded(tile: Image.Image) -> Image.Image:
    """As large as it will be looked at, and not longer than four times its width.

    The detector makes the short side 736 pixels, whatever that makes of the long one.
    """
    tile.thumbnail((_LONGEST, _LONGEST))
    least = -(-max(tile.size) // _LONGEST_SHAPE)
    size = (max(tile.width, least), max(tile.height, least))
    return tile if size == tile.size else ImageOps.pad(tile, size, color="white", centering=(0, 0))


def _is_junk(lines: list[Line]) -> bool:
    """Whether it is only what leaves and bricks are taken for: a few unsure signs."""
    best = max((line.score for line in lines), default=0.0)
    characters = sum(character.isalnum() for line in lines for character in line.text)
    return best < _LEAST_BEST_SCORE or characters < _LEAST_CHARACTERS
