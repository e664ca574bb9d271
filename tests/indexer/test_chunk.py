from __future__ import annotations

import base64
import os
import random
import re
import time
from pathlib import Path

import pytest
import sentencepiece
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from indexer.chunk import CHUNK_TOKENS, OVERLAP_TOKENS, chunks, estimate_tokens, sentences
from indexer.meaning.models import find_default
from indexer.model import Anchor, Chunk, Segment

REPOSITORY = Path(__file__).resolve().parents[2]
MODELS = Path(os.environ.get("DOCENT_TEST_MODELS", REPOSITORY / ".cache" / "models"))

ENGLISH = (
    "The committee met on Tuesday. Dr. Smith of Acme Inc. opened the meeting at 9.30 a.m. and thanked everyone for coming! "
    "Was the budget of $1,234.50 approved? It was, although several members asked for a second reading; the chair agreed. "
    'She said: "We will publish the minutes." The next meeting is in March. '
)
CHINESE = (
    "委员会于周二召开会议。张主任首先宣布会议开始，并对各位的到来表示感谢！预算是否获得批准？获得了批准，"
    "但是有几位委员要求再次审议；主席表示同意。她说：“我们将公布会议纪要。”下一次会议将于三月举行，地点在三楼会议室。"
)
TRADITIONAL = OpenCC("s2twp").convert(CHINESE)


def noise(alphabet: str, length: int) -> str:
    return "".join(random.Random(length).choices(alphabet, k=length))


def repeated(text: str, times: int) -> str:
    """No two places of the result are the same."""
    return "".join(f"{n}, {text}" for n in range(times))


TEXTS = {
    "english": repeated(ENGLISH, 20),
    "chinese": repeated(CHINESE, 20),
    "traditional": repeated(TRADITIONAL, 20),
    "mixed": repeated((ENGLISH + CHINESE), 10),
    "full width": repeated("ＡＢＣ有限公司１２３号，全角字符测试。", 100),
    "capitals": repeated(ENGLISH.upper(), 20),
    "german": repeated("Der Mietvertrag über die Wohnung im Dachgeschoß wird zwischen Vermieter und Mieter geschlossen. ", 50),
    "russian": repeated("Договор аренды квартиры заключается между арендодателем и арендатором. ", 50),
    "japanese": repeated("今日は天気がいいですね。東京の桜はとても美しいです。コンピューターを勉強しています。", 50),
    "korean": repeated("안녕하세요 한국어 문서입니다. 오늘은 날씨가 좋습니다. 프로그래밍을 공부하고 있습니다. ", 50),
    "arabic": repeated("عقد إيجار الشقة بين المالك والمستأجر في المدينة القديمة. ", 50),
    "thai": repeated("สวัสดีชาวโลกนี่คือการทดสอบไฟล์สัญญาเช่าระหว่างเจ้าของและผู้เช่า", 50),
    "vietnamese": repeated("Hợp đồng thuê nhà được ký kết giữa bên cho thuê và bên thuê tại thành phố. ", 50),
    "python": Path(__file__).read_text(encoding="utf-8"),
    "chinese code": "".join(f"def 计算_{n}(金额: float) -> float:\n    return 金额 * {n}.5  # 税率\n" for n in range(200)),
    "base64": base64.b64encode(random.Random(1).randbytes(20_000)).decode(),
    "hexadecimal": random.Random(2).randbytes(10_000).hex(),
    "letters": noise("abcdefghijklmnopqrstuvwxyz", 6_000),
    "han at random": noise("".join(map(chr, range(0x4E00, 0x9FFF))), 3_000),
    "rare han": noise("".join(map(chr, range(0x20000, 0x2A6D0))), 3_000),
    "numbers": "\n".join(f"{n}\t{n * 17.25}\t{n * n}\t-{n}%" for n in range(600)),
    "addresses": "\n".join(f"https://example.com/a/{n}/index.html?id={n}&ref=abc_{n * 7}" for n in range(300)),
    "log": "\n".join(f"2026-11-12T10:03:{n % 60:02d}.123Z [INFO] worker-{n % 4} pid={n} took {n}ms" for n in range(300)),
    "signs": noise("!@#$%^&*()_+-=[]{}|;:,./<>?~`→■★§•…≥∞a", 3_000),
    "formulas": repeated(r"\frac{\partial u}{\partial t} = \alpha \nabla^2 u + \sum_{i=1}^{n} x_i^2 \mathbf{A}^{-1} ", 60),
    "contents": repeated("Chapter one ........................................ 12\n", 200),
    "emoji": repeated("好的👍🏽 great 🎉🚀 ❤️🇨🇳 ", 200),
    "one letter": "a" * 6_000,
    "json": repeated('{"name":"张三","id":12345,"tags":["a1","b2"],"nested":{"key_one":null,"keyTwo":true}},', 100),
}  # fmt: skip


def cut(text: str, anchor: Anchor | None = None) -> list[Chunk]:
    return list(chunks([Segment(text, anchor or Anchor(line=1))]))


@pytest.fixture(scope="module")
def tokenizer() -> sentencepiece.SentencePieceProcessor:
    folder = find_default(MODELS)
    if folder is None:
        pytest.skip(f"the default model is not in {MODELS}: run `make setup`")
    return sentencepiece.SentencePieceProcessor(model_file=str(folder.path / "spm.model"))


@pytest.mark.parametrize("name", TEXTS)
def test_chunk_fits_the_model(name: str, tokenizer: sentencepiece.SentencePieceProcessor) -> None:
    lengths = [len(tokenizer.encode("passage: " + chunk.text)) + 2 for chunk in cut(TEXTS[name])]
    assert max(lengths) <= 512


@pytest.mark.parametrize("name", ["english", "chinese", "traditional", "mixed"])
def test_chunk_is_about_as_long_as_it_should_be(name: str, tokenizer: sentencepiece.SentencePieceProcessor) -> None:
    lengths = [len(tokenizer.encode(chunk.text)) for chunk in cut(TEXTS[name])[:-1]]
    assert 280 <= sum(lengths) / len(lengths) <= 440


@pytest.mark.parametrize("name", ["english", "chinese", "traditional", "mixed"])
def test_chunk_ends_where_a_sentence_ends(name: str) -> None:
    found = cut(TEXTS[name])
    assert len(found) > 3
    assert all(re.search(r"[.!?。！？；”\"]$", chunk.text) for chunk in found)


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "one letter"])
def test_nothing_is_lost_and_little_is_repeated(name: str) -> None:
    bare = "".join(TEXTS[name].split())
    pieces = ["".join(chunk.text.split()) for chunk in cut(TEXTS[name])]
    position = 0
    for piece in pieces:
        found = bare.find(piece, max(0, position - 8 * OVERLAP_TOKENS))
        assert 0 <= found <= position, "a gap"
        position = found + len(piece)
    assert position == len(bare)
    assert sum(map(len, pieces)) < 1.3 * len(bare)


def test_next_chunk_begins_with_the_last_sentences() -> None:
    numbered = " ".join(f"This is sentence number {n} of the story." for n in range(120))
    first, second, *_ = cut(numbered)
    repeated = second.text[: second.text.index(".") + 1]
    assert repeated in first.text
    assert estimate_tokens(repeated) <= OVERLAP_TOKENS


def test_chinese_sentences_overlap_too() -> None:
    first, second, *_ = cut("".join(f"这是故事的第{n}句话，后面还有很多。" for n in range(120)))
    assert second.text[: second.text.index("。")] in first.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Li came. He left.", ["Mr. Li came. ", "He left."]),
        ("See Fig. 3 and J. Smith, e.g. here. Next.", ["See Fig. 3 and J. Smith, e.g. here. ", "Next."]),
        ("Version 2.10 is out. Try it!", ["Version 2.10 is out. ", "Try it!"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("真的吗？！是的……走吧", ["真的吗？！", "是的……", "走吧"]),
        ("English ends.中文开始。", ["English ends.", "中文开始。"]),
        ("- one\n- two\n\nthree", ["- one\n", "- two\n\n", "three"]),
        ("https://a.b/c?d=e.f and more", ["https://a.b/c?d=e.f and more"]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert list(sentences(text)) == expected


def test_wrapped_lines_are_one_sentence() -> None:
    text = (
        "This line is as long as the page is wide and goes on\n"
        "in the next one. End.\n"
        "这一行和页面一样宽所以在行末没有标点符号但是还没有说完只好转到下一行\n继续说完。"
    )
    assert len(list(sentences(text))) == 3


def test_chinese_word_broken_by_a_line_end_is_found() -> None:
    (chunk,) = cut("甲方将位于北京市海淀区中关村大街的自有住房整套出租给乙方租房合\n同期限为一年")
    assert "合同" in chunk.tokens
    assert "合\n同" in chunk.text


def test_short_paragraphs_are_merged_under_their_heading() -> None:
    segments = [Segment(f"Paragraph {n}.", Anchor(line=n), "Intro" if n < 4 else "Setup 安装") for n in range(1, 8)]
    first, second = chunks(segments)
    assert first.text == "Paragraph 1.\nParagraph 2.\nParagraph 3."
    assert (first.heading, first.anchor) == ("Intro", Anchor(line=1))
    assert (second.heading, second.anchor) == ("Setup 安装", Anchor(line=4))


def test_bare_heading_joins_what_is_below_it() -> None:
    segments = [
        Segment("手册", heading="手册"),
        Segment("安装", heading="手册 › 安装"),
        Segment("下载后运行。", heading="手册 › 安装"),
    ]
    (chunk,) = chunks(segments)
    assert chunk.text == "手册\n安装\n下载后运行。"
    assert chunk.heading == "手册 › 安装"


@pytest.mark.parametrize("field", ["page", "slide", "sheet"])
def test_chunk_never_crosses_a_page_slide_or_sheet(field: str) -> None:
    segments = [
        Segment(f"text {n}", Anchor(**{field: str(n // 2) if field == "sheet" else n // 2 + 1})) for n in range(6)
    ]
    found = list(chunks(segments))
    assert [chunk.text for chunk in found] == ["text 0\ntext 1", "text 2\ntext 3", "text 4\ntext 5"]
    assert len({chunk.anchor for chunk in found}) == 3


def test_what_a_document_repeats_is_kept_once() -> None:
    notice = "Confidential. 请勿外传。"
    pages = [notice, "The rent is 900.", notice, notice, "租金是900元。"]
    found = list(chunks(Segment(text, Anchor(page=page)) for page, text in enumerate(pages, 1)))
    assert [(chunk.text, chunk.anchor.page) for chunk in found] == [
        (notice, 1),
        ("The rent is 900.", 2),
        ("租金是900元。", 5),
    ]
    headed = [Segment(notice, Anchor(page=page), heading=f"Part {page}") for page in (1, 2)]
    assert len(list(chunks(headed))) == 2, "under another heading it is another passage"
    assert len(cut("many words 很多文字\n" * 100_000)) < 20


@pytest.mark.parametrize("name", [name for name in TEXTS if TEXTS[name].count("\n") > 50])
def test_line_is_that_of_the_first_word(name: str) -> None:
    lines = ("\n\n" + TEXTS[name]).split("\n")
    for chunk in cut("\n\n" + TEXTS[name]):
        assert chunk.anchor.line is not None
        assert chunk.text.split("\n")[0].strip() in lines[chunk.anchor.line - 1]


def test_table_repeats_its_header_and_keeps_its_rows() -> None:
    rows = [Segment("品名\t数量\tPrice", Anchor(sheet="库存", row=3))]
    rows += [
        Segment(f"商品{n}\t{n}\t{n}.50", Anchor(sheet="库存", row=n + 3), header="品名\t数量\tPrice")
        for n in range(1, 200)
    ]
    found = list(chunks(rows))
    assert len(found) > 2
    for chunk in found:
        lines = chunk.text.split("\n")
        assert lines[0] == "品名\t数量\tPrice"
        assert chunk.anchor.sheet == "库存"
        if chunk is not found[0]:
            assert lines[1].startswith(f"商品{(chunk.anchor.row or 0) - 3}\t")
    assert sum(chunk.text.count("商品") for chunk in found) == 199


def test_endless_header_does_not_crowd_out_the_rows() -> None:
    header = "\t".join(f"column number {n}" for n in range(500))
    found = list(chunks([Segment(f"row {n}", Anchor(line=n), header=header) for n in range(2, 400)]))
    assert all(estimate_tokens(chunk.text) <= CHUNK_TOKENS + 5 for chunk in found)
    assert "row 399" in found[-1].text


def test_language_and_tokens_come_with_the_text() -> None:
    assert cut("租房合同的押金")[0].lang == "zh"
    assert cut("The deposit")[0].lang == "xx"
    assert "押金" in cut("租房合同的押金")[0].tokens.split()


def test_unreadable_characters_are_dropped() -> None:
    (chunk,) = cut("a\x00b\ud800c\ufeff soft\xadhyphen")
    assert chunk.text == "abc softhyphen"
    assert list(chunks([Segment("\x00\x01 \n"), Segment("…———"), Segment("")])) == []


@pytest.mark.parametrize(
    "text",
    [
        "x" * 200_000,
        "字" * 200_000,
        "a b " * 100_000,
        "." * 200_000 + "a",
        ".'" * 50_000 + "a",
        "。” " * 100_000 + "a",
        "?" * 200_000 + "'" * 200_000 + "a",
        " " * 200_000 + "a",
        "\n" * 200_000 + "a",
        "a\n" * 200_000,
    ],
)
def test_cutting_takes_linear_time(text: str) -> None:
    started = time.process_time()
    assert cut(text)
    assert time.process_time() - started < 5


@given(st.lists(st.text(st.sampled_from("ab。. \n\t，,中文1-"), max_size=80), max_size=20))
def test_any_text_survives(texts: list[str]) -> None:
    found = list(chunks(Segment(text, Anchor(line=1)) for text in texts))
    wanted = {char for text in texts for char in text if char.isalnum()}
    assert {char for chunk in found for char in chunk.text if char.isalnum()} == wanted
    assert all(chunk.text == chunk.text.strip() != "" for chunk in found)
