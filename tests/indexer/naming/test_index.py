import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.naming.index import NameIndex, NameMatch
from indexer.naming.pinyin import readings

FILES = [
    "lease_final2.docx", "moving checklist.md", "meeting_notes_2024-03.md", "租房合同_终稿.pdf", "上个月电费账单.pdf", "植物养护手册.docx",
    "Q3 churn review.pptx", "重庆旅行计划.txt", "invoice-0042.pdf", "résumé 2024.docx", "會議紀要.docx", "IMG_2041.jpg", "budget.xlsx",
]  # fmt: skip


@pytest.fixture
def names() -> NameIndex:
    index = NameIndex()
    index.add((number, f"/home/某人/{name}", 0.0) for number, name in enumerate(FILES))
    return index


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("lease_final2.docx", "lease_final2.docx"),
        ("lease", "lease_final2.docx"),
        ("checklist moving", "moving checklist.md"),
        ("metting notes", "meeting_notes_2024-03.md"),
        ("chekclist", "moving checklist.md"),
        ("租房", "租房合同_终稿.pdf"),
        ("zufang", "租房合同_终稿.pdf"),
        ("zfht", "租房合同_终稿.pdf"),
        ("dianfei", "上个月电费账单.pdf"),
        ("chongqing", "重庆旅行计划.txt"),
        ("打开 植物养护手册", "植物养护手册.docx"),
        ("电费账单在哪", "上个月电费账单.pdf"),
        ("會議", "會議紀要.docx"),
        ("会议纪要", "會議紀要.docx"),
        ("churn review", "Q3 churn review.pptx"),
        ("0042", "invoice-0042.pdf"),
        ("ＢＵＤＧＥＴ", "budget.xlsx"),
    ],
)
def test_half_remembered_names(names: NameIndex, query: str, best: str) -> None:
    matches = names.search(query, 10)
    assert matches
    assert FILES[matches[0].file_id] == best
    assert 0 < matches[0].score <= 1


@pytest.mark.parametrize("query", ["", "的", "what is the", "zzzzqqq", "🎉", "\0", "a" * 5000, "(.*"])
def test_nonsense_finds_little_and_never_fails(names: NameIndex, query: str) -> None:
    assert all(match.score < 0.9 for match in names.search(query, 10))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("churn", "bicycle insurance policy.docx"),
        ("churn", "swimming course registration.rtf"),
        ("合同书目", "会议纪要.docx"),
    ],
)
def test_letters_that_merely_occur_in_order_are_no_typo(typed: str, name: str) -> None:
    index = NameIndex()
    index.add([(1, name, 0.0)])
    assert index.search(typed, 5) == []


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("churm", "churn.pptx"),
        ("metingnotes", "meeting_notes.md"),
        ("植物养户手册", "植物养护手册_终稿.docx"),
        ("invioce", "invoice.pdf"),
    ],
)
def test_a_typo_finds_the_name(typed: str, name: str) -> None:
    index = NameIndex()
    index.add([(1, name, 0.0)])
    assert [match.file_id for match in index.search(typed, 5)] == [1]


def test_the_whole_name_scores_one(names: NameIndex) -> None:
    assert names.search("budget.xlsx", 1)[0].score == 1.0
    assert names.search("budget", 1)[0].score == 1.0


def test_removed_and_renamed_files(names: NameIndex) -> None:
    names.remove([FILES.index("budget.xlsx")])
    assert not [m for m in names.search("budget", 5) if m.score > 0.7]
    names.add([(0, "/x/预算表.xlsx", 0.0)])
    assert names.search("预算", 1)[0].file_id == 0
    assert not [m for m in names.search("lease", 5) if m.file_id == 0]
    assert len(names) == len(FILES) - 1


def found(names: NameIndex, query: str) -> list[str]:
    return [FILES[match.file_id] for match in names.search(query, 10)]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("l", "lease_final2.docx"),
        ("fin", "lease_final2.docx"),
        ("inal", "lease_final2.docx"),
        ("2041", "IMG_2041.jpg"),
        ("resume", "résumé 2024.docx"),
        ("RÉSUMÉ", "résumé 2024.docx"),
        ("re\u0301sume\u0301", "résumé 2024.docx"),
        ("租", "租房合同_终稿.pdf"),
        ("账单", "上个月电费账单.pdf"),
        ("會議紀要", "會議紀要.docx"),
        ("zhiwu shouce", "植物养护手册.docx"),
        ("zufang zhonggao", "租房合同_终稿.pdf"),
        ("cqlx", "重庆旅行计划.txt"),
        ("churnreview", "Q3 churn review.pptx"),
        ("metingnotes", "meeting_notes_2024-03.md"),
        ("checklist md", "moving checklist.md"),
        ("lease2", "lease_final2.docx"),
        ("leaes", "lease_final2.docx"),
        ("bugdet", "budget.xlsx"),
    ],
)
def test_parts_sounds_accents_and_joined_words(names: NameIndex, query: str, best: str) -> None:
    assert found(names, query)[:1] == [best]


def test_words_of_the_folder_count_a_little() -> None:
    index = NameIndex()
    index.add([(1, "/home/Taxes/form.pdf", 0.0), (2, "/home/Work/form.pdf", 0.0), (3, "/home/Work/taxes.pdf", 0.0)])
    assert index.search("taxes form", 5)[0].file_id == 1
    assert [match.file_id for match in index.search("taxes", 5)] == [3, 1]


def test_the_newest_of_equals_comes_first() -> None:
    index = NameIndex()
    index.add((number, f"/d/report {number}.pdf", float(10_000 + number * 86_400)) for number in range(100, 900))
    assert [match.file_id for match in index.search("report", 3)] == [899, 898, 897]


def test_many_small_additions_and_removals_leave_what_is_left() -> None:
    index = NameIndex()
    for number in range(60):
        index.add([(number, f"/d/报告 {number:03} report.pdf", 0.0)])
        if number % 3 == 0:
            index.remove([number - 1, number])
    left = {number for number in range(60) if number % 3 and (number + 1) % 3} | {59}
    assert {match.file_id for match in index.search("baogao", 100)} == left
    assert len(index) == len(left)
    index.add([(1, "/d/renamed.pdf", 0.0)])
    assert {match.file_id for match in index.search("report", 100)} == left - {1}


def test_any_order_of_batches_finds_the_same(names: NameIndex) -> None:
    other = NameIndex()
    for number, name in reversed(list(enumerate(FILES))):
        other.add([(number, f"/home/某人/{name}", 0.0)])
    for query in ("lease", "2024", "合同", "zufang", "docx", "metting notes"):
        assert {match.file_id for match in other.search(query, 20)} == {m.file_id for m in names.search(query, 20)}


def test_a_member_goes_with_its_container() -> None:
    index = NameIndex()
    index.add([(1, "/d/照片.zip", 0.0)])
    index.set_members(1, [(2, "/d/照片.zip/京都 kyoto.jpg", 0.0), (3, "/d/照片.zip/b.txt", 0.0)])
    assert [match.file_id for match in index.search("kyoto", 5)] == [2]
    index.set_members(1, [(3, "/d/照片.zip/b.txt", 0.0)])
    assert index.search("kyoto", 5) == []
    index.remove([1])
    assert len(index) == 0


@given(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=8), st.text(max_size=20))
def test_no_name_and_no_query_is_too_odd(odd: list[str], query: str) -> None:
    index = NameIndex()
    index.add((number, f"/d/{name}", 0.0) for number, name in enumerate(odd))
    assert all(isinstance(match, NameMatch) and 0 < match.score <= 1 for match in index.search(query, 10))


@pytest.mark.parametrize(
    ("word", "full", "short"),
    [
        ("租房合同", "zufanghetong", "zfht"),
        ("重庆", "chongqing", "cq"),
        ("银行", "yinhang", "yh"),
        ("绿色", "lvse", "ls"),
    ],
)
def test_known_phrases_have_their_sound(word: str, full: str, short: str) -> None:
    assert (full, short) == readings(word)[0]


def test_a_character_with_two_sounds_is_found_by_both() -> None:
    assert {"chang", "zhang"} <= {full for full, _ in readings("长")}
