"""Pictures as people have them: rendered text, scans, photos, and what only looks like a picture."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.pagesizes import A5
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
_FACES = {"zh": 2, "zh_TW": 3}
PHOTOS = tuple(Path(str(files("sklearn.datasets.images") / name)) for name in ("china.jpg", "flower.jpg"))


def written(lines: Sequence[str], *, size: int = 30, face: str = "zh") -> Image.Image:
    """Lines of print on white, letters `size` pixels high."""
    font = ImageFont.truetype(_FONT, size, index=_FACES[face])
    wide = max(int(font.getlength(line)) for line in lines) + 80
    picture = Image.new("RGB", (wide, int(len(lines) * size * 1.7) + 80), "white")
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text((40, 40 + number * size * 1.7), line, font=font, fill="black")
    return picture


def scanned(picture: Image.Image) -> Image.Image:
    """The same as it comes from a cheap scanner: a little turned, grey, grainy and unsharp."""
    turned = picture.convert("L").rotate(0.6, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    grain = Image.effect_noise(turned.size, 40).point(lambda value: value // 3 + 85)
    return ImageChops.multiply(
        turned.point(lambda value: 40 + value * 4 // 5), ImageChops.lighter(grain, turned)
    ).filter(ImageFilter.GaussianBlur(0.7))


def photographed(picture: Image.Image) -> Image.Image:
    """A sheet on a table of leaves, as a phone sees it."""
    table = Image.open(PHOTOS[1]).convert("RGB").resize((2400, 1800))
    sheet = picture.point(lambda value: value * 3 // 4 + 30).rotate(3, expand=True, fillcolor="gray")
    sheet.thumbnail((2000, 1500))
    table.paste(sheet, (200, 150))
    return table.filter(ImageFilter.GaussianBlur(1.2))


def waves(width: int, height: int) -> Image.Image:
    """What a holiday photo looks like to a rule: sky, and restless water."""
    sky = Image.linear_gradient("L").resize((width, height // 2))
    water = Image.effect_noise((width // 3, height // 4), 70).resize((width, height - height // 2))
    photo = Image.new("L", (width, height))
    photo.paste(sky, (0, 0))
    photo.paste(water, (0, height // 2))
    return photo.convert("RGB")


def pdf(*pages: Image.Image | str) -> bytes:
    """A page for each picture (filling it) or text."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A5)
    for page in pages:
        if isinstance(page, str):
            canvas.drawString(50, 500, page)
        else:
            width = A5[0] - 20
            canvas.drawImage(ImageReader(page), 10, 300, width, width * page.height / page.width)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def noise(width: int, height: int, seed: int = 7) -> Image.Image:
    """Nothing at all."""
    return Image.frombytes("L", (width, height), random.Random(seed).randbytes(width * height))
