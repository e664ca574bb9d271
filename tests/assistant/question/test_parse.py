"""Queries as people type them, and what must be made of them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from assistant.question.parse import LONGEST_TEXT, understand
from tests.assistant.question.reading import NOW, days, read


@pytest.mark.parametrize(
    ("query", "text"),
    [
        # nothing but words
        ("moving checklist", "moving checklist"),
        ("lease_final2.docx", "lease_final2.docx"),
        ("打开 供应商通讯录.csv", "供应商通讯录.csv"),
        ("植物养护手册", "植物养护手册"),
        ("植物養護手冊", "植物養護手冊"),
        ("5225-119-640", "5225-119-640"),
        ("ue704 week 6 notes", "ue704 week 6 notes"),
        ("zufang hetong", "zufang hetong"),
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\Ann\\tax 2023.pdf", "tax 2023.pdf"),
        ("/home/ann/Documents/lease.docx", "lease.docx"),
        ("https://example.org/a/b.pdf", "https://example.org/a/b.pdf"),
        # times that say what is in a file
        ("invoice for March", "invoice for March 3月 03"),
        ("the march electricity bill", "march electricity bill 3月 03"),
        ("electricity december", "electricity december 12月"),
        ("bank statement from june", "bank statement from june 6月 06"),
        ("上个月的电费账单", "上个月的电费账单 2026-10 10月 October"),
        ("上個月的電費帳單", "上個月的電費帳單 2026-10 10月 October"),
        ("十月份的电费单", "十月份的电费单 10月 October"),
        ("去年11月的工资条", "去年11月的工资条 2025-11 November"),
        ("2025年2月工资条", "2025年2月工资条 2025-02 February"),
        ("invoice from last month", "invoice from last month 2026-10 10月 October"),
        ("2023 report", "2023 report"),
        ("去年的京都预算表", "去年的京都预算表 2025"),
        ("Q3 report", "Q3 report"),
        ("三季度报表", "三季度报表"),
        ("2023", "2023"),
        ("March", "March 3月 03"),
        ("三月", "三月 3月 March 03"),
        ("last week's meeting notes", "last week's meeting notes"),
        ("24年3月的工资条", "24年3月的工资条 2024-03 March"),
        ("我的工资条 去年三月的", "工资条 去年三月 2025-03 3月 March"),
        ("trip photos last week.zip", "trip photos last week.zip"),
        ("新建 Microsoft Excel 工作表.xlsx", "新建 Microsoft Excel 工作表.xlsx"),
        ("kyoto docs", "kyoto docs"),
        ("report written in June", "report written in June 6月 06"),
        ("law changed in 2023", "law changed in 2023"),
        ("周会纪要", "周会纪要"),
        ("每周三的例会纪要", "每周三的例会纪要"),
        ("一周三次训练计划", "一周三次训练计划"),
        # words that look like times and kinds
        ("march of the penguins", "march of the penguins"),
        ("may", "may"),
        ("视频会议纪要", "视频会议纪要"),
        ("照片墙方案", "照片墙方案"),
        ("网页设计论文", "网页设计论文"),
        ("签证申请表格", "签证申请表格"),
        ("excel template for budget", "excel template for budget"),
        ("ppt模板", "ppt模板"),
        ("word count tool", "word count tool"),
        ("zip code list", "zip code list"),
        ("code of conduct", "code of conduct"),
        ("paper about video compression", "paper about video compression"),
        ("photo album index", "photo album index"),
        ("report about image processing", "report about image processing"),
        ("desktop wallpaper", "desktop wallpaper"),
        ("largest customer contract", "largest customer contract"),
        ("salary over 5k", "salary over 5k"),
        ("a beam over 5 m long", "beam over 5 m long"),
        ("rent over 1000", "rent over 1000"),
        ("超过20兆瓦的电站", "超过20兆瓦的电站"),
        # dates that do not exist
        ("30 February 2024", "30 February 2024"),
        ("edited on 2024-02-30", "edited on 2024-02-30"),
        ("2月30日的会议", "2月30日的会议"),
        ("2024年13月", "2024年13月"),
        # words around what is meant
        ("where did I put the lease", "lease"),
        ("where is my passport scan", "passport scan"),
        ("that engagement letter from the accountant", "engagement letter from the accountant"),
        ("could you please find me the boiler report", "boiler report"),
        ("I'm looking for the contract with Ann", "contract with Ann"),
        ("file that mentions Mrs Tanabe", "Mrs Tanabe"),
        ("files about biscuit", "biscuit"),
        ("do you have the insurance policy", "insurance policy"),
        ("租房合同在哪", "租房合同"),
        ("租房合同在哪里？", "租房合同"),
        ("我的护照扫描件放哪了", "护照扫描件"),
        ("帮我找一下基金定投", "基金定投"),
        ("幫我找一下租房合同", "租房合同"),
        ("请帮我把体检报告找出来", "体检报告"),
        ("有没有关于保险的文件", "保险"),
        ("公积金那个文件", "公积金"),
        ("我的工资条", "工资条"),
        ("找工作的简历", "找工作的简历"),
    ],
)
def test_words_stay_words(query: str, text: str) -> None:
    understood = read(query)
    assert f"{understood.text} {understood.also}".strip() == text
    assert not understood.conditional


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("files edited today", ("2026-11-20", "2026-11-20")),
        ("今天改的那个word", ("2026-11-20", "2026-11-20")),
        ("notes i changed yesterday", ("2026-11-19", "2026-11-19")),
        ("files from yesterday", ("2026-11-19", "2026-11-19")),
        ("yesterday", ("2026-11-19", "2026-11-19")),
        ("昨天", ("2026-11-19", "2026-11-19")),
        ("昨天下載的檔案", ("2026-11-19", "2026-11-19")),
        ("前天保存的文件", ("2026-11-18", "2026-11-18")),
        ("the pdf i edited last week", ("2026-11-09", "2026-11-20")),
        ("last week's pdf", ("2026-11-09", "2026-11-20")),
        ("上周的幻灯片", ("2026-11-09", "2026-11-20")),
        ("上星期改的合同", ("2026-11-09", "2026-11-20")),
        ("上個禮拜改的合同", ("2026-11-09", "2026-11-20")),
        ("the contract from last week", ("2026-11-09", "2026-11-20")),
        ("meeting notes from last week", ("2026-11-09", "2026-11-20")),
        ("files changed this week", ("2026-11-16", "2026-11-22")),
        ("这周写的笔记", ("2026-11-16", "2026-11-22")),
        ("本周的表格", ("2026-11-16", "2026-11-22")),
        ("上上周改的表格", ("2026-11-02", "2026-11-09")),
        ("上个月改过的表格", ("2026-10-01", "2026-11-20")),
        ("xlsx in the bank folder edited last month", ("2026-10-01", "2026-11-20")),
        ("上个月的 excel about savings", ("2026-10-01", "2026-11-20")),
        ("本月下载的压缩包", ("2026-11-01", "2026-11-30")),
        ("photos from last year", ("2025-01-01", "2025-12-31")),
        ("去年的照片", ("2025-01-01", "2025-12-31")),
        ("今年写的代码", ("2026-01-01", "2026-12-31")),
        ("前年保存的照片", ("2024-01-01", "2025-05-22")),
        ("word docs i worked on in July", ("2026-07-01", "2026-07-31")),
        ("docs I edited in December", ("2025-12-01", "2025-12-31")),
        ("8月写的txt笔记", ("2026-08-01", "2026-08-31")),
        ("三月改的合同", ("2026-03-01", "2026-03-31")),
        ("files saved in March 2024", ("2024-03-01", "2024-03-31")),
        ("2024年3月改的文件", ("2024-03-01", "2024-03-31")),
        ("去年三月到五月改的文件", ("2025-03-01", "2025-05-31")),
        ("files edited from march to may last year", ("2025-03-01", "2025-05-31")),
        ("files modified between November and February", ("2025-11-01", "2026-02-28")),
        ("files changed in Q3", ("2026-07-01", "2026-09-30")),
        ("一季度改的报表", ("2026-01-01", "2026-03-31")),
        ("last quarter's spreadsheets", ("2026-07-01", "2026-09-30")),
        ("去年下半年的照片", ("2025-07-01", "2025-12-31")),
        ("photos I took last spring", ("2026-03-01", "2026-05-31")),
        ("去年夏天的照片", ("2025-06-01", "2025-08-31")),
        ("photos from winter 2024", ("2024-12-01", "2025-02-28")),
        ("pdfs from 2023", ("2023-01-01", "2023-12-31")),
        ("2023年的照片", ("2023-01-01", "2023-12-31")),
        ("edited 3 weeks ago", ("2026-10-26", "2026-11-02")),
        ("三周前下载的pdf", ("2026-10-26", "2026-11-02")),
        ("documents from a few days ago", ("2026-11-13", "2026-11-19")),
        ("files edited two months ago", ("2026-09-01", "2026-10-04")),
        ("photos from norway two years ago", ("2024-01-01", "2025-05-22")),
        ("files changed in the last 3 days", ("2026-11-17", "2026-11-20")),
        ("最近三天改过的文件", ("2026-11-17", "2026-11-20")),
        ("近两周的照片", ("2026-11-06", "2026-11-20")),
        ("recently edited spreadsheets", ("2026-10-21", "2026-11-20")),
        ("最近改的合同", ("2026-10-21", "2026-11-20")),
        ("files edited since Monday", ("2026-11-16", None)),
        ("上周五改的文件", ("2026-11-13", "2026-11-13")),
        ("周三写的笔记", ("2026-11-18", "2026-11-18")),
        ("files edited on 5 March", ("2026-03-05", "2026-03-05")),
        ("3月5日改的文件", ("2026-03-05", "2026-03-05")),
        ("三月五号改的文件", ("2026-03-05", "2026-03-05")),
        ("saved on 2024-03-05", ("2024-03-05", "2024-03-05")),
        ("documents before 2020", (None, "2019-12-31")),
        ("files modified before Christmas", (None, "2025-12-24")),
        ("国庆节前改的合同", (None, "2026-09-30")),
        ("春节以后拍的照片", ("2026-02-24", None)),
        ("files not touched for 2 years", (None, "2024-11-20")),
        ("files I haven't opened in over a year", (None, "2025-11-20")),
        ("两年没动过的文件", (None, "2024-11-20")),
        ("spreadsheets older than 6 months", (None, "2026-05-24")),
        ("what did I work on last week", ("2026-11-09", "2026-11-20")),
        ("上周改了什么", ("2026-11-09", "2026-11-20")),
        ("how much is the rent in the lease I edited last week?", ("2026-11-09", "2026-11-20")),
        ("photos of the garden taken in spring 2024", ("2024-03-01", "2024-05-31")),
        ("the word doc I was working on yesterday afternoon", ("2026-11-19", "2026-11-19")),
        ("documents I haven't touched since 2022", (None, "2022-12-31")),
        ("stuff from 2019 on my desktop", ("2019-01-01", "2019-12-31")),
        ("前几天写的文档", ("2026-11-10", "2026-11-20")),
        ("24年3月改的文件", ("2024-03-01", "2024-03-31")),
        ("去年国庆拍的照片", ("2025-10-01", "2025-10-07")),
        ("files I edited between Monday and Wednesday", ("2026-11-16", "2026-11-18")),
        ("after:2024-01-01 before:2024-07", ("2024-01-01", "2024-06-30")),
        ("files after:2024-01-01", ("2024-01-01", None)),
        ("modified:yesterday", ("2026-11-19", "2026-11-19")),
        ("since:上周 报告", ("2026-11-09", None)),
        ("中秋节前改的文件", (None, "2026-09-24")),
        ("去年中秋拍的照片", ("2025-10-06", "2025-10-06")),
        ("端午節拍的照片", ("2026-06-19", "2026-06-19")),
        ("photos from Easter 2024", ("2024-03-29", "2024-04-01")),
        ("photos from Thanksgiving last year", ("2025-11-27", "2025-11-27")),
        ("photos from Chinese New Year 2025", ("2025-01-28", "2025-02-04")),
        ("2024年春节拍的照片", ("2024-02-09", "2024-02-16")),
        ("2045年春节拍的照片", ("2045-02-16", "2045-02-23")),
        ("files edited in H1 2024", ("2024-01-01", "2024-06-30")),
        ("上半年改的合同", ("2026-01-01", "2026-06-30")),
        ("二〇二四年三月改的文件", ("2024-03-01", "2024-03-31")),
        ("二零二四年的照片", ("2024-01-01", "2024-12-31")),
        ("三月十五号改的文件", ("2026-03-15", "2026-03-15")),
        ("三月初改的文件", ("2026-03-01", "2026-03-31")),
        ("年初改的合同", ("2026-01-01", "2026-03-31")),
        ("去年年底的照片", ("2025-10-01", "2025-12-31")),
        ("files edited at the beginning of the year", ("2026-01-01", "2026-03-31")),
        ("files edited in late 2024", ("2024-09-01", "2024-12-31")),
        ("上个冬天的照片", ("2025-12-01", "2026-02-28")),
        ("上个周末拍的照片", ("2026-11-14", "2026-11-15")),
        ("大前天改的文件", ("2026-11-16", "2026-11-18")),
        ("files edited last Tuesday", ("2026-11-10", "2026-11-17")),
        ("files edited on 15.03.2024", ("2024-03-15", "2024-03-15")),
        ("files edited on 3/15/2024", ("2024-03-15", "2024-03-15")),
        ("before 2020", (None, "2019-12-31")),
        # no such day, a day that may be two, a year out of the table
        ("files edited on 31/04/2024", None),
        ("files edited on 03/04/2024", None),
        ("2060年春节拍的照片", None),
    ],
)
def test_times_of_change(query: str, expected: tuple[str | None, str | None]) -> None:
    assert days(query) == expected


@pytest.mark.parametrize(
    ("query", "intent"),
    [
        ("租房合同", "find"),
        ("find the school garden proposal", "find"),
        ("where's the receipt for the swimming pool pump", "find"),
        ("which statement has the climbing shoes", "find"),
        ("what i wanted to ask about my sick pet", "find"),
        ("can you show me the lease?", "find"),
        ("租房合同在哪里？", "find"),
        ("有没有体检报告", "find"),
        ("what's the biggest file on here", "find"),
        ("how much is the rent in the signed lease?", "ask"),
        ("what's my microchip number for biscuit", "ask"),
        ("who is responsible for cutting the grass and when", "ask"),
        ("where do we meet the surveyor", "ask"),
        ("where did I put the lease", "find"),
        ("where did we stay in kyoto", "ask"),
        ("is the deposit refundable", "ask"),
        ("how many bedrooms does the flat have", "ask"),
        ("excess for escape of water on the contents policy?", "ask"),
        ("Where is the coldest section of Victoria?", "ask"),
        ("where is the lease?", "find"),
        ("王江泾镇在哪里？", "ask"),
        ("how many copies did the book sell", "ask"),
        ("帮我看看租房合同里押金是多少", "ask"),
        ("曾炯一生发表了多少论文？", "ask"),
        ("what's the newest file in downloads", "find"),
        ("公积金账户余额是多少", "ask"),
        ("合同什么时候到期", "ask"),
        ("押金可以退吗", "ask"),
        ("谁签的字", "ask"),
        ("加裝電梯四樓要出多少錢", "ask"),
        ("how many powerpoint files do i have", "count"),
        ("how many meeting minutes are there in 会议纪要", "count"),
        ("how many invoices do I have", "count"),
        ("合同文件夹里有几份文件", "count"),
        ("租房合同一共有几份", "count"),
        ("有多少个pdf文件", "count"),
        ("一共有几张照片", "count"),
        ("照片有多少张", "count"),
        ("共有多少个文件", "count"),
        ("list my ebooks", "list"),
        ("list every water bill", "list"),
        ("show all jupyter notebooks", "list"),
        ("列出财务文件夹里的所有PDF", "list"),
        ("列出所有合同", "list"),
        ("所有的幻灯片", "list"),
        ("有哪些发票", "list"),
        ("what did I work on last week", "list"),
        ("which files did I edit today", "list"),
        ("上周改了什么", "list"),
        ("会议纪要文件夹里有什么", "list"),
        ("what's in my downloads?", "list"),
    ],
)
def test_intents(query: str, intent: str) -> None:
    assert read(query).intent == intent


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "a", "中", "的", "the", "?", "...", "'", '"', "-", "😀", "😀😀😀", "找一下", "帮我找一下", "where is", "in", "in:", "ext:",
        "size:>", "size:>99999999999999999999tb", '"unbalanced', "“没有结尾", "\0", "a\0b", "\ud800", "\udcff.pdf", "\ue000\ue100\ue200",
        "\u202efdp.exe", "שלום", "[a-z]+(", "'; drop table file; --", "NOT AND OR", "*", "%", "_", "after:2024-02-30", "0000-00-00",
        "9999 years ago", "9999年前改的文件", "name:", "lang:", "from:", "- -", '-"', '""', "99.99.2024",
        "SELECT * FROM file WHERE 1=1", "(a+)+$", "مرحبا يا عالم", "\u202eחוזה", "中秋", "the of and", "的 了 吗", "last 9999 years", "year 0", "十十月", "第九季度", "size:<1mb size:>5gb ext:pdf kind:photo",
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_text(query: str) -> None:
    understood = read(query)
    search = understood.to_search()
    assert understood.query == query
    assert understood.order == ""
    assert search.text == understood.text
    if any(character.isalnum() for character in query) and not understood.conditional:
        assert understood.text


def test_a_pasted_passage_is_text_without_conditions() -> None:
    passage = "The pdf that I edited last week in the Taxes folder is over 5 MB. " * 200
    understood = read(passage)
    assert not understood.conditional
    assert understood.text == passage[:LONGEST_TEXT]
    assert read(passage.strip() + "?").intent == "find"  # its end is not read
    assert read("请看这一段。" * 60 + "押金是多少？").intent == "ask"


@pytest.mark.parametrize(
    "query", ["files after:2024-01-01", "list everything", "how many files are there", "昨天", "in my downloads", "pdf"]
)
def test_conditions_alone_leave_no_words(query: str) -> None:
    assert read(query).text == ""


def test_json_is_the_contract_object() -> None:
    assert read("上周改的 租房合同 pdf").to_json() == {
        "text": "租房合同",
        "kinds": ["pdf"],
        "extensions": [],
        "modified": {"from": "2026-11-09", "to": "2026-11-20"},
        "by_creation": False,
        "size": None,
        "folders": [],
        "intent": "find",
        "order": "",
        "also": "",
        "phrases": [],
        "names": [],
        "authors": [],
        "languages": [],
        "without": [],
        "conflict": "",
        "chips": [
            {
                "kind": "time",
                "text": "上周改的",
                "value": {"from": "2026-11-09", "to": "2026-11-20"},
                "likely": False,
            },
            {"kind": "kind", "text": "pdf", "value": ["pdf"], "likely": False},
        ],
    }


def test_other_ways_to_write_a_time_are_kept_apart_from_the_words() -> None:
    understood = read("上个月的电费账单")
    assert (understood.text, understood.also) == ("上个月的电费账单", "2026-10 10月 October")
    search = understood.to_search()
    assert (search.text, search.words) == ("上个月的电费账单", "上个月的电费账单 2026-10 10月 October")
    assert read("how many cases were there in March 2020?").also == ""


def test_the_search_has_inclusive_bounds_in_seconds() -> None:
    search = read("videos over 5 MB edited yesterday").to_search(limit=7, stages=("name",))
    start, end = search.modified
    assert start == datetime(2026, 11, 19, tzinfo=NOW.tzinfo).timestamp()
    midnight = datetime(2026, 11, 20, tzinfo=NOW.tzinfo).timestamp()
    assert end is not None
    assert midnight - 1e-3 < end < midnight
    assert (search.kinds, search.size, search.limit, search.stages) == (("video",), (5_000_000, None), 7, ("name",))


def test_days_begin_at_the_users_midnight() -> None:
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=-5)))
    understood = understand("files edited yesterday", late)
    assert understood.modified == (datetime(2025, 12, 31, tzinfo=late.tzinfo), datetime(2026, 1, 1, tzinfo=late.tzinfo))


@pytest.mark.parametrize(
    ("query", "by_creation"),
    [
        ("photos taken in May 2024", True),
        ("去年五月拍的照片", True),
        ("去年國慶拍攝的影片", True),
        ("photos from norway two years ago", True),
        ("last month's emails", True),
        ("上个月的邮件", True),
        ("documents created last year", True),
        ("去年创建的文档", True),
        ("photos i edited last week", False),
        ("上周修改的照片", False),
        ("昨天下载的图片", False),
        ("pdf from last week", False),
        ("上周的表格", False),
        ("photos of norway", False),
        ("照片 after:2024-01-01", False),
    ],
)
def test_times_of_pictures_and_messages_are_their_own(query: str, by_creation: bool) -> None:
    assert read(query).by_creation is by_creation
    assert read(query).to_search().by_creation is by_creation
