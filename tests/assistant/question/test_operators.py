"""Operators, words left out, quotations, people and languages, and the chips that show them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question.chips import own_words
from indexer.query import SearchQuery
from tests.assistant.question.reading import days, read


def without(**conditions: Any) -> SearchQuery:
    return SearchQuery("", **conditions)


@pytest.mark.parametrize(
    ("query", "text", "left_out"),
    [
        ("contracts -draft", "contracts", [without(phrases=("draft",))]),
        ("租房合同 -草稿", "租房合同", [without(phrases=("草稿",))]),
        ("租房合同 －草稿", "租房合同", [without(phrases=("草稿",))]),
        ('lease -"first draft"', "lease", [without(phrases=("first draft",))]),
        ("lease -“first draft”", "lease", [without(phrases=("first draft",))]),
        ("lease -ext:pdf", "lease", [without(extensions=("pdf",))]),
        ("lease -pdf", "lease", [without(kinds=("pdf",))]),
        ("norge -photos", "norge", [without(phrases=("photos",))]),
        ("norge -kind:photo -in:Downloads", "norge", [without(kinds=("image",)), without(folders=("Downloads",))]),
        ("lease -from:anna -lang:zh", "lease", [without(authors=("anna",)), without(languages=("zh",))]),
        ("norge -size:>5mb", "norge", [without(size=(5_000_000, None))]),
        ("租房合同 不要草稿", "租房合同", [without(phrases=("草稿",))]),
        ("租房合同，不要 草稿", "租房合同", [without(phrases=("草稿",))]),
        ("不含草稿的合同", "合同", [without(phrases=("草稿",))]),
        ('lease without "pets"', "lease", [without(phrases=("pets",))]),
        ("contracts but not drafts", "contracts", [without(phrases=("drafts",))]),
        ("everything except photos", "", [without(kinds=("image",))]),
        ("除了照片以外的文件", "", [without(kinds=("image",))]),
        ("-draft", "", [without(phrases=("draft",))]),
        # not meant to leave anything out
        ("5225-119-640", "5225-119-640", []),
        ("as-built notes", "as-built notes", []),
        ("rent - deposit", "rent - deposit", []),
        ("temperature -5", "temperature -5", []),
        ("coffee without sugar", "coffee without sugar", []),
        ("不要忘记带护照", "不要忘记带护照", []),
        ("如果不要发票", "如果不要发票", []),
        ("价格不含税", "价格不含税", []),
        ("price excluding VAT", "price excluding VAT", []),
        ("budget except for travel", "budget except for travel", []),
        ('"a -draft b"', '"a -draft b"', []),
        ("-", "-", []),
        ("--", "--", []),
        ('lease -"open', 'lease -"open', []),
    ],
)
def test_what_is_left_out(query: str, text: str, left_out: list[SearchQuery]) -> None:
    understood = read(query)
    assert (understood.text, list(understood.without)) == (text, left_out)
    assert understood.to_search().without == understood.without


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("from:anna boiler", "boiler", {"authors": ["anna"]}),
        ('from:"Anna Lee" boiler', "boiler", {"authors": ["Anna Lee"]}),
        ("FROM：Anna 锅炉", "锅炉", {"authors": ["Anna"]}),
        ("author:李雷 by:张三 合同", "合同", {"authors": ["李雷", "张三"]}),
        ("lang:zh lease", "lease", {"languages": ["zh"]}),
        ("LANG:English 合同", "合同", {"languages": ["xx"]}),
        ("language:英文 合同", "合同", {"languages": ["xx"]}),
        ("lang:klingon lease", "lang:klingon lease", {}),
        ("name:lease", "lease", {"names": ["lease"]}),
        ("name:lease*", "", {"names": ["lease*"]}),
        ("name:“租房 合同” 押金", "租房 合同 押金", {"names": ["租房 合同"]}),
        ("Ext：PDF 合同", "合同", {"extensions": ["pdf"]}),
        ("合同ext:pdf", "合同", {"extensions": ["pdf"]}),
        ("in:「我的 文件」 合同", "合同", {"folders": ["我的 文件"]}),
        ('"ext:pdf in:Taxes"', '"ext:pdf in:Taxes"', {"phrases": ["ext:pdf in:Taxes"]}),
        ('"monthly rent" lease', '"monthly rent" lease', {"phrases": ["monthly rent"]}),
        ("“上周的 pdf”", "“上周的 pdf”", {"phrases": ["上周的 pdf"]}),
        ("「月租金」 合同", "「月租金」 合同", {"phrases": ["月租金"]}),
        ("《民法典》解读", "《民法典》解读", {}),
        ('what does "force majeure" mean?', 'what does "force majeure" mean?', {}),
    ],
)
def test_operators_and_quotations(query: str, text: str, found: dict[str, list[str]]) -> None:
    understood = read(query).to_json()
    names = ("authors", "languages", "names", "extensions", "folders", "phrases")
    assert {name: understood[name] for name in names if understood[name]} == found
    assert understood["text"] == text


def test_from_with_a_time_is_a_time() -> None:
    assert days("from:2024 report") == ("2024-01-01", None)
    assert read("from:2024 report").authors == ()


@pytest.mark.parametrize(
    ("query", "likely"),
    [
        ("emails from Anna", {"kinds": ("mail",), "authors": ("Anna",)}),
        ("report by 李雷", {"authors": ("李雷",)}),
        ("张三发的邮件", {"kinds": ("mail",), "authors": ("张三",)}),
        ("许工发来的甲方意见汇总", {"authors": ("许工",)}),
        ("the letter written by Tom Reed", {"authors": ("Tom Reed",)}),
        ("the lease in English", {"languages": ("xx",)}),
        ("租房合同英文版", {"languages": ("xx",)}),
        ("中文的合同", {"languages": ("zh",)}),
    ],
)
def test_doubtful_readings_rank_and_exclude_nothing(query: str, likely: dict[str, Any]) -> None:
    understood = read(query)
    assert not understood.conditional
    assert understood.likely == SearchQuery("", **likely)
    assert {chip.likely for chip in understood.chips} == {True}


@pytest.mark.parametrize(
    "query", ["how do you say dog in Chinese?", "report on in-house work", "我写的总结", "from home", "wages from 2023"]
)
def test_nobody_and_no_language_is_named(query: str) -> None:
    likely = read(query).likely or SearchQuery("")
    assert (likely.authors, likely.languages) == ((), ())


@pytest.mark.parametrize(
    ("query", "text", "sure"),
    [
        ("the paper I read last week about churn", "paper about churn", None),
        ("昨天看的合同", "合同", None),
        ("files I opened yesterday", "", ("2026-11-19", "2026-11-19")),
        ("昨天打开过的文件", "", ("2026-11-19", "2026-11-19")),
    ],
)
def test_opening_a_file_is_not_changing_it(query: str, text: str, sure: tuple[str, str] | None) -> None:
    understood = read(query)
    assert (understood.text, days(query)) == (text, sure)
    assert (understood.likely is None) == (sure is not None)


@pytest.mark.parametrize(
    ("query", "text", "folder"),
    [
        ("/home/ann/Documents/lease.docx", "lease.docx", "home/ann/Documents"),
        ("~/Documents/租房 合同.pdf", "租房 合同.pdf", "Documents"),
        ("~/Documents/Taxes", "Taxes", "Documents"),
        ('"/home/ann/tax 2023.pdf"', "tax 2023.pdf", "home/ann"),
        ("file:///home/ann/My%20Docs/a%20b.pdf", "a b.pdf", "home/ann/My Docs"),
        ("C:\\Users\\Ann\\last week.pdf", "last week.pdf", "Users/Ann"),
        ("\\\\server\\share\\x.docx", "x.docx", "server/share"),
        ("~/lease.docx", "lease.docx", None),
    ],
)
def test_a_pasted_path_finds_its_file(query: str, text: str, folder: str | None) -> None:
    understood = read(query)
    assert understood.text == text
    assert understood.likely == (SearchQuery("", folders=(folder,)) if folder else None)
    assert not understood.conditional
    assert [(chip.kind, chip.text) for chip in understood.chips] == [("path", query)]


def test_a_pasted_path_of_a_folder_lists_it() -> None:
    assert (read("/home/ann/Documents/").text, read("/home/ann/Documents/").folders) == ("", ("home/ann/Documents",))
    assert read("/help").text == "/help"
    assert read("https://example.org/a/b.pdf").text == "https://example.org/a/b.pdf"


@pytest.mark.parametrize(
    ("query", "conflict"),
    [
        ("after:2025 before:2024 lease", "times"),
        ("files after 2025 before 2024", "times"),
        ("size:>5mb size:<1mb video", "sizes"),
        ("after:2024 before:2025 lease", ""),
        ("size:>1mb size:<5mb video", ""),
        ("lease", ""),
    ],
)
def test_conditions_that_contradict_each_other_are_told(query: str, conflict: str) -> None:
    assert read(query).to_json()["conflict"] == conflict


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("the pdf I edited last week", [("time", "I edited last week"), ("kind", "pdf")]),
        ("财务文件夹里上周的表格", [("time", "上周的"), ("kind", "表格"), ("folder", "财务文件夹里")]),
        (
            "videos over ５ ＭＢ in Downloads",
            [("size", "over ５ ＭＢ"), ("kind", "videos"), ("folder", "in Downloads")],
        ),
        ("biggest videos", [("kind", "videos"), ("order", "biggest")]),
        ("最新的合同", [("order", "最新")]),
        ("lease ext:pdf -draft", [("kind", "ext:pdf"), ("without", "-draft")]),
        ("Ｅｘｔ：ｐｄｆ lease", [("kind", "Ｅｘｔ：ｐｄｆ")]),
        ("last week's meeting notes", [("kind", "notes"), ("time", "last week")]),
        ("how much is the rent?", []),
    ],
)
def test_chips_are_the_users_own_words(query: str, chips: list[tuple[str, str]]) -> None:
    assert [(chip.kind, chip.text) for chip in read(query).chips] == chips


PIECES = (
    "lease", "租房合同", "the", "pdf", "表格", "edited last week", "上周改的", "in Taxes", "财务文件夹里的", "over 5 MB", "大于5M的", "newest", "最新",
    "ext:docx", "size:<1mb", "after:2024", "-draft", "-ext:txt", "不要草稿", '"monthly rent"', "“月租金”", "from:anna", "emails from Anna", "lang:zh",
    "英文的", "name:x", "I opened yesterday", "ＰＤＦ", "30 February", "where did I put", "帮我找一下", "😀", "notes", "?",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=6), blank=st.sampled_from([" ", "  ", "\u3000"]))
def test_every_chip_can_be_removed(pieces: list[str], blank: str) -> None:
    query = blank.join(pieces)
    for _ in range(40):
        chips = read(query).chips
        if not chips:
            break
        assert chips[0].text in query
        shorter = query.replace(chips[0].text, " ", 1)
        assert len(shorter) < len(query)
        query = shorter
    assert read(query).chips == ()


def test_own_words_are_found_through_their_compatible_forms() -> None:
    assert own_words("ａ  Ｂｃ　ｄ", "Bc d") == "Ｂｃ　ｄ"
    assert own_words("it’s last week’s", "last week's") == "last week’s"
    assert own_words("nothing", "else") == "else"
    assert own_words("a\ud800b", "ab") == "ab"
