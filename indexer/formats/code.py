"""Source code."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.errors import UnreadableDocument
from indexer.formats.data_text import ELLIPSIS, without_blobs
from indexer.formats.encoding import read_text
from indexer.formats.plain import text_segments
from indexer.model import DocumentInfo, Reason, Segment

EXTENSIONS = frozenset(
    "py pyi pyw js mjs cjs jsx ts tsx vue svelte java kt kts scala groovy gradle c h cc cpp cxx hh hpp hxx m mm cs vb"
    " fs go rs swift rb php pl pm lua r jl dart ex exs erl hs ml mli clj cljs lisp el scm sh bash zsh fish bat cmd ps1"
    " css scss sass less asm s v vhd sv proto thrift graphql cmake mk dockerfile tf nix pas f f90 for zig nim"
    " cabal sln qml pro pri spec".split()
)
_LONGEST_LINE = 2_000
"""People do not write longer ones; programs that pack code for browsers do."""


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with the line they begin on; of lines that no person wrote only the beginning."""
    del info
    text, cut = read_text(path, limits)
    yield from text_segments("".join(map(_clipped, io.StringIO(text))))
    if cut:
        raise UnreadableDocument(Reason.TOO_LARGE, "more text than the limit")


def _clipped(line: str) -> str:
    line = without_blobs(line)
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + ELLIPSIS + "\n"
