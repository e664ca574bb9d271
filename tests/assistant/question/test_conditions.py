"""Kinds, sizes and folders in queries as people type them."""

from __future__ import annotations

import pytest

from assistant.question.parse import understand
from tests.assistant.question.reading import NOW, PAPERS, WORD, read


@pytest.mark.parametrize(
    ("query", "kinds", "extensions", "text"),
    [
        ("租房合同 pdf", ("pdf",), (), "租房合同"),
        ("ＰＤＦ 租房合同", ("pdf",), (), "租房合同"),
        ("pdf of the lease", ("pdf",), (), "lease"),
        ("上周改的 租房合同 pdf", ("pdf",), (), "租房合同"),
        ("pdf 2023", ("pdf",), (), "2023"),
        ("the slides about churn", ("slides",), (), "churn"),
        ("所有的幻灯片", ("slides",), (), ""),
        ("里面的ppt", ("slides",), (), ""),
        ("how many powerpoint files do i have", ("slides",), (), ""),
        ("word文档 租房", (), WORD, "租房"),
        ("word file about a dissertation from July", (), WORD, "dissertation"),
        ("上个月的 excel about savings", ("spreadsheet",), (), "savings"),
        ("上個月改過的試算表", ("spreadsheet",), (), ""),
        ("photo of my passport", ("image",), (), "passport"),
        ("护照的照片", ("image",), (), "护照"),
        ("圖片 護照", ("image",), (), "護照"),
        ("2023 photos", ("image",), (), "2023"),
        ("电脑里的视频", ("video",), (), ""),
        ("培训视频", ("video",), (), "培训"),
        ("大于5MB的录音", ("audio",), (), ""),
        ("songs by the white elms", ("audio",), (), "white elms"),
        ("昨天下载的压缩包", ("archive",), (), ""),
        ("my ebooks", ("ebook",), (), ""),
        ("电子书 小院四季", ("ebook",), (), "小院四季"),
        ("source code files", ("code",), (), ""),
        ("昨天的代码", ("code",), (), ""),
        ("notes i changed yesterday", ("text", "document"), (), ""),
        ("recent documents", PAPERS, (), ""),
        ("show all jupyter notebooks", (), ("ipynb",), ""),
        ("calendar files (.ics)", (), ("ics",), ""),
        ("8月写的txt笔记", (), ("txt",), ""),
        ("xlsx in the bank folder", (), ("xlsx",), ""),
        (".docx", (), ("docx",), ""),
        ("*.jpg passport", (), ("jpg", "jpeg", "jfif"), "passport"),
        ("docx file lease", (), ("docx",), "lease"),
        ("مرحبا pdf", ("pdf",), (), "مرحبا"),
        ("the goat picture someone emailed me", ("image", "mail", "archive"), (), "goat someone emailed me"),
        ("ext:pdf lease", (), ("pdf",), "lease"),
        ("ext:docx,pdf lease", (), ("docx", "pdf"), "lease"),
        ("kind:photo norge", ("image",), (), "norge"),
        ("type:表格 预算", ("spreadsheet",), (), "预算"),
        ("kind:banana bread", (), (), "kind:banana bread"),
        # questions are about what documents say
        ("what does the report say about pdf export", (), (), "what does the report say about pdf export"),
        ("who took the photo of the goat", (), (), "who took the photo of the goat"),
        ("照片里的人是谁", (), (), "照片里的人是谁"),
    ],
)
def test_kinds(query: str, kinds: tuple[str, ...], extensions: tuple[str, ...], text: str) -> None:
    understood = read(query)
    assert (understood.kinds, understood.extensions, understood.text) == (kinds, extensions, text)


@pytest.mark.parametrize(
    ("query", "size", "order"),
    [
        ("files bigger than 5 MB", (5_000_000, None), ""),
        ("videos over 10mb", (10_000_000, None), ""),
        ("larger than 1GB", (1_000_000_000, None), ""),
        ("超过20兆的文件", (20_000_000, None), ""),
        ("大于5M", (5_000_000, None), ""),
        ("大于５ＭＢ的视频", (5_000_000, None), ""),
        ("10M以上的视频", (10_000_000, None), ""),
        ("files under 100 KB", (None, 102_400), ""),
        ("小于1.5GB的视频", (None, 1_610_612_736), ""),
        ("5MB以下的照片", (None, 5_242_880), ""),
        ("1-5MB的图片", (1_000_000, 5_242_880), ""),
        ("between 500 KB and 2 MB", (500_000, 2_097_152), ""),
        ("size:>5mb", (5_000_000, None), ""),
        ("size:1mb..2mb lease", (1_000_000, 2_097_152), ""),
        ("size:>5mb size:<1mb video", (5_000_000, 1_048_576), ""),
        ("big files", (10_000_000, None), "largest"),
        ("大文件", (10_000_000, None), "largest"),
        ("large videos", None, "largest"),
        ("biggest videos in Downloads", None, "largest"),
        ("what's the biggest file on here", None, "largest"),
        ("最大的5个视频", None, "largest"),
        ("最占空间的文件", None, "largest"),
        ("smallest pdf", None, "smallest"),
        ("newest thing in downloads", None, "newest"),
        ("latest version of the school garden proposal", None, "newest"),
        ("良渚方案最新的一版", None, "newest"),
        ("最近的照片", None, "newest"),
        ("租房合同 终稿", None, "newest"),
        ("现在用的租房合同", None, "newest"),
        ("oldest file", None, "oldest"),
        ("old files", None, "oldest"),
        ("new files", None, "newest"),
        ("most recently edited file", None, "newest"),
        ("how many files are there", None, "newest"),
        ("良渚湿地方案 初稿", None, "oldest"),
        ("who is the oldest participant", None, ""),
        ("良渚方案终稿(2)里木栈道高出常水位多少？", None, ""),
        ("is the limit for attachments over 5 MB?", None, ""),
    ],
)
def test_sizes_and_orders(query: str, size: tuple[int | None, int | None] | None, order: str) -> None:
    understood = read(query)
    assert (understood.size, understood.order) == (size, order)


@pytest.mark.parametrize(
    ("query", "folders", "text"),
    [
        ("slides in the Taxes folder", ("Taxes",), ""),
        ("xlsx in the bank folder", ("Bank",), ""),
        ("the bank folder, vat bill", ("Bank",), "vat bill"),
        ("vat bill in taxes", ("Taxes",), "vat bill"),
        ("pdfs in Documents/Health", ("Documents/Health",), ""),
        ("everything under Taxes in documents", ("Taxes",), ""),
        ("pdfs in Taxes or in Bank", ("Taxes", "Bank"), ""),
        ("photos of norway", ("Norway",), ""),
        ("songs by the hollow oaks", ("The Hollow Oaks",), ""),
        ("财务文件夹里的发票文件夹", ("发票",), ""),
        ("列出财务文件夹里的所有PDF", ("财务",), ""),
        ("财务里关于租房的word文档", ("财务",), "租房"),
        ("会议纪要文件夹里有什么", ("会议纪要",), ""),
        ("how many meeting minutes are there in 会议纪要", ("会议纪要",), "meeting minutes"),
        ("工作文件夹里上周的pdf", ("工作",), ""),
        ("下载里的pdf", ("Downloads",), ""),
        ("桌面上的文件", ("Desktop",), ""),
        ("圖片資料夾裡的照片", ("Pictures",), ""),
        ("in my downloads", ("Downloads",), ""),
        ("in:Taxes vat", ("Taxes",), "vat"),
        ('in:"my folder" vat', ("my folder",), "vat"),
        ("files in the tax folder", ("tax",), ""),
        ("notes in the 2023 folder", ("2023",), ""),
        # no such folder, or not meant as one
        ("fees in Narnia", (), "fees in Narnia"),
        ("合同里的违约金条款", (), "合同里的违约金条款"),
        ("how do I register in Health?", (), "how do I register in Health?"),
        ("changes in march", (), "changes in march"),
        ("中国银行流水", (), "中国银行流水"),
    ],
)
def test_folders(query: str, folders: tuple[str, ...], text: str) -> None:
    understood = read(query)
    assert (understood.folders, understood.text) == (folders, text)


def test_a_folder_is_taken_at_its_word_where_names_are_not_known() -> None:
    assert understand("slides in the Taxes folder", NOW).folders == ("Taxes",)
    assert understand("帮我找财务文件夹里的表格", NOW).folders == ("财务",)
    assert understand("fees in Taxes", NOW).folders == ()
