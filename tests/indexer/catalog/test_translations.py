from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.catalog.translations import translated_matches
from indexer.dictionary import translated
from indexer.query import SearchQuery
from tests.indexer.test_pipeline import Index

FILES = {
    "boiler service.txt": "The engineer inspected the boiler and replaced a valve. Next service in autumn.",
    "kettle.txt": "The kettle has a log of its own. A record of nothing.",
    "验收会议.txt": "竣工验收的会议纪要,参加的人有业主和施工方。",
    "体检.txt": "父亲的血压偏高,医生建议少吃盐。",
    "lost.txt": "Report: two suitcases, our luggage, were lost in transit.",
}
OTHERS = {f"{number}.txt": f"Page {number} is about something else. 第{number}页讲别的。" for number in range(40)}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    home = tmp_path_factory.mktemp("home")
    files = tmp_path_factory.mktemp("files")
    for name, text in (FILES | OTHERS).items():
        (files / name).write_text(text, encoding="utf-8")
    made = Index(home)
    made.pipeline.add_folder(str(files))
    made.settle()
    yield made
    made.pipeline.stop()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("锅炉检修记录", "boiler service.txt"),
        ("行李丢了的报告", "lost.txt"),
        ("minutes of the acceptance inspection meeting", "验收会议.txt"),
        ("father's blood pressure", "体检.txt"),
    ],
)
def test_a_question_finds_the_file_in_the_other_language(index: Index, question: str, name: str) -> None:
    hits = index.searcher.search(SearchQuery(question)).hits
    assert hits[0].name == name
    assert "text" in hits[0].matched


def test_what_matched_is_marked(index: Index) -> None:
    hit = index.searcher.search(SearchQuery("锅炉检修记录")).hits[0]
    assert {hit.snippet[start : start + length] for start, length in hit.highlights} >= {"boiler"}


def test_share_is_that_of_the_words_translated(index: Index) -> None:
    with index.searcher._readers.reading() as db:

        def best(question: str, condition: str = "1") -> float:
            found = translated_matches(db, translated(question), 45, condition, (), 10)
            return max((match.share for match in found), default=0.0)

        assert best("锅炉") == pytest.approx(1.0)
        assert 0 < best("锅炉 老樟树") < 0.8, "an unknown word counts against it"
        assert best("锅炉", "file.size < 0") == 0.0
        assert best("卫星") == 0.0


def test_words_of_the_question_itself_go_first(index: Index) -> None:
    hits = index.searcher.search(SearchQuery("luggage report")).hits
    assert hits[0].name == "lost.txt"
