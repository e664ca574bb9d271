"""Text, pictures, sound and film that lie, break or attack. Each is read in a real worker, with its limits."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.model import FileState, Reason
from tests.indexer.formats import media_writers, picture_writers
from tests.indexer.formats.test_hostile import Hostile, extract

INDEXED, NO_TEXT, NAME_ONLY, FAILED = FileState.INDEXED, FileState.NO_TEXT, FileState.NAME_ONLY, FileState.FAILED

CASES = (
    # ---- pictures, sound and film
    Hostile("phone.heic", picture_writers.heic(), INDEXED, Reason.NONE, "iPhone 15 苹果"),
    Hostile("bomb.png", picture_writers.bomb_png(100_000), INDEXED, Reason.TOO_LARGE, "100000 × 100000"),
    Hostile("exif.png", picture_writers.png_with_exif(10 << 20), INDEXED, Reason.NONE, "Padded 填充"),
    Hostile("half.mp3", media_writers.mp3({"TIT2": b"\0Cut off"})[:40], INDEXED, Reason.NONE, "Cut off"),
    Hostile("tags-of-2-gb.mp3", b"ID3\3\0\0\x7f\x7f\x7f\x7fTIT2\x7f\xff\xff\xff\0\0\0x", INDEXED, Reason.NONE, "Audio"),
    Hostile("half.mp4", media_writers.mp4(0, 5, "x")[:150], INDEXED, Reason.NONE, "Video"),
    Hostile("boxes.mp4", media_writers.box(b"ftyp", b"isom") + b"\0\0\0\x08free" * 100_000, INDEXED, Reason.NONE, "Video"),
    Hostile("nested.mov", media_writers.nested_boxes(3_000), INDEXED, Reason.NONE, "Video"),
    Hostile("endless.mkv", b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 300, NAME_ONLY, Reason.UNSUPPORTED),
    Hostile("random.mp3", b"\x07random" * 3_000, NAME_ONLY, Reason.UNSUPPORTED),
    Hostile("song.rmvb", b".RMF" + bytes(100), NAME_ONLY, Reason.UNSUPPORTED),
    # ---- text of all kinds
    Hostile("deep.json", b"[" * 200_000 + '"深处 deep"'.encode() + b"]" * 200_000, INDEXED, Reason.NONE, "深处 deep"),
    Hostile("packed.json", b'{"rows":[' + b'{"id":12345,"name":"many words"},' * 200_000, INDEXED, Reason.TOO_LARGE, "many words"),
    Hostile("open.json", b'"' * 2_000_000 + b'\\"' * 500_000, NAME_ONLY, Reason.TOO_LARGE),
    Hostile("deep.ipynb", b'{"cells":' + b"[" * 200_000, INDEXED, Reason.BROKEN, "cells"),
    Hostile("deep.xml", b"<a>" * 200_000 + "深处 deep".encode() + b"</a>" * 200_000, INDEXED, Reason.NONE, "深处 deep"),
    Hostile("open.xml", b"<!DOCTYPE x [" * 100_000 + b"<a b=" * 200_000 + b"<!--" + b"x " * 99, INDEXED, Reason.TOO_LARGE, "DOCTYPE"),
    Hostile("spaces.xml", b"<a" + b" " * 2_000_000 + b"b", INDEXED, Reason.NONE, "b"),
    Hostile("bomb.yaml", b"a: &a [x, x]\n" + b"".join(b"k%d: &k%d [*a, *a]\n" % (n, n) for n in range(30)), INDEXED, Reason.NONE, "k29"),
    Hostile("bomb.plist", media_writers.plist_bomb(40), INDEXED, Reason.TOO_LARGE, "ha"),
    Hostile("loop.plist", media_writers.plist_loop(), NO_TEXT, Reason.NONE),
    Hostile("half.plist", media_writers.plist_bomb(3)[:40], FAILED, Reason.BROKEN),
    Hostile("entities.plist", b'<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "ha">]><plist><string>&a; plain</string></plist>', INDEXED, Reason.NONE, "plain", "ha plain"),
    Hostile("deep.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><title>top</title>' + b"<g>" * 100_000 + b"<text>x</text>", INDEXED, Reason.NONE, "top"),
    Hostile("bomb.svgz", gzip.compress(b"<svg>" + b"<g/>" * 20_000_000), INDEXED, Reason.TOO_LARGE, "SVG"),
    Hostile("stars.org", b"*a " * 6_000 + b"\n* Heading\n", INDEXED, Reason.NONE, "Heading"),
    Hostile("ticks.rst", b"``a `b " * 2_500 + b"\n\nend\n", INDEXED, Reason.NONE, "end"),
    Hostile("braces.tex", b"\\title{" + b" " * 1_000_000 + b"x\n" + b"\\section{" * 1_000 + b"\nend\n", INDEXED, Reason.NONE, "end"),
    Hostile("braces.bib", b"@a{" * 100_000 + b'@b{k, title="' + b"{" * 100_000, NO_TEXT, Reason.NONE),
    Hostile("fold.ics", b"BEGIN:VEVENT\nSUMMARY:a\n" + b" x\n" * 200_000, INDEXED, Reason.NONE, "x"),
    Hostile("quotes.vcf", b"BEGIN:VCARD\nFN:Ann\nTEL" + b';a="' * 200_000 + b"\nEND:VCARD", INDEXED, Reason.NONE, "Ann"),
    Hostile("cut.lnk", media_writers.shell_link("C:\\a.txt", "x")[:90], FAILED, Reason.BROKEN),
    Hostile("far.lnk", media_writers.shell_link("C:\\a.txt", "x")[:76] + b"\xff" * 200, FAILED, Reason.BROKEN),
)  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1, ExtractLimits()) as pool:
        yield pool


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_file_gets_an_honest_answer(case: Hostile, pool: ExtractPool, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.data)
    extraction = extract(pool, path)
    assert (extraction.state, extraction.reason) == (case.state, case.reason), extraction.detail
    text = "\n".join(chunk.text for chunk in extraction.chunks)
    assert case.must in text
    assert case.must_not not in text


def test_only_the_beginning_of_a_long_line_of_json_is_read(pool: ExtractPool, tmp_path: Path) -> None:
    path = tmp_path / "dump.json"
    record = b'{"id":12345,"name":"many words"},'
    with path.open("wb") as file:
        file.write(b"[")
        for _ in range(24):
            file.write(record * ((1 << 20) // len(record)))
    extraction = extract(pool, path)
    assert (extraction.state, extraction.reason) == (INDEXED, Reason.TOO_LARGE)
    assert extraction.truncated
    assert sum(len(chunk.text) for chunk in extraction.chunks) < 1_000_000


def test_tags_of_a_film_are_read_whatever_its_size(pool: ExtractPool, tmp_path: Path) -> None:
    path = tmp_path / "长片.mp4"
    with path.open("wb") as file:
        file.write(media_writers.mp4(0, 3_725, "A feature"))
        file.truncate(3 << 30)
    extraction = extract(pool, path)
    assert (extraction.state, extraction.content_hash) == (INDEXED, b"")
    assert extraction.chunks[0].text == "Video 视频 · 1:02:05 · 1920 × 1080\nA feature\n+59.9139+010.7522"


@pytest.mark.parametrize(
    ("name", "kind"), [("微信截图_1.jpg", "Screenshot"), ("scan 3.jpg", "Scan"), ("a.jpg", "Picture")]
)
def test_a_reader_in_a_worker_knows_the_name_of_its_file(
    name: str, kind: str, pool: ExtractPool, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(picture_writers.saved("JPEG"))
    assert extract(pool, path).chunks[0].text.startswith(kind)


def test_objects_named_in_yaml_are_not_made(pool: ExtractPool, tmp_path: Path) -> None:
    victim = tmp_path / "made"
    path = tmp_path / "object.yaml"
    path.write_text(f"run: !!python/object/apply:os.system ['touch {victim}']\n")
    assert extract(pool, path).state is INDEXED
    assert not victim.exists()
