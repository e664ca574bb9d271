"""Writes the sample documents of resources/samples from the sources beside this file.

Run: python packaging/samples/make_samples.py [TARGET]
The documents are ours: every person, firm, address and number in them is invented.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pdf import write_pdf
from source import Source
from writers import write_docx, write_eml, write_html, write_odt, write_pptx, write_rtf, write_text, write_xlsx

CONTENT = Path(__file__).parent / "content"
TARGET = Path(__file__).parents[2] / "resources" / "samples"
WRITERS: Mapping[str, Callable[[Source, Path], None]] = {
    ".csv": write_text,
    ".docx": write_docx,
    ".eml": write_eml,
    ".html": write_html,
    ".json": write_text,
    ".md": write_text,
    ".odt": write_odt,
    ".pdf": write_pdf,
    ".pptx": write_pptx,
    ".rtf": write_rtf,
    ".txt": write_text,
    ".xlsx": write_xlsx,
}


def make(target: Path) -> list[Path]:
    """Write every document below `target`, which is emptied first; returns what was written."""
    shutil.rmtree(target, ignore_errors=True)
    written = []
    for path in sorted(CONTENT.rglob("*.source")):
        document = target / path.relative_to(CONTENT).with_suffix("")
        document.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[document.suffix](Source.read(path), document)
        written.append(document)
    return written


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    print(f"{len(make(folder))} documents in {folder}")
