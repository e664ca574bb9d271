from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.formats import READERS, is_archive, reader_for
from indexer.formats.sniff import HEAD_BYTES
from indexer.model import DocumentInfo, Segment
from tests.indexer.formats.light_vectors import LIGHT_VECTORS
from tests.indexer.formats.media_vectors import MEDIA_VECTORS
from tests.indexer.formats.office_vectors import OFFICE_VECTORS
from tests.indexer.formats.vectors import VECTORS as TEXT_VECTORS
from tests.indexer.formats.vectors import Vector

VECTORS = (*TEXT_VECTORS, *LIGHT_VECTORS, *MEDIA_VECTORS, *OFFICE_VECTORS)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_document_is_read_as_the_table_says(vector: Vector, tmp_path: Path) -> None:
    path = vector.write(tmp_path)
    assert reader_for(path, path.read_bytes()[:HEAD_BYTES]) is vector.reader
    info = DocumentInfo()
    segments = segments_of(vector, path, info)
    text = "\n".join(segment.text for segment in segments)
    for wanted in vector.must:
        assert wanted in text
    for unwanted in vector.must_not:
        assert unwanted not in text
    for wanted, anchor in vector.at.items():
        assert find(segments, wanted).anchor == anchor, wanted
    for wanted, heading in vector.under.items():
        assert find(segments, wanted).heading == heading, wanted
    for wanted, header in vector.header.items():
        assert find(segments, wanted).header == header, wanted
    assert (info.title, info.author) == (vector.title, vector.author)
    if vector.created is not None:
        assert info.created == vector.created


def segments_of(vector: Vector, path: Path, info: DocumentInfo) -> list[Segment]:
    return [item for item in vector.reader.read(path, info, ExtractLimits()) if isinstance(item, Segment)]


def find(segments: list[Segment], text: str) -> Segment:
    return next(segment for segment in segments if text in segment.text)


@pytest.mark.parametrize(
    "reader", [reader for reader in READERS if not is_archive(reader)], ids=lambda reader: reader.__name__
)
def test_every_format_has_rows_in_both_languages(reader: object) -> None:
    wanted = " ".join(text for vector in VECTORS if vector.reader is reader for text in vector.must)
    assert re.search("[一-鿿]", wanted)
    assert re.search("[A-Za-z]", wanted)


def test_extensions_are_lower_case_and_belong_to_one_reader() -> None:
    extensions = [extension for reader in READERS for extension in reader.EXTENSIONS]
    assert len(extensions) == len(set(extensions))
    assert all(extension == extension.lower().lstrip(".") for extension in extensions)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_text_of_a_document_comes_once(vector: Vector, tmp_path: Path) -> None:
    path = vector.write(tmp_path)
    text = "\n".join(segment.text for segment in segments_of(vector, path, DocumentInfo()))
    for wanted in vector.must:
        if len(wanted) > 12 and text.count("\n") < 100:
            assert text.count(wanted) == 1, wanted
