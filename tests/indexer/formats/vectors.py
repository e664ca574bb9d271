"""The table of documents: how to write one, what must and must not be read from it, and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

from indexer.formats import delimited, docx, escaped, html, image, mail, markdown, mht, odt, pdf, plain, pptx, xlsx
from indexer.model import Anchor
from tests.indexer.formats import containers, writers

Content = bytes | str | Callable[[Path], None]


@dataclass(frozen=True)
class Vector:
    """`at` maps a text to the anchor of its segment, `under` to its heading, `header` to the header row it carries."""

    name: str
    reader: ModuleType
    content: Content
    must: tuple[str, ...]
    must_not: tuple[str, ...] = ()
    at: dict[str, Anchor] = field(default_factory=dict)
    under: dict[str, str] = field(default_factory=dict)
    header: dict[str, str] = field(default_factory=dict)
    title: str = ""
    author: str = ""
    created: float | None = None

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if callable(self.content):
            self.content(path)
        else:
            path.write_bytes(self.content.encode() if isinstance(self.content, str) else self.content)
        return path


def line(number: int) -> Anchor:
    return Anchor(line=number)


ENGLISH = "The lease begins in March.\nRent is due monthly.\n\nThe deposit is paid back later.\n"
SIMPLIFIED = "租房合同\n甲方将房屋出租给乙方使用，租期为一年。\n\n押金为人民币五千元整，退租时返还。\n"
TRADITIONAL = "租屋契約\n甲方將房屋出租給乙方使用，租期為一年。\n\n押金為新臺幣五千元整，退租時返還。\n"
IN_SIMPLIFIED = ("甲方将房屋出租给乙方使用，租期为一年。", "押金为人民币五千元整")
IN_TRADITIONAL = ("甲方將房屋出租給乙方使用，租期為一年。", "押金為新臺幣五千元整")
LEASE = "Lease agreement"

VECTORS = (
    # ---- text in every encoding
    Vector("lease.txt", plain, ENGLISH, ("Rent is due monthly.",), at={"The lease": line(1), "The deposit": line(4)}),
    Vector("合同.txt", plain, SIMPLIFIED, IN_SIMPLIFIED, at={"租房合同": line(1), "押金": line(4)}),
    Vector("utf8-bom.txt", plain, "\ufeff" + SIMPLIFIED, IN_SIMPLIFIED, ("\ufeff",)),
    Vector("gbk.txt", plain, SIMPLIFIED.encode("gbk"), IN_SIMPLIFIED),
    Vector("gb18030.txt", plain, (SIMPLIFIED + "㐀𠮷").encode("gb18030"), (*IN_SIMPLIFIED, "㐀𠮷")),
    Vector("short-gbk.txt", plain, "发票抬头".encode("gbk"), ("发票抬头",)),
    Vector("big5.txt", plain, TRADITIONAL.encode("big5"), IN_TRADITIONAL),
    Vector("utf16.txt", plain, SIMPLIFIED.encode("utf-16"), IN_SIMPLIFIED, at={"押金": line(4)}),
    Vector("utf16-le-no-mark.txt", plain, SIMPLIFIED.encode("utf-16-le"), IN_SIMPLIFIED),
    Vector("utf16-be-no-mark.txt", plain, TRADITIONAL.encode("utf-16-be"), IN_TRADITIONAL),
    Vector("utf16-english.txt", plain, ENGLISH.encode("utf-16-le"), ("Rent is due monthly.",)),
    Vector("utf32.txt", plain, SIMPLIFIED.encode("utf-32"), IN_SIMPLIFIED),
    Vector("latin1.txt", plain, "Le café naïve déjà vu à Besançon\n".encode("latin-1"), ("café naïve déjà vu",)),
    Vector("cp1252.txt", plain, "“Quoted” – costs £5…".encode("cp1252"), ("“Quoted” – costs £5…",)),
    Vector("shift-jis.txt", plain, "今日は天気がいいですね。日本語のテスト文書です。".encode("shift_jis"), ("日本語のテスト",)),
    Vector("全角.txt", plain, "ＡＢＣ公司　发票号：１２３４５６", ("ＡＢＣ公司", "１２３４５６")),
    Vector("late-gbk.txt", plain, b"plain ascii line\n" * 9000 + "结尾才有中文".encode("gbk"), ("结尾才有中文",)),
    Vector("damaged-utf8.txt", plain, ("每日记录" * 30).encode() + b"\xff\xfe broken \xc3" + "继续".encode(), ("每日记录", "继续")),
    Vector("windows.txt", plain, "one\r\ntwo\r\n\r\nthree\r\n", ("one\ntwo",), ("\r",), at={"three": line(4)}),
    Vector("old-mac.txt", plain, "one\rtwo\r\rthree\r", ("one\ntwo",), ("\r",), at={"three": line(4)}),
    Vector("padded.log", plain, b"10:03 started\n" * 50 + b"\0" * 3 + "10:04 完成\n".encode(), ("10:04 完成",)),
    # ---- text of other kinds
    Vector("README", plain, "Read me first. 先读我。", ("先读我",)),
    Vector("notes.unheard", plain, "an unknown ending, but text", ("unknown ending",)),
    Vector("texts.properties", escaped, "city = \\u676d\\u5dde\nname = Nora\n", ("city = 杭州", "name = Nora")),
    Vector("config.yaml", plain, "server:\n  port: 8080 # 端口\n", ("port: 8080 # 端口",)),
    Vector("pyproject.toml", plain, '[project]\nname = "docent"\n', ('name = "docent"',)),
    # ---- Markdown
    Vector(
        "guide.md",
        markdown,
        "intro\n\n# Setup 安装\n\nRun it.\n\n## Linux\n```\n# no heading\n```\nDone.\n\nOld style\n=========\n\n旧式标题之下\n",
        ("intro", "# no heading", "旧式标题之下"),
        at={"# Setup": line(3), "Run it": line(5), "Done.": line(7), "旧式标题": line(16)},
        under={"intro": "", "Run it": "Setup 安装", "Done.": "Setup 安装 › Linux", "旧式标题": "Old style"},
        title="Setup 安装",
    ),
    # ---- web pages
    Vector(
        "page.html",
        html,
        "<!doctype html><html><head><title>Rent &amp; more 租金</title><style>p{color:red}</style></head><body><h1>Flat <i>to</i> let</h1>"
        "<p>Two rooms,<br>quiet &lt;yard&gt;.</p><script>alert('no')</script><h2>价格</h2><table><tr><td>租金</td><td>5000</td></tr></table></body></html>",
        ("Two rooms,\nquiet <yard>.", "租金\t5000"),
        ("alert", "color:red", "&amp;", "<h1>"),
        at={"Two rooms": Anchor(section="Flat to let")},
        under={"租金": "Flat to let › 价格"},
        title="Rent & more 租金",
    ),
    Vector("gb.htm", html, "<html><head><meta charset=gb2312></head><p>镕基路与龙湖</p>".encode("gbk"), ("镕基路与龙湖",)),
    Vector("mislabelled.html", html, "<html><meta charset=iso-8859-1><p>实际是 UTF-8 编码</p>", ("实际是 UTF-8 编码",)),
    Vector("big5.html", html, ("<html><p>" + TRADITIONAL).encode("big5"), IN_TRADITIONAL),
    Vector("utf16.html", html, f"<html><p>{SIMPLIFIED}".encode("utf-16"), IN_SIMPLIFIED),
    Vector("page.xhtml", html, '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Strict 严格</p></body></html>', ("Strict 严格",)),
    Vector("really-a-page.txt", html, "<!DOCTYPE html><html><body><p>saved page</p></body></html>", ("saved page",), ("<p>",)),
    Vector("login.pdf", html, "<html><body>Please log in first 请先登录</body></html>", ("请先登录",)),
    # ---- PDF
    Vector(
        "lease.pdf",
        pdf,
        writers.pdf(
            [
                ["甲方将位于北京市海淀区的房屋出租给乙方使用，租", "期为一年。", "The tenant keeps the garden tidy and pays for every", "repair below 100 euros."],
                ["Signed on page two", "第二页签字"],
            ],
            Title="租房合同 Lease",
            Author="王芳",
        ),
        ("租期为一年", "pays for every repair below", "Signed on page two"),
        at={"甲方将": Anchor(page=1), "第二页签字": Anchor(page=2)},
        title="租房合同 Lease",
        author="王芳",
    ),
    Vector("form.pdf", pdf, writers.pdf_with_form(), ("Application form", "Filled in by Nora")),
    Vector("called-a-picture.jpg", pdf, writers.pdf([["not a picture"]]), ("not a picture",)),
    Vector("junk-before.pdf", pdf, b"\r\n\r\n" + writers.pdf([["after the junk"]]), ("after the junk",)),
    Vector("lost-root.pdf", pdf, re.sub(rb"/Root \d+ 0 R", b"/Root 99 0 R", writers.pdf([["pdfium refuses this"], ["pypdf 可以读"]])), ("pdfium refuses this",), at={"pypdf": Anchor(page=2)}),
    # ---- Word
    Vector(
        "lease.docx",
        docx,
        writers.word,
        ("The tenant pays", "沙发床\t350", "Confidential draft", "内部资料"),
        at={"The tenant": Anchor(section=LEASE), "3,000 euros": Anchor(section=f"{LEASE} › Deposit")},
        under={"乙方逾期": "第二章 违约责任", "3,000 euros": f"{LEASE} › Deposit"},
        header={"Sofa": "Item\tPrice", "Item": "", "乙方逾期": ""},
        title="Lease 租房合同",
        author="王芳",
        created=1794448980.0,
    ),
    Vector(
        "odd.docm",
        docx,
        writers.odd_word(),
        ("Before after the box", "Boxed remark", "kept inserted words", "汉字注音", "outer inner cell\tsecond", "Inside a content control", "见附件三", "Reviewer asks"),
        ("removed words", "moved away", "hàn"),
        under={"Before": "第一章 总则"},
    ),
    Vector("called.doc", docx, writers.word_of("<w:p><w:r><w:t>new format, old name</w:t></w:r></w:p>"), ("new format, old name",)),
    # ---- Excel
    Vector(
        "invoices.xlsx",
        xlsx,
        writers.workbook,
        ("Ayla GmbH\t2026-11-12\t1234.5\t12.5%\t9:30", "Binh Ltd\t2026-12-01 10:03\t0.3\t100%\t17:05", "螺丝刀\t12\t2026年3月5日", "Pays late 经常逾期"),
        at={"Customer": Anchor(sheet="Invoices", row=1), "螺丝刀": Anchor(sheet="库存", row=3), "备注": Anchor(sheet="库存", row=6), "Pays late": Anchor(sheet="Invoices", row=3)},
        header={"Ayla": "Customer\tDue\tAmount\tRate\tAt", "螺丝刀": "品名\t数量\t入库日期", "品名": ""},
    ),
    Vector("mac.xlsx", xlsx, writers.workbook_of_1904, ("Founded\t1998-07-24",)),
    Vector("export.csv", xlsx, writers.workbook, ("Ayla GmbH",)),
    # ---- PowerPoint
    Vector(
        "review.pptx",
        pptx,
        writers.slides,
        ("Revenue grew by 12 percent", "Leeds\t40", "Mention the new office", "开设杭州分店", "先讲预算"),
        at={"开设杭州分店": Anchor(slide=1), "Revenue grew": Anchor(slide=2), "Mention the new office": Anchor(slide=2)},
        under={"开设杭州分店": "明年计划", "Mention the new office": "Results 2026"},
        title="Annual review 年度总结",
    ),
    # ---- OpenDocument
    Vector(
        "garden.odt",
        odt,
        writers.odt(),
        ("Plant the  roses in March.", "Bare roots only", "Buy compost", "总预算为八千元。", "月季\t14", "A framed hint"),
        ("deleted sentence",),
        at={"总预算": Anchor(section="Garden plan 花园计划 › 预算")},
        header={"月季": "Plant\tCount"},
        title="花园 Garden",
        author="Nora Lin",
        created=1772697600.0,
    ),
    Vector("garden.fodt", odt, writers.flat_odt(), ("Buy compost", "月季\t14"), ("deleted sentence",), title="花园 Garden", author="Nora Lin", created=1772697600.0),
    # ---- tables
    Vector(
        "contacts.csv",
        delimited,
        '姓名,电话,备注\n钱师傅,0571-5550142,"第一行\n第二行"\n孙倩,0571-5550188,盆景\n'.encode("gbk"),
        ("钱师傅\t0571-5550142\t第一行 第二行",),
        at={"姓名": line(1), "钱师傅": line(2), "孙倩": line(4)},
        header={"孙倩": "姓名\t电话\t备注", "姓名": ""},
    ),
    Vector("semicolons.csv", delimited, "Name;Price\nRose, red;1,50\nTulip;2,10\n", ("Rose, red\t1,50",), header={"Tulip": "Name\tPrice"}),
    Vector("numbers.csv", delimited, "1,2,3\n4,5,6\n", ("4\t5\t6",), header={"4\t5": ""}),
    Vector("unicode.tsv", delimited, "Stadt\tEinwohner\n杭州\t12\n".encode("utf-16"), ("杭州\t12",), at={"杭州": line(2)}),
    Vector("hint.csv", delimited, "sep=|\nitem|count\n茶|3\n", ("茶\t3",), ("sep=",), at={"茶": line(3)}),
    Vector("really-text.xls", delimited, "Name\tTel\n赵敏\t123\n", ("赵敏\t123",)),
    Vector("open-quote.csv", delimited, 'a,b\n1,2\n"never closed,3\n' + "4,五\n" * 60_000, ("1\t2", "4,五"), at={'"never closed': line(3)}),
    # ---- mail
    Vector(
        "lease.eml",
        mail,
        writers.mail(),
        (
            "Subject: 关于租房合同 about the lease",
            "From: 张三 <zhang@example.com>",
            "To: Nora Lin <nora@example.com>, 李四 <li@example.com>",
            "Date: 2026-11-12 10:03",
            "附件是签好的合同。",
            "Attachments: 租房合同_终稿.pdf, notes.txt",
        ),
        ("<b>", "attached text stays out", "=?"),
        title="关于租房合同 about the lease",
        author="张三",
        created=1794448980.0,
    ),
    Vector(
        "old.eml",
        mail,
        writers.mail_by_an_old_program(),
        ("会议纪要：下周三讨论预算", "From: 王芳 <wang@example.cn>", "To: Smith, Jo <jo@example.com>", "地点在三楼会议室", "预算表.xls", "Forwarded question", "Who books the room?"),
        ("hidden", "=?"),
        title="会议纪要：下周三讨论预算",
        author="王芳",
        created=1794448980.0,
    ),
    Vector("exported.txt", mail, "Return-Path: <a@example.com>\nMessage-ID: <1@example.com>\nSubject: Hello\nDate: yesterday\n\nbody 正文\n", ("Subject: Hello", "Date: yesterday", "body 正文"), title="Hello"),
    Vector("saved.mht", mht, containers.SAVED_PAGE, ("清晨六点最好。", "Herons at dawn."), ("<p>", "iVBOR"), under={"Herons": "观鸟指南"}, title="翠湖观鸟"),
    # ---- pictures
    Vector("trip.jpg", image, writers.described_jpeg(), ("Boats at dawn 黎明的船", "平江路 的 傍晚"), author="Nora Lin", title="", created=1794448980.0),
    Vector("plan.png", image, writers.described_png(), ("Floor plan of the attic", "阁楼平面图"), title="Floor plan of the attic"),
)  # fmt: skip
