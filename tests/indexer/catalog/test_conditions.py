"""Conditions on words, names, people and languages, asked of a real catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.catalog import reader
from indexer.catalog.conditions import is_called
from indexer.catalog.writer import CatalogWriter
from indexer.model import Anchor, Chunk, DocumentInfo, Extraction, FileFacts, FileState
from indexer.query import SearchQuery
from indexer.text import index_tokens, language_of, phrase_tokens

ROOT = "/home/某人/文档"
FILES = (
    ("statistics_cheat_sheet.pdf", "", ""),
    ("maths.txt", "A sheet of statistics to cheat with.", "Ann Lee"),
    ("Party.txt", "My statistics cheat sheet, third draft. 100% sure.", "anna@example.org"),
    ("租房合同_草稿.docx", "甲方将房屋出租给乙方，月租金5,200元。", "李雷"),
    ("租賃契約.docx", "房東將房屋租給房客，違約金另計。2024年起。", "张三, Ann"),
    ("照片.jpg", "", ""),
    ("bad\udcff name.txt", "Nothing here.", "曾 国藩"),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[CatalogWriter]:
    writer = CatalogWriter(tmp_path / "catalog.db")
    writer.add_root(ROOT)
    for number, (name, text, author) in enumerate(FILES, 1):
        entry = FileFacts(f"{ROOT}/{name}", 10, 1_700_000_000_000_000_000, number)
        file_id = writer.add_file(entry)
        chunks = (Chunk(text, Anchor(page=1), "", language_of(text), index_tokens(text)),) if text else ()
        info = DocumentInfo(author=author)
        writer.store_extraction(file_id, entry, Extraction(FileState.INDEXED, chunks=chunks, info=info))
    yield writer
    writer.close()


def met(catalog: CatalogWriter, **conditions: object) -> set[str]:
    query = SearchQuery("", **conditions)  # type: ignore[arg-type]
    ids = reader.matching_files(catalog.db, *reader.file_condition(catalog.db, query), 100)
    return {row.name for row in reader.files(catalog.db, ids).values()}


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("statistics cheat sheet", {"statistics_cheat_sheet.pdf", "Party.txt"}),
        ("STATISTICS  Cheat", {"statistics_cheat_sheet.pdf", "Party.txt"}),
        ("cheat statistics", set()),
        ("stat", set()),
        ("月租金", {"租房合同_草稿.docx"}),
        ("月租金5200元", {"租房合同_草稿.docx"}),
        ("金5200", {"租房合同_草稿.docx"}),
        ("租月金", set()),
        ("违约金另计", {"租賃契約.docx"}),
        ("租赁", {"租賃契約.docx"}),
        ("金另计。2024", {"租賃契約.docx"}),
        ("契", {"租賃契約.docx"}),
        ("照片", {"照片.jpg"}),
        ("草稿", {"租房合同_草稿.docx"}),
        ("合同 草稿", {"租房合同_草稿.docx"}),
        ("100%", {"Party.txt"}),
        ("bad", {"bad\udcff name.txt"}),
        ("'\"); drop table file; --", set()),
        ("NEAR(", set()),
        ("😀", {name for name, _, _ in FILES}),  # nothing to look for is no condition
    ],
)
def test_a_phrase_stands_so_in_text_or_name(catalog: CatalogWriter, phrase: str, names: set[str]) -> None:
    assert met(catalog, phrases=(phrase,)) == names


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("party", {"Party.txt"}),
        ("租赁", {"租賃契約.docx"}),
        ("合同", {"租房合同_草稿.docx"}),
        ("*.txt", {"maths.txt", "Party.txt", "bad\udcff name.txt"}),
        ("m?ths*", {"maths.txt"}),
        ("100%", set()),
        ("s_c", {"statistics_cheat_sheet.pdf"}),
        ("*_*", {"statistics_cheat_sheet.pdf", "租房合同_草稿.docx"}),
    ],
)
def test_names_hold_a_part_or_fit_a_pattern(catalog: CatalogWriter, pattern: str, names: set[str]) -> None:
    assert met(catalog, names=(pattern,)) == names


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("ann", {"maths.txt", "租賃契約.docx"}),
        ("Ann Lee", {"maths.txt"}),
        ("lee ann", {"maths.txt"}),
        ("anna@example.org", {"Party.txt"}),
        ("李雷", {"租房合同_草稿.docx"}),
        ("李", {"租房合同_草稿.docx"}),
        ("lilei", {"租房合同_草稿.docx"}),
        ("Li Lei", {"租房合同_草稿.docx"}),
        ("張三", {"租賃契約.docx"}),
        ("zhang san", {"租賃契約.docx"}),
        ("zeng guofan", {"bad\udcff name.txt"}),
        ("nobody", set()),
        ("", set()),
    ],
)
def test_authors_are_known_by_parts_of_their_name_and_by_pinyin(
    catalog: CatalogWriter, author: str, names: set[str]
) -> None:
    assert met(catalog, authors=(author,)) == names


def test_languages_and_what_is_left_out(catalog: CatalogWriter) -> None:
    everything = {name for name, _, _ in FILES}
    chinese = {"租房合同_草稿.docx", "租賃契約.docx"}
    assert met(catalog, languages=("zh",)) == chinese
    assert met(catalog, without=(SearchQuery("", languages=("zh",)),)) == everything - chinese
    assert met(catalog, without=(SearchQuery("", phrases=("draft",)),)) == everything - {"Party.txt"}
    assert met(catalog, without=(SearchQuery("", phrases=("草稿",)),)) == everything - {"租房合同_草稿.docx"}
    assert met(catalog, without=(SearchQuery("", phrases=("art",)),)) == everything
    two = (SearchQuery("", extensions=("txt",)), SearchQuery("", extensions=("docx",), authors=("李雷",)))
    assert met(catalog, without=two) == {"statistics_cheat_sheet.pdf", "租賃契約.docx", "照片.jpg"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=()), max_size=40), wild=st.sampled_from(["", "*", '"', "%", "'"]))
def test_any_words_can_be_asked_for(catalog: CatalogWriter, words: str, wild: str) -> None:
    everything = {name for name, _, _ in FILES}
    said = (words + wild,)
    for conditions in ({"phrases": said}, {"names": said}, {"authors": said}, {"languages": said}):
        found = met(catalog, **conditions)
        left = met(catalog, without=(SearchQuery("", **conditions),))  # type: ignore[arg-type]
        assert found | left == everything
        assert not found & left


@pytest.mark.parametrize(
    ("phrase", "tokens"),
    [
        ("Monthly Rent", "monthly rent"),
        ("租房合同", "租房 房合 合同"),
        ("租房 2024", "租房 房 2024"),
        ("2024 租", "2024 租*"),
        ("ｒｅｎｔ", "rent"),
        ("?!", ""),
    ],
)
def test_tokens_of_a_phrase_stand_in_a_row(phrase: str, tokens: str) -> None:
    assert phrase_tokens(phrase) == tokens


def test_a_name_is_not_a_part_of_a_word() -> None:
    assert not is_called("Joanna", "ann")
    assert is_called("ann.lee@example.org", "Ann")
