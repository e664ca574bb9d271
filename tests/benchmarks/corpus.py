"""A mixed corpus of real files for measurements: documentation of this machine, the samples, and office files made of both."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl

from tests.indexer.formats.writers import pdf

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
DOCUMENTATION = Path("/usr/share/doc")
_OFFICE_SHARE = 0.12
_USUAL_BYTES = 24_000
_LARGE_SHARE = 0.01
_LARGE_BYTES = 1_500_000


def build(folder: Path, count: int, seed: int = 7) -> int:
    """Fill `folder` with `count` files; the same on the same machine. Returns their bytes."""
    chance = random.Random(seed)
    paragraphs = [part for path in sorted(SAMPLES.rglob("*.txt")) for part in _paragraphs(path)]
    shutil.copytree(SAMPLES, folder / "samples")
    left = count - sum(1 for _ in _files(folder))
    office = int(left * _OFFICE_SHARE)
    for path in _some_documentation(left - office, chance):
        target = folder / "doc" / path.relative_to(DOCUMENTATION)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
        paragraphs += _paragraphs(path)[:20]
    (folder / "office").mkdir()
    for number in range(office):
        _write_office(folder / "office", number, chance.sample(paragraphs, min(30, len(paragraphs))))
    return sum(path.stat().st_size for path in _files(folder))


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _some_documentation(count: int, chance: random.Random) -> list[Path]:
    """Mostly files that fit on some pages, and a few that are as large as a book."""
    found = sorted(_files(DOCUMENTATION))
    usual = [path for path in found if 0 < path.stat().st_size <= _USUAL_BYTES]
    large = [path for path in found if _USUAL_BYTES < path.stat().st_size <= _LARGE_BYTES]
    few = min(len(large), int(count * _LARGE_SHARE))
    return chance.sample(usual, min(len(usual), count - few)) + chance.sample(large, few)


def _paragraphs(path: Path) -> list[str]:
    text = path.read_bytes()[:60_000].decode("utf-8", "ignore")
    return [" ".join(part.split()) for part in text.split("\n\n") if 80 < len(part) < 1_500]


def _write_office(folder: Path, number: int, paragraphs: list[str]) -> None:
    clean = ["".join(sign for sign in text if sign.isprintable()) for text in paragraphs]
    target = folder / f"report {number}"
    match number % 3:
        case 0:
            document = docx.Document()
            for place, text in enumerate(clean):
                if place % 6 == 0:
                    document.add_heading(text[:40], 1)
                document.add_paragraph(text)
            document.save(os.fspath(target.with_suffix(".docx")))
        case 1:
            book = openpyxl.Workbook()
            for place, text in enumerate(clean):
                book.active.append([place, text[:60], len(text) * 1.25, text[-30:]])
            book.save(target.with_suffix(".xlsx"))
        case _:
            lines = [text[start : start + 80] for text in clean for start in range(0, len(text), 80)]
            pages = [lines[start : start + 40] for start in range(0, len(lines), 40)]
            target.with_suffix(".pdf").write_bytes(pdf(pages))
