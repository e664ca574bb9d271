import pytest

from indexer.text import fold, index_tokens, language_of, name_tokens, query_terms


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Rent is £1,850 per month", "rent is 1850 per month"),
        ("租房合同", "租房 房合 合同 同"),
        ("電費賬單", "电费 费账 账单 单"),
        ("ＡＢＣ１２３", "abc123"),
        ("2024年度", "2024 年度 度"),
        ("税", "税"),
        ("snake_case", "snake case"),
        ("1,2,3", "1 2 3"),
        ("", ""),
        ("🎉 !!", ""),
    ],
)
def test_index_tokens(text: str, tokens: str) -> None:
    assert index_tokens(text) == tokens


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("上个月的电费账单在哪里", ["上个", "个月", "电费", "费账", "账单"]),
        ("what is the rent?", ["rent"]),
        ("what is it", ["what", "is", "it"]),
        ("税", ["税*"]),
        ("我的電費賬單", ["电费", "费账", "账单"]),
        ("lease lease LEASE", ["lease"]),
        ("的", ["的*"]),
        ("", []),
    ],
)
def test_query_terms(query: str, terms: list[str]) -> None:
    assert query_terms(query) == terms


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("租房合同", "zh"),
        ("The lease", "xx"),
        ("Qdrant 的使用 notes about vectors and more words", "xx"),
        ("會議紀要 2024", "zh"),
        ("", "xx"),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert language_of(text) == lang


def test_parts_of_a_name_are_found_apart() -> None:
    assert {"final2", "final", "2", "docx"} <= set(name_tokens("lease_final2.docx").split())
    assert {"moving", "check"} <= set(name_tokens("MovingCheckList.md").split())
    assert "合同" in name_tokens("租房合同_终稿.pdf").split()


def test_query_and_document_agree_on_traditional_characters() -> None:
    assert set(query_terms("房屋租賃合約")) <= set(index_tokens("房屋租赁合约").split())
    assert fold("ＤＯＣＥＮＴ") == "docent"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def retryPolicy():", "retry policy retrypolicy"),
        ("max_retries = 3", "max retries"),
        ("XMLHttpRequest", "xml http request xmlhttprequest"),
        ("调用 parseDate 函数", "parse date parsedate 函数"),
        ("PowerPoint", "power point powerpoint"),
    ],
)
def test_words_of_identifiers_are_found(text: str, words: str) -> None:
    assert set(words.split()) <= set(index_tokens(text).split())


@pytest.mark.parametrize("text", ["Plain words in a row.", "NATO and EU", "aB" * 200])
def test_other_words_stay_whole(text: str) -> None:
    assert index_tokens(text).split() == [run.lower() for run in text.replace(".", "").split()]
