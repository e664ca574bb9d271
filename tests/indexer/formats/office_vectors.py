"""The table of office documents that :mod:`tests.indexer.formats.office_writers` writes; see `vectors`."""

from __future__ import annotations

from indexer.formats import doc, docx, epub, msg, odp, ods, office_xml, pdf, ppt, rtf, xls, xlsb
from indexer.model import Anchor
from tests.indexer.formats import office_writers as office
from tests.indexer.formats import writers
from tests.indexer.formats.compound_writer import compound
from tests.indexer.formats.vectors import LEASE, Vector

INVOICES = {
    "Ayla": Anchor(sheet="Invoices", row=2),
    "螺丝刀": Anchor(sheet="库存", row=3),
    "Pays late": Anchor(sheet="Invoices", row=3),
    "备注": Anchor(sheet="库存", row=6),
}

OFFICE_VECTORS = (
    # ---- RTF
    Vector(
        "lease.rtf",
        rtf,
        office.RTF,
        ("The tenant pays 5 € for the café.", "Bank holidays count 见附件三", "押金为三千元。😇表格Привет", "沙发床\t350", "before the link\nafter", "Boxed 文本框", "braces {kept} and — dashes", "Confidential draft"),
        ("hidden words", "removed words", "secret program", "HYPERLINK", "abcdef", "Boxed twice", "trailing junk", "fillColor", "Arial", "\ufffd"),
        at={"The tenant": Anchor(section=LEASE), "押金为": Anchor(section=f"{LEASE} › 第一节 押金")},
        under={"押金为": f"{LEASE} › 第一节 押金"},
        header={"沙发床": "Item\tPrice", "Item": ""},
        title="租房合同 Lease",
        author="王芳",
    ),
    Vector("tiny.rtf", rtf, rb"{\rtf1\ansi caf\'e9 \u27721\'3f\u23383 ?}", ("café 汉字",)),
    Vector("western-in-china.rtf", rtf, rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset0 Arial;}}\f0 \'93quoted\'94 \'c4\'e3\'ba\'c3}", ("“quoted”", "你好")),
    Vector("traditional.rtf", rtf, b"{\\rtf1\\ansi\\ansicpg950 " + "".join(f"\\'{byte:02x}" for byte in "押金為新臺幣五千元整".encode("big5")).encode() + b" NT$5000}", ("押金為新臺幣五千元整", "NT$5000")),
    Vector("called.doc", rtf, rb"{\rtf1\ansi rich text \u21517?\u20026? doc}", ("rich text 名为 doc",)),
    # ---- Word 97 and 95
    Vector(
        "lease.doc",
        doc,
        (office.SAMPLES / "lease.doc").read_bytes(),
        ("The tenant pays the rent", "“in cash”", "Kept and kept.", "违约金。𠮷", "沙发床\t350", "Bank holidays count 见附件三", "Reviewer asks for a date", "Boxed remark 文本框", "内部资料"),
        ("secretly", "removed words", "\x07", "\x13"),
        at={"The tenant": Anchor(section=LEASE), "3,000 euros": Anchor(section=f"{LEASE} › Deposit"), "Boxed": Anchor()},
        under={"乙方逾期": "第二章 违约责任", "3,000 euros": f"{LEASE} › Deposit"},
        header={"沙发床": "Item\tPrice", "Item": ""},
        title="租房合同 Lease",
        author="王芳",
        created=1794448980.0,
    ),
    Vector("word95.doc", doc, office.word_95("押金为人民币五千元整。\rItem\x07数量\x07\x07Sofa\x073\x07\x07结束 the end\r".encode("gbk"), 0x0804), ("押金为人民币五千元整。", "Item\t数量", "Sofa\t3", "结束 the end")),
    Vector("taiwan95.doc", doc, office.word_95("租屋契約 rent\r".encode("big5"), 0x0404), ("租屋契約 rent",)),
    Vector("western95.doc", doc, office.word_95("Caf\xe9 “quoted”\r".encode("cp1252"), 0x0409), ("Café “quoted”",)),
    # ---- Excel
    Vector(
        "invoices.xls",
        xls,
        (office.SAMPLES / "invoices.xls").read_bytes(),
        ("Ayla GmbH\t2026-11-12\t1234.5\t12.5%\t9:30", "Binh Ltd\t2026-12-01 10:03\t0.3\t100%\t17:05", "螺丝刀\t12\t2026年3月5日", "Pays late 经常逾期"),
        at=INVOICES,
        header={"Ayla": "Customer\tDue\tAmount\tRate\tAt", "螺丝刀": "品名\t数量\t入库日期", "品名": ""},
        created=1795381678.0,
    ),
    Vector(
        "stock.xlsb",
        xlsb,
        office.xlsb(),
        ("Item\t入库日期\tRate", "螺丝刀\t2026-11-12\t12.5%\tTRUE\t0.3\tfrom a formula\t123.45\t-7", "Count again 再数一遍"),
        at={"Item": Anchor(sheet="库存", row=1), "螺丝刀": Anchor(sheet="库存", row=5), "Count again": Anchor(sheet="库存", row=5)},
        header={"螺丝刀": "Item\t入库日期\tRate"},
    ),
    Vector(
        "invoices.ods",
        ods,
        office.open_document("spreadsheet", office.SHEETS),
        ("Ayla GmbH\t2026-11-12\t12.5%", "Binh Ltd\t2026-12-01 10:03\t100%", "螺丝刀\t2026年3月5日", "Pays late 经常逾期"),
        at={"Ayla": Anchor(sheet="Invoices", row=2), "Binh": Anchor(sheet="Invoices", row=10), "Pays late": Anchor(sheet="Invoices", row=10), "螺丝刀": Anchor(sheet="库存", row=2)},
        header={"Binh": "Customer\tDue\tRate", "螺丝刀": "品名\t入库日期"},
    ),
    Vector("invoices.fods", ods, office.flat_open_document("spreadsheet", office.SHEETS), ("Ayla GmbH\t2026-11-12", "螺丝刀"), at={"螺丝刀": Anchor(sheet="库存", row=2)}),
    Vector(
        "export.xls",
        office_xml,
        office.SHEET_OF_2003,
        ("Ayla GmbH\t2026-11-12\t1234.5\tTRUE", "螺丝刀\t2026-12-01 10:03", "Pays late 经常逾期"),
        ("#REF!",),
        at={"Ayla": Anchor(sheet="Invoices", row=2), "螺丝刀": Anchor(sheet="库存", row=7), "Pays late": Anchor(sheet="Invoices", row=2)},
        header={"Ayla": "Customer\tDue"},
        title="发票 Invoices",
        author="王芳",
    ),
    Vector(
        "letter.xml",
        office_xml,
        office.WORD_OF_2003,
        ("The tenant pays.", "沙发床\t350"),
        ("removed words",),
        under={"The tenant": "第一章"},
        title="Lease",
        author="Nora",
    ),
    # ---- presentations
    Vector(
        "review.ppt",
        ppt,
        (office.SAMPLES / "review.ppt").read_bytes(),
        ("Revenue grew by 12 percent", "City\tSales\nLeeds\t40", "Mention the new office", "开设杭州分店", "先讲预算"),
        ("*",),
        at={"开设杭州分店": Anchor(slide=1), "Revenue grew": Anchor(slide=2), "Mention the new office": Anchor(slide=2)},
        under={"开设杭州分店": "明年计划", "Mention the new office": "Results 2026"},
    ),
    Vector(
        "review.odp",
        odp,
        office.open_document("presentation", office.SLIDES),
        ("开设杭州分店", "Grouped\nin a shape", "Who pays? 谁付钱", "先讲预算", "City\tSales\nLeeds\t40"),
        ("Nora",),
        at={"开设杭州分店": Anchor(slide=1), "先讲预算": Anchor(slide=1), "Leeds": Anchor(slide=2)},
        under={"先讲预算": "明年计划", "Leeds": "Results 2026"},
    ),
    Vector("review.fodp", odp, office.flat_open_document("presentation", office.SLIDES), ("开设杭州分店", "Leeds\t40"), at={"Leeds": Anchor(slide=2)}),
    # ---- books
    Vector(
        "garden.epub",
        epub,
        office.epub(),
        ("Plant the roses in March.", "夏天要多浇水，早晚各一次。", "goes on in another part"),
        ("Wrong list",),
        at={"Plant": Anchor(section="Spring"), "A spade": Anchor(section="Spring › Tools"), "夏天": Anchor(section="Later › 第二章 夏天"), "goes on": Anchor(section="Later › 第二章 夏天")},
        under={"A spade": "Spring › Tools"},
        title="园丁手册 Gardening",
        author="Nora Lin",
        created=1772697600.0,
    ),
    Vector("mangled-fonts.epub", epub, office.epub("http://www.idpf.org/2008/embedding"), ("Plant the roses", "夏天"), title="园丁手册 Gardening", author="Nora Lin"),
    Vector("old.epub", epub, office.old_epub(), ("It was a dark night. 夜很黑。",), at={"dark night": Anchor(section="Part one › 旧书第一节")}, title="Old book"),
    # ---- Outlook
    Vector(
        "lease.msg",
        msg,
        office.msg(),
        ("Subject: 关于租房合同 about the lease", "From: 张三 <zhang@example.com>", "To: Nora Lin; 李四", "Date: 2026-11-12 ", "附件是签好的合同。", "Attachments: 租房合同_终稿.txt", "Subject: Forwarded question", "Who books the room?"),
        ("附件的内容",),
        title="关于租房合同 about the lease",
        author="张三",
        created=1794448980.0,
    ),
    Vector("minutes.msg", msg, office.msg_in_gbk(), ("会议纪要：下周三讨论预算", "地点在三楼会议室。Bring the plans."), ("<p>",), title="会议纪要：下周三讨论预算", author="王芳"),
    Vector("rich.msg", msg, office.msg_in_rtf(), ("Subject: In rich text 富文本", "Rich 你好 body"), title="In rich text 富文本"),
    # ---- what is written in the code page of the old formats' summaries
    Vector("summary.msg", msg, compound({"__properties_version1.0": bytes(32), "__substg1.0_1000001F": "无题 untitled".encode("utf-16-le")}), ("无题 untitled",)),
    # ---- PDF with all that hangs on it
    Vector(
        "handbook.pdf",
        pdf,
        writers.rich_pdf(),
        ("why this was written", "甲方乙方", "text three", "Ask Nora 问一下", "Attachments: data.csv"),
        at={"why this": Anchor(page=1, label="i"), "甲方": Anchor(page=2, label="1"), "Ask Nora": Anchor(page=2, label="1")},
        under={"end of preface": "Preface", "甲方": "第一章 总则", "text two": "Second", "text three": "Second › Third"},
    ),
    Vector(
        "hidden.docx",
        docx,
        writers.word_of('<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>shown 可见</w:t></w:r></w:p><w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>gone row</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:p><w:r><w:t>kept row</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'),
        ("shown 可见", "kept row"),
        ("hidden", "gone row"),
    ),
)  # fmt: skip
