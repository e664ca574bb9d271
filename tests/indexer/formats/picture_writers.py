"""Pictures for the table of documents."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo

XMP = """<?xpacket begin="" id="x"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:City="杭州">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Heron at dawn 晨鹭</rdf:li></rdf:Alt></dc:title>
<dc:subject><rdf:Bag><rdf:li>birds</rdf:li><rdf:li>西湖</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def exif(tags: Mapping[int, Any], camera: Mapping[int, Any], gps: Mapping[int, Any]) -> Image.Exif:
    """EXIF with tags of its three directories."""
    made = Image.Exif()
    made.update(tags)
    made.get_ifd(ExifTags.IFD.Exif).update(camera)
    made.get_ifd(ExifTags.IFD.GPSInfo).update(gps)
    return made


def holiday_exif() -> Image.Exif:
    """A photo as a camera writes it, held upright, with a note in GBK."""
    base, place = ExifTags.Base, ExifTags.GPS
    return exif(
        {base.Make: "FUJIFILM", base.Model: "X-T3", base.Orientation: 6, base.ImageDescription: "清水寺".encode("gbk")},
        {
            base.DateTimeOriginal: "2024:05:03 15:20:10",
            base.OffsetTimeOriginal: "+09:00",
            base.ExposureTime: 0.01,
            base.LensModel: "XF35mmF2",
            base.UserComment: b"UNICODE\0" + "和奶奶".encode("utf-16-le"),
        },
        {
            place.GPSLatitudeRef: "N", place.GPSLatitude: (34.0, 59.0, 41.3),
            place.GPSLongitudeRef: "E", place.GPSLongitude: (135.0, 47.0, 6.0),
        },
    )  # fmt: skip


def saved(form: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """An empty picture."""
    data = io.BytesIO()
    Image.new("RGB", size, "navy").save(data, form, **options)
    return data.getvalue()


def photo(**options: Any) -> bytes:
    """A JPEG of a holiday."""
    return saved("JPEG", exif=holiday_exif(), **options)


def heic() -> bytes:
    """A photo of a phone, as far as its boxes go: the pixels in it are those of another codec."""
    tags = exif({ExifTags.Base.Make: "Apple", ExifTags.Base.Model: "iPhone 15 苹果".encode()}, {}, {})
    return saved("AVIF", exif=tags).replace(b"avif", b"heic", 1)


def with_iptc(**texts: bytes) -> bytes:
    """A JPEG with the notes of an archive (IPTC); names are n and the number of the field."""
    notes = b"".join(b"\x1c\2" + bytes((int(name[1:]),)) + len(v).to_bytes(2, "big") + v for name, v in texts.items())
    resource = b"8BIM\4\4\0\0" + len(notes).to_bytes(4, "big") + notes + b"\0" * (len(notes) % 2)
    block = b"Photoshop 3.0\0" + resource
    plain = saved("JPEG")
    return plain[:2] + b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block + plain[2:]


def animation() -> bytes:
    """A GIF of three frames."""
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    data = io.BytesIO()
    frames[0].save(data, "GIF", save_all=True, append_images=frames[1:], comment="挥手 waving".encode())
    return data.getvalue()


def bomb_png(side: int) -> bytes:
    """The header of a PNG of `side` × `side` pixels, and next to nothing else."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def png_with_exif(size: int) -> bytes:
    """A PNG whose EXIF is `size` bytes of nothing."""
    texts = PngInfo()
    texts.add_text("Title", "Padded 填充")
    return saved("PNG", exif=b"Exif\0\0II*\0\x08\0\0\0" + b"\xff" * size, pnginfo=texts)
