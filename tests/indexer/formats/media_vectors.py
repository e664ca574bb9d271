"""The table of documents, continued: pictures, sound and film."""

from __future__ import annotations

from indexer.formats import image, media
from tests.indexer.formats import media_writers, picture_writers
from tests.indexer.formats.vectors import Vector

SINCE_1904 = 2_082_844_800
"""Seconds from QuickTime's epoch to that of Unix."""

MEDIA_VECTORS = (
    # ---- pictures
    Vector(
        "DSCF0012.JPG",
        image,
        picture_writers.photo(),
        (
            "Photo 照片 · JPEG · 40 × 60 · FUJIFILM X-T3, XF35mmF2",
            "taken 2024-05-03 15:20, May 2024, in the afternoon 拍摄于2024年5月3日下午",
            "34.9948° N, 135.7850° E",
            "清水寺",
            "和奶奶",
        ),
        ("Picture",),
        created=1_714_717_210.0,
    ),
    Vector("heron.jpg", image, picture_writers.saved("JPEG", xmp=picture_writers.XMP.encode()), ("Picture 图片", "Heron at dawn 晨鹭", "birds, 西湖", "杭州"), ("xpacket",), title="Heron at dawn 晨鹭"),
    Vector("archive.jpg", image, picture_writers.with_iptc(n5="旧照片".encode("gbk"), n120=b"Street in 1962", n80=b"W. Fang", n90=b"Leeds"), ("旧照片", "Street in 1962", "Leeds"), title="旧照片", author="W. Fang"),
    Vector("Screenshot 2026-11-12.png", image, picture_writers.saved("PNG"), ("Screenshot 屏幕截图 · PNG · 60 × 40",)),
    Vector("截图_微信.png", image, picture_writers.saved("PNG"), ("Screenshot 屏幕截图",)),
    Vector("scan0003.tif", image, picture_writers.saved("TIFF"), ("Scan 扫描件 · TIFF",)),
    Vector("bye.gif", image, picture_writers.animation(), ("Animation 动图 · GIF · 30 × 20", "挥手 waving")),
    Vector("cat.webp", image, picture_writers.saved("WEBP", exif=picture_writers.holiday_exif()), ("Photo 照片 · WEBP", "FUJIFILM X-T3")),
    Vector("cat.avif", image, picture_writers.saved("AVIF"), ("Picture 图片 · AVIF · 60 × 40",)),
    # ---- sound and film
    Vector(
        "song.mp3",
        media,
        media_writers.mp3(
            {
                "TIT2": b"\0" + "茉莉花".encode("gbk"),
                "TPE1": b"\0" + "江南合唱团".encode("gbk"),
                "TALB": b"\1" + "民歌 Folk songs".encode("utf-16"),
                "TYER": b"\0" + b"2019",
                "TCON": b"\0" + b"Folk",
                "COMM": b"\0eng\0" + "送给奶奶".encode("gbk"),
                "USLT": b"\1eng" + "\0".encode("utf-16") + "好一朵美丽的茉莉花".encode("utf-16"),
            }
        ),
        ("Song 歌曲 · 0:01", "茉莉花", "江南合唱团", "民歌 Folk songs", "2019", "Folk", "送给奶奶", "好一朵美丽的茉莉花"),
        ("\ufffd", "Ã"),
        title="茉莉花",
        author="江南合唱团",
    ),
    Vector("big5.mp3", media, media_writers.mp3({"TIT2": b"\0" + "月亮代表我的心".encode("big5")}), ("月亮代表我的心",), title="月亮代表我的心"),
    Vector("café.mp3", media, media_writers.mp3({"TIT2": b"\0" + "Déjà vu à Besançon".encode("latin-1"), "TPE1": b"\0" + "Motörhead".encode("latin-1")}), ("Déjà vu à Besançon", "Motörhead"), title="Déjà vu à Besançon", author="Motörhead"),
    Vector("note.wav", media, media_writers.wave(65, INAM="会议录音".encode("gbk"), IART=b"Nora"), ("1:05", "会议录音", "Nora"), title="会议录音", author="Nora"),
    Vector(
        "birthday.mp4",
        media,
        media_writers.mp4(SINCE_1904 + 1_714_716_000, 3_725, "奶奶生日 Birthday"),
        ("Video 视频 · 1:02:05 · 1920 × 1080 · recorded 2024-05-03", "May 2024", "录制于2024年5月3日", "奶奶生日 Birthday", "+59.9139+010.7522"),
        title="奶奶生日 Birthday",
        created=1_714_716_000.0,
    ),
    Vector("never-set.mov", media, media_writers.mp4(0, 7, "clip"), ("Video 视频 · 0:07",), ("recorded", "1904"), title="clip"),
    Vector("fireworks.mkv", media, media_writers.matroska(61.4, "烟花 Fireworks"), ("Video 视频 · 1:01 · 1280 × 720", "烟花 Fireworks"), title="烟花 Fireworks", created=1_704_067_199.0),
    Vector("garden.avi", media, media_writers.avi(250, "花园".encode("gbk")), ("Video 视频 · 0:10 · 640 × 480", "花园"), title="花园"),
)  # fmt: skip
