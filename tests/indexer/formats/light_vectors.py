"""The table of documents, continued: light markup, data, code, records and shortcuts."""

from __future__ import annotations

import gzip
import json
import plistlib

from indexer.formats import (
    asciidoc,
    calendar_file,
    code,
    contacts,
    json_text,
    notebook,
    org,
    plist,
    po,
    references,
    rst,
    shortcut,
    subtitles,
    svg,
    tex,
    textile,
    xml_text,
)
from indexer.model import Anchor
from tests.indexer.formats import media_writers
from tests.indexer.formats.vectors import Vector, line

BASE64 = "iVBORw0KGgoAAAANSUhEUgAA" * 40


def time(seconds: float) -> Anchor:
    return Anchor(time=seconds)


def cell(number: int) -> Anchor:
    return Anchor(section=f"cell {number}")


NOTEBOOK = {
    "nbformat": 4,
    "cells": [
        {"cell_type": "markdown", "source": ["# House prices 房价\n", "\n", "Look at the rents first."]},
        {
            "cell_type": "code",
            "source": "rents = load_rents('杭州')",
            "outputs": [
                {"output_type": "stream", "name": "stdout", "text": ["loaded 42 rows\n"]},
                {
                    "output_type": "execute_result",
                    "data": {"text/plain": ["mean 平均 4200"], "text/html": "<b>hidden</b>"},
                },
                {"output_type": "display_data", "data": {"image/png": BASE64, "text/plain": "<Figure size 640x480>"}},
                {
                    "output_type": "error",
                    "ename": "KeyError",
                    "evalue": "'rooms'",
                    "traceback": ["\x1b[0;31mlong\x1b[0m"],
                },
            ],
        },
        {"cell_type": "markdown", "source": f"## Findings\n![plot](data:image/png;base64,{BASE64})\nRents rise."},
    ],
}

LIGHT_VECTORS = (
    # ---- light markup
    Vector(
        "guide.rst",
        rst,
        "==========\nSetup 安装\n==========\n\n:author: Nora Lin\n\nRun ``make``, see `the page <https://example.org>`_ and :ref:`other <x>`.\n\n"
        "Linux\n-----\n\n.. note:: Use **bash** here.\n\n.. code-block:: sh\n\n    make -j2\n\nmacOS\n-----\n\n+---+---+\n| 甲 | 乙 |\n+---+---+\n\n苹果电脑\n",
        ("Run make, see the page", "Use bash here.", "make -j2", "甲\t乙", "苹果电脑"),
        ("``", "===", ".. note", "code-block", "+---", "**"),
        at={"Setup": line(2), "Run make": line(7), "make -j2": line(16), "苹果": line(25)},
        under={"Run make": "Setup 安装", "make -j2": "Setup 安装 › Linux", "苹果": "Setup 安装 › macOS"},
        title="Setup 安装",
        author="Nora Lin",
    ),
    Vector(
        "todo.org",
        org,
        "#+TITLE: Garden 花园\n#+AUTHOR: 王芳\n#+STARTUP: overview\n* NEXT Plant /roses/ :spring:home:\nSCHEDULED: <2026-03-05 Thu>\n:PROPERTIES:\n:ID: a1\n:END:\n"
        "See [[https://example.org][the shop]] for *bare* roots.\n** 预算\n| 月季 | 14 |\n|----+----|\n#+BEGIN_SRC sh\nls ~/plants\n#+END_SRC\n",
        ("NEXT Plant roses (spring, home)", "SCHEDULED: 2026-03-05 Thu", "the shop (https://example.org) for bare roots.", "月季\t14", "ls ~/plants"),
        ("[[", "#+", ":PROPERTIES:", "|--", "*bare*", "overview"),
        at={"NEXT": line(4), "See": line(9), "月季": line(10)},
        under={"the shop": "NEXT Plant roses (spring, home)", "月季": "NEXT Plant roses (spring, home) › 预算"},
        title="Garden 花园",
        author="王芳",
    ),
    Vector(
        "paper.tex",
        tex,
        '\\documentclass{article}\n\\usepackage{ctex}\n\\title{Sleep and memory}\n\\author{Zo\\"e M\\"uller}\n\\begin{document}\n\\section{Method 方法}\n% a hidden remark\n'
        "We asked \\emph{forty} people~\\cite{x1}; 30\\% agreed, $\\alpha$-waves rose.\n\n\\subsection{结果}\n记忆\\textbf{提高}了 5\\,\\%。\n\\begin{itemize}\n\\item caf\\'e \\& tea\n\\end{itemize}\n\\end{document}\n",
        ("We asked forty people; 30% agreed, alpha-waves rose.", "记忆提高了 5 %。", "café & tea"),
        ("\\", "hidden remark", "usepackage", "x1", "itemize"),
        at={"Method": line(6), "We asked": line(8), "记忆": line(10)},
        under={"We asked": "Method 方法", "记忆": "Method 方法 › 结果"},
        title="Sleep and memory",
        author="Zoë Müller",
    ),
    Vector(
        "manual.adoc",
        asciidoc,
        "= Manual 手册\n:author: Li Si\n:toc:\n\nPress *Start*, see https://example.org[the page].\n\n== 安装\n[source,sh]\n----\nmake *all*\n----\n.Parts\n|===\n|Screw |12\n|螺丝 |8\n|===\n// secret note\n",
        ("Press Start, see the page (https://example.org).", "make *all*", "Screw\t12", "螺丝\t8", "Parts"),
        ("|===", "----", "[source", "secret note", ":toc:"),
        at={"Press": line(5), "make": line(10)},
        under={"Press": "Manual 手册", "make": "Manual 手册 › 安装"},
        title="Manual 手册",
        author="Li Si",
    ),
    Vector(
        "page.textile",
        textile,
        'h1. Rent 租金\n\np(#note). Paid *monthly*, see "the lease":https://example.org/lease\n\nh2. 押金\n\n|_. Item|_. Price|\n|沙发|350|\n',
        ("Paid monthly, see the lease (https://example.org/lease)", "Item\tPrice", "沙发\t350"),
        ("h1.", "*", "_."),
        at={"Paid": line(3), "沙发": line(7)},
        under={"Paid": "Rent 租金", "沙发": "Rent 租金 › 押金"},
        title="Rent 租金",
    ),
    # ---- notebooks and data
    Vector(
        "prices.ipynb",
        notebook,
        json.dumps(NOTEBOOK),
        ("Look at the rents first.", "load_rents('杭州')", "loaded 42 rows", "mean 平均 4200", "KeyError: 'rooms'", "Rents rise."),
        ("iVBORw0", "hidden", "\x1b", "nbformat"),
        at={"Look at": cell(1), "load_rents": cell(2), "mean": cell(2), "Rents rise": cell(3)},
        under={"load_rents": "House prices 房价", "Rents rise": "House prices 房价 › Findings"},
        title="House prices 房价",
    ),
    Vector(
        "data.json",
        json_text,
        '{\n"city": "\\u676d\\u5dde",\n"emoji": "\\ud83d\\ude00", "nl": "a\\u000ab\\nc",\n"icon": "' + BASE64 + '",\n"at": [120.1, 30.2, 1, 2, 3, 4, 5, 6, 7, 8],\n"open": true, "say": "she said \\"好\\""\n}',
        ("city: 杭州", "emoji: 😀, nl: a b c", "icon: …", "at: 120.1, 30.2, 1, 2, 3, 4, …", 'open: true, say: she said "好"'),
        ("{", "[", "iVBOR", "\\", ", 7"),
        at={"city": line(2), "emoji": line(3), "open": line(6)},
    ),
    Vector("rows.jsonl", json_text, '{"a": "租约", "b": {"c": 1}}\n{"a": "second lease"}\n', ("a: 租约, b: c: 1", "a: second lease"), ("{", '"'), at={"租约": line(1), "second": line(2)}),
    Vector("packed.json", json_text, '[{"name":"Ann","tel":"1"},{"name":"钱","tel":"2"}]', ("name: Ann, tel: 1", "name: 钱, tel: 2"), ("{",), at={"钱": line(1)}),
    Vector("commented.json5", json_text, "{ // where it listens 端口\n  port: 8080, host: 'a'\n}", ("// where it listens 端口", "port: 8080"), ("{",), at={"port": line(2)}),
    Vector("map.geojson", json_text, '{"type":"Feature","properties":{"name":"西湖 West Lake"},"geometry":{"coordinates":[' + ",".join("[120.1,30.2]" for _ in range(500)) + "]}}", ("name: 西湖 West Lake, geometry: coordinates: 120.1, 30.2, 120.1, 30.2, 120.1, 30.2, …",), ("120.1, 30.2, 120.1, 30.2, 120.1, 30.2, 120.1", "[")),
    Vector("laughs.xml", xml_text, '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>\n<l>&b; 笑 &amp; smile</l>', ("&b; 笑 & smile",), ("haha", "ENTITY", "<"), at={"笑": line(2)}),
    Vector(
        "books.xml",
        xml_text,
        '<?xml version="1.0" encoding="gbk"?>\n<!-- 书目 list -->\n<books xmlns="urn:x">\n <book id="b1" lang="en">\n  <title>Red Chamber</title><author>曹雪芹</author>\n  <x:t xmlns:x="u">plain</x:t>\n  <note><![CDATA[1 < 2]]></note>\n </book>\n</books>\n'.encode("gbk"),
        ("书目 list", "book lang: en", "title: Red Chamber author: 曹雪芹", "plain", "note: 1 < 2"),
        ("<b", "urn:x", "b1", "CDATA", "-->"),
        at={"书目": line(2), "曹雪芹": line(5), "1 < 2": line(7)},
    ),
    Vector("feed.rss", xml_text, "<rss><channel><title>News 新闻</title></channel></rss>", ("title: News 新闻",), ("rss", "channel")),
    Vector("app.plist", plist, plistlib.dumps({"Name": "相册 Album", "Size": 3, "Data": b"\0\1", "In": {"Deep": ["one", "two"]}}), ("Name: 相册 Album", "Size: 3", "Deep: one"), ("<", "CFB")),
    Vector("binary.plist", plist, plistlib.dumps({"Title": "租约 lease", "Many": [1, "二"]}, fmt=plistlib.FMT_BINARY), ("Title: 租约 lease", "Many: 二"), ("bplist",)),
    Vector("old.strings", plist, '/* greeting */\n"hello" = "你好";\n'.encode("utf-16"), ("你好", "greeting")),
    Vector(
        "zh.po",
        po,
        'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n#. Button\n#: ui/a.py:3\nmsgid ""\n"Open the "\n"folder"\nmsgstr "打开文件夹\\"甲\\""\n',
        ("Open the folder", '打开文件夹"甲"', "Button"),
        ("msgid", "ui/a.py"),
        at={"Open the": line(8), "打开": line(11)},
    ),
    # ---- code
    Vector("main.py", code, b"# -*- coding: gbk -*-\n# " + "计算税额".encode("gbk") + b"\n\ndef retryPolicy(): ...\n", ("计算税额", "def retryPolicy"), at={"def retry": line(4)}),
    Vector("packed.js", code, "// kept 保留\nvar a='" + BASE64 + "';\n" + "function(){x(1);}" * 5_000 + "\nlast()\n", ("kept 保留", "var a='…'", "last()"), ("iVBOR", "x(1);}" * 1_000), at={"kept": line(1)}),
    # ---- subtitles
    Vector("film.srt", subtitles, "1\r\n00:00:01,500 --> 00:00:02,000\r\n<i>你好，</i>\r\n世界\r\n\r\n2\r\n01:02:03,000 --> 01:02:04,000\r\n{\\an8}Good &amp; bye\r\n".encode("gbk"), ("你好， 世界", "Good & bye"), ("-->", "<i>", "an8"), at={"你好": time(1.5), "Good": time(3723.0)}),
    Vector("talk.vtt", subtitles, "WEBVTT - talk\n\nNOTE not shown\n\nintro\n00:05.250 --> 00:07.000 align:left\n<v 王芳>大家好 <c.loud>welcome</c>\n", ("王芳: 大家好 welcome",), ("WEBVTT", "not shown", "intro", "align"), at={"大家好": time(5.25)}),
    Vector(
        "song.ass",
        subtitles,
        "[Script Info]\nTitle: 主题曲\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:01:02.50,0:01:04.00,Default,,0,0,0,,{\\i1}Rain,{\\i0} 下雨了\\N again\n".encode("utf-16"),
        ("Rain, 下雨了 again",),
        ("Arial", "\\i1", "\\N"),
        at={"Rain": time(62.5)},
        title="主题曲",
    ),
    Vector("song.lrc", subtitles, "[ti:茉莉花 Jasmine]\n[ar:王芳]\n[00:12.34][00:50.00]好一朵\n[00:15]<00:15.10>sweet <00:15.90>flower\n".encode("gb18030"), ("好一朵", "sweet flower"), ("[00", "<00"), at={"好一朵": time(12.34), "sweet": time(15.0)}, title="茉莉花 Jasmine", author="王芳"),
    # ---- events, people, literature
    Vector(
        "plans.ics",
        calendar_file,
        "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Home 家\r\nBEGIN:VEVENT\r\nSUMMARY:Dentist 牙医\\, check-up\r\nDTSTART;TZID=Europe/Berlin:20261112T100000\r\nDTEND;TZID=Europe/Berlin:20261112T113000\r\n"
        'LOCATION:Main St 3\r\nORGANIZER;CN="Lin, Nora":mailto:nora@example.com\r\nDESCRIPTION:Bring the in\r\n surance card\\nand tea\r\nBEGIN:VALARM\r\nDESCRIPTION:alarm text\r\nEND:VALARM\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n'
        "BEGIN:VEVENT\r\nSUMMARY:春节\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270213\r\nEND:VEVENT\r\nBEGIN:VTODO\r\nSUMMARY:Pay rent\r\nDUE:20261201\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
        (
            "Dentist 牙医, check-up · 2026-11-12 10:00–11:30 yearly 每年 · Main St 3 · Lin, Nora <nora@example.com>",
            "Bring the insurance card and tea",
            "春节 · 2027-02-06 – 2027-02-12",
            "Pay rent · due 2026-12-01",
        ),
        ("BEGIN", "alarm text", "mailto", "VALUE"),
        at={"Dentist": line(3), "insurance": line(9), "春节": line(16)},
        title="Home 家",
    ),
    Vector(
        "people.vcf",
        contacts,
        b"BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E9=92=B1;=E5=B8=88=\n=E5=82=85;;;\nTEL;CELL;PREF:138-0571-0142\nPHOTO;ENCODING=BASE64;TYPE=JPEG:/9j/4AAQ\n SkZJRg\n\nEND:VCARD\n"
         b"BEGIN:VCARD\nVERSION:3.0\nFN:Nora Lin\nN:Lin;Nora;;Dr;\nORG:Ayla GmbH;Sales\nitem1.EMAIL;type=WORK:nora@example.com\nADR;TYPE=home:;;Main St 3;Berlin;;10115;Germany\nBDAY:1990-05-03\nNOTE:met in Kyoto\\, 2024\nEND:VCARD\n",
        ("钱师傅; mobile phone: 138-0571-0142", "Nora Lin; Ayla GmbH, Sales; work email: nora@example.com; home address: Main St 3, Berlin, 10115, Germany; birthday: 1990-05-03; met in Kyoto, 2024"),
        ("9j", "=E9", "VCARD"),
        at={"钱师傅": line(1), "Nora": line(10)},
        title="钱师傅",
    ),
    Vector(
        "papers.bib",
        references,
        "@string{x = {y}}\n@article{muller2024,\n  author = {M{\\\"u}ller, Zo{\\'e} and Wang, Fang},\n  title = \"The {REM} sleep of {B}erlin\",\n  year = 2024,\n  journal = {Sleep},\n}\n@book{cao, title={红楼梦}, author={曹雪芹}}\n",
        ("Zoé Müller, Fang Wang. 2024. The REM sleep of Berlin. Sleep. muller2024", "曹雪芹. 红楼梦. cao"),
        ("{", "@", "\\"),
        at={"Müller": line(2), "红楼梦": line(8)},
    ),
    Vector("export.ris", references, "TY  - JOUR\nAU  - Müller, Zoé\nAU  - 王芳\nTI  - Sleep in Berlin 睡眠\nPY  - 2024\nKW  - rest\nER  - \nTY  - BOOK\nTI  - Second\nER  - \n", ("Zoé Müller, 王芳. 2024. Sleep in Berlin 睡眠. rest", "Second"), ("TY", "JOUR"), at={"Müller": line(1), "Second": line(8)}),
    # ---- shortcuts and drawings
    Vector("site.url", shortcut, "[InternetShortcut]\r\nURL=https://example.org/%E7%A7%9F%E6%88%BF?a=1\r\nIconIndex=0\r\n", ("https://example.org/租房?a=1", "快捷方式"), ("Icon", "%E7"), title="https://example.org/租房?a=1"),
    Vector("site.webloc", shortcut, plistlib.dumps({"URL": "https://example.org/garden"}), ("https://example.org/garden",), ("plist",), title="https://example.org/garden"),
    Vector("editor.desktop", shortcut, "[Desktop Entry]\nName=Editor\nName[zh_CN]=编辑器\nExec=editor %U\nComment=Write text\nIcon=editor\n", ("编辑器", "Write text"), ("Icon",), title="Editor"),
    Vector("lease.lnk", shortcut, media_writers.shell_link("C:\\Users\\Nora\\租房合同.pdf", "My lease"), ("租房合同.pdf", "C:\\Users\\Nora\\租房合同.pdf", "My lease"), title="租房合同.pdf"),
    Vector("alias", shortcut, media_writers.bookmark(["Users", "nora", "合同 lease.pdf"]), ("/Users/nora/合同 lease.pdf",), title="合同 lease.pdf"),
    Vector("plan.svg", svg, '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200px"><title>Floor plan 平面图</title><style>.a{fill:red}</style><path d="M0 0L9 9"/><text x="1"><tspan>Kitchen</tspan> 厨房</text></svg>', ("Drawing 矢量图 SVG · 300 × 200", "Kitchen 厨房"), ("fill", "M0"), title="Floor plan 平面图"),
    Vector("plan.svgz", svg, gzip.compress('<svg xmlns="http://www.w3.org/2000/svg"><text>packed 压缩</text></svg>'.encode(), mtime=0), ("packed 压缩",)),
)  # fmt: skip
