import pytest

from indexer import rank
from indexer.catalog.reader import TextMatch
from indexer.meaning.items import MeaningHit
from indexer.naming.index import NameMatch


def order(names: list[NameMatch], texts: list[TextMatch], meanings: list[MeaningHit]) -> list[int]:
    chunk_file = {hit.chunk_id: hit.chunk_id // 10 for hit in meanings}
    return [score.file_id for score in rank.fuse(names, texts, meanings, chunk_file, "xx") if score.shown]


def test_a_passage_that_both_searches_see_comes_first() -> None:
    texts = [TextMatch(10, 1, 0.5), TextMatch(20, 2, 0.5)]
    meanings = [MeaningHit(20, 0.08, "xx"), MeaningHit(30, 0.09, "xx")]
    assert order([], texts, meanings)[0] == 2


def test_the_name_itself_is_never_pushed_down() -> None:
    texts = [TextMatch(10, 1, 1.0)]
    meanings = [MeaningHit(10, 0.3, "xx")]
    assert order([NameMatch(2, 1.0)], texts, meanings) == [2, 1]


def test_what_no_search_is_sure_of_is_not_shown() -> None:
    weak = [NameMatch(1, rank.NAME_FLOOR - 0.01)]
    texts = [TextMatch(20, 2, rank.TEXT_FLOOR - 0.01)]
    meanings = [MeaningHit(30, rank.GAP_FLOOR - 0.01, "xx")]
    assert order(weak, texts, meanings) == []


def test_one_common_word_does_not_outweigh_meaning() -> None:
    texts = [TextMatch(10, 1, 0.25)]
    meanings = [MeaningHit(20, 0.07, "zh"), MeaningHit(10, 0.0, "xx")]
    assert order([], texts, meanings) == [2, 1]


def test_words_that_passages_in_the_questions_language_share_by_chance_do_not_count_against_the_others() -> None:
    meanings = [MeaningHit(10, 0.065, "zh"), MeaningHit(20, 0.060, "xx")]
    assert order([], [TextMatch(20, 2, 0.12)], meanings) == [1, 2]
    assert order([], [TextMatch(20, 2, 0.30)], meanings) == [2, 1]


def test_where_no_passage_shares_a_word_meaning_alone_decides() -> None:
    meanings = [MeaningHit(10, 0.060, "zh"), MeaningHit(20, 0.061, "xx")]
    assert order([], [], meanings) == [2, 1]


def test_a_file_counts_by_its_best_passage() -> None:
    texts = [TextMatch(10, 1, 0.3), TextMatch(11, 1, 0.9), TextMatch(20, 2, 0.6), TextMatch(21, 2, 0.6)]
    scores = rank.fuse([], texts, [], {}, "xx")
    assert [score.file_id for score in scores] == [1, 2]
    assert scores[0].best(1)[0][0] == 11
    assert scores[0].matched == ("text",)


@pytest.mark.parametrize(("share", "gap"), [(0.0, 0.0), (0.2, 0.01), (1.0, 0.2)])
def test_answerable_lies_between_zero_and_one(share: float, gap: float) -> None:
    scores = rank.fuse([], [TextMatch(10, 1, share)], [MeaningHit(10, gap, "xx")], {10: 1}, "xx")
    assert 0 <= rank.answerable(scores) <= 1
    assert rank.answerable([]) == 0
