"""The real models in the real confined process, on pictures as people have them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PIL import Image

from indexer.config import OCR_LIMITS, ExtractLimits
from indexer.extract.child import ChildDied, ChildNotStarted, ChildTimedOut
from indexer.model import Reason
from indexer.ocr.child import PageChild, PageFailed, start_recogniser
from tests.indexer.ocr import pictures

LEASE = ["房屋租赁合同", "甲方将位于苏州市平江路的房屋出租给乙方", "月租金人民币5200元，押金两个月。"]
RECIPE = ["外婆的牛肉麵食譜", "牛腱切塊汆燙，蔥薑爆香後加入醬油與冰糖", "小火燉煮兩個小時，關火後靜置一夜。"]
NOTICE = [
    "NOTICE OF RENT REVIEW",
    "The rent of plot 27B will rise to 43 pounds",
    "from Lady Day. Objections to Mrs Edith Hallow.",
]


@pytest.fixture(scope="module")
def child() -> Iterator[PageChild]:
    child = PageChild(OCR_LIMITS)
    yield child
    child.stop()


def read(child: PageChild, path: Path, page: int = 1) -> str:
    child.look(str(path), page)
    return "".join(child.read().text.split())


def saved(picture: Image.Image, path: Path, **options: object) -> Path:
    picture.save(path, **options)
    return path


def test_the_process_gives_up_network_files_and_more_before_it_loads_anything(child: PageChild) -> None:
    process = psutil.Process(child.pid)
    assert "limits" in child.confinement
    assert process.nice() == 19
    start_recogniser()


@pytest.mark.parametrize(
    ("name", "picture", "wanted"),
    [
        ("合同.png", pictures.written(LEASE), ["房屋租赁合同", "苏州市平江路", "5200元", "押金两个月"]),
        ("食譜.png", pictures.written(RECIPE, face="zh_TW"), ["牛肉麵食譜", "牛腱切塊", "醬油與冰糖", "靜置一夜"]),
        ("notice.jpg", pictures.written(NOTICE), ["RENTREVIEW", "plot27Bwillriseto43pounds", "EdithHallow"]),
        ("scan.jpg", pictures.scanned(pictures.written(LEASE)), ["房屋租赁合同", "5200元"]),
        ("phone.jpg", pictures.photographed(pictures.written(NOTICE * 2)), ["plot27B", "EdithHallow"]),
        ("dark.png", pictures.written(LEASE).point(lambda v: 255 - v), ["房屋租赁合同"]),
        ("clear.png", pictures.written(LEASE).convert("RGBA"), ["押金两个月"]),
        ("few colours.gif", pictures.written(NOTICE).convert("P"), ["43pounds"]),
        ("deep.png", pictures.written(NOTICE).convert("I").point(lambda v: v * 256).convert("I;16"), ["43pounds"]),
        ("ink.jpg", pictures.written(NOTICE).convert("CMYK"), ["43pounds"]),
        ("small.png", pictures.written(LEASE, size=14), ["平江路的房屋出租给乙方"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_print_is_read(child: PageChild, name: str, picture: Image.Image, wanted: list[str], tmp_path: Path) -> None:
    text = read(child, saved(picture, tmp_path / name))
    for words in wanted:
        assert words in text


def test_a_picture_held_sideways_is_turned_as_its_camera_says(child: PageChild, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    sideways = pictures.written(LEASE).transpose(Image.Transpose.ROTATE_90)
    assert "房屋租赁合同" in read(child, saved(sideways, tmp_path / "IMG.jpg", exif=exif))


def test_each_page_and_each_frame_has_its_own_text(child: PageChild, tmp_path: Path) -> None:
    first, second = (pictures.written(lines) for lines in (LEASE, NOTICE))
    (tmp_path / "扫描.pdf").write_bytes(pictures.pdf(first, "typed", second))
    first.save(tmp_path / "fax.tiff", save_all=True, append_images=[second])
    assert "平江路" in read(child, tmp_path / "扫描.pdf", 1)
    assert "plot27B" in read(child, tmp_path / "扫描.pdf", 3)
    assert "plot27B" in read(child, tmp_path / "fax.tiff", 2)


def test_a_screenshot_of_a_whole_conversation_is_read_to_its_end_in_order(child: PageChild, tmp_path: Path) -> None:
    lines = [f"第{number}条 消息编号 {7000 + number}" for number in range(30)]
    found = re.findall(r"70\d\d", read(child, saved(pictures.written(lines), tmp_path / "长截图.png")))
    assert found == [str(7000 + number) for number in range(30)]


def test_a_screenshot_of_two_screens_keeps_its_small_print(child: PageChild, tmp_path: Path) -> None:
    screens = Image.new("RGB", (3840, 600), "white")
    screens.paste(pictures.written(NOTICE, size=15), (100, 100))
    screens.paste(pictures.written(LEASE, size=15), (2400, 100))
    text = read(child, saved(screens, tmp_path / "两个屏幕.png"))
    assert "plot27Bwillriseto43pounds" in text
    assert "平江路的房屋出租给乙方" in text


@pytest.mark.parametrize("size", [(2_000, 20), (30, 1_300)])
def test_a_strip_does_not_take_all_memory(child: PageChild, size: tuple[int, int], tmp_path: Path) -> None:
    assert read(child, saved(Image.new("RGB", size, "white"), tmp_path / "strip.png")) == ""
    assert child.alive


@pytest.mark.parametrize("photo", [pictures.waves(1200, 800), pictures.noise(500, 400)])
def test_a_photo_says_nothing(child: PageChild, photo: Image.Image, tmp_path: Path) -> None:
    child.look(str(saved(photo, tmp_path / "sea.jpg")), 1)
    found = child.read()
    assert (found.text, found.confidence) == ("", 0.0)


def test_the_same_page_has_the_same_hash_in_any_file(child: PageChild, tmp_path: Path) -> None:
    page = pictures.written(LEASE)
    one = child.look(str(saved(page, tmp_path / "one.png")), 1)
    same = child.look(str(saved(page, tmp_path / "copy.bmp")), 1)
    other = child.look(str(saved(pictures.written(NOTICE), tmp_path / "other.png")), 1)
    assert one == same != other
    assert len(one) == 16


@pytest.mark.parametrize(
    ("name", "content", "page", "reason"),
    [
        ("broken.png", b"\x89PNG\r\n\x1a\n" + bytes(100), 1, Reason.BROKEN),
        ("broken.pdf", b"%PDF-1.7 and nothing more", 1, Reason.BROKEN),
        ("short.pdf", pictures.pdf("one page"), 2, Reason.BROKEN),
        ("text.png", "其实是文本".encode(), 1, Reason.BROKEN),
        ("empty.png", b"", 1, Reason.BROKEN),
    ],
)
def test_a_broken_file_fails_for_good_and_costs_nothing_more(
    child: PageChild, name: str, content: bytes, page: int, reason: Reason, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(PageFailed) as failed:
        child.look(str(tmp_path / name), page)
    assert (failed.value.reason, failed.value.for_good) == (reason, True)
    assert child.alive


def test_a_picture_too_large_to_decode_is_refused(child: PageChild, tmp_path: Path) -> None:
    with pytest.raises(PageFailed) as failed:
        child.look(str(saved(Image.new("1", (20_000, 20_000)), tmp_path / "huge.png")), 1)
    assert failed.value.reason is Reason.TOO_LARGE


def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    child = PageChild(ExtractLimits(seconds=0.05, memory_bytes=OCR_LIMITS.memory_bytes))
    path = saved(pictures.written(LEASE * 12), tmp_path / "long.png")
    with pytest.raises(ChildTimedOut):
        read(child, path)
    assert not child.alive
    child.stop()


def test_a_killed_process_is_told_from_a_bad_page(tmp_path: Path) -> None:
    child = PageChild(OCR_LIMITS)
    child.look(str(saved(pictures.written(LEASE * 20), tmp_path / "long.png")), 1)
    threading.Timer(0.3, child.kill).start()
    with pytest.raises(ChildDied):
        child.read()
    child.stop()


def test_a_process_that_cannot_start_says_so() -> None:
    began = time.monotonic()
    with pytest.raises(ChildNotStarted):
        PageChild(OCR_LIMITS, ("/nonexistent/python",))
    assert time.monotonic() - began < 60
