import pytest

from indexer.names import NameIndex, pinyin_of

FILES = [
    "lease_final2.docx", "moving checklist.md", "meeting_notes_2024-03.md", "租房合同_终稿.pdf", "上个月电费账单.pdf", "植物养护手册.docx",
    "Q3 churn review.pptx", "重庆旅行计划.txt", "invoice-0042.pdf", "résumé 2024.docx", "會議紀要.docx", "IMG_2041.jpg", "budget.xlsx",
]  # fmt: skip


@pytest.fixture
def names() -> NameIndex:
    index = NameIndex()
    index.add(enumerate(f"/home/某人/{name}" for name in FILES))
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
    index.add([(1, name)])
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
    index.add([(1, name)])
    assert [match.file_id for match in index.search(typed, 5)] == [1]


def test_the_whole_name_scores_one(names: NameIndex) -> None:
    assert names.search("budget.xlsx", 1)[0].score == 1.0
    assert names.search("budget", 1)[0].score == 1.0


def test_removed_and_renamed_files(names: NameIndex) -> None:
    names.remove([FILES.index("budget.xlsx")])
    assert not [m for m in names.search("budget", 5) if m.score > 0.7]
    names.add([(0, "/x/预算表.xlsx")])
    assert names.search("预算", 1)[0].file_id == 0
    assert not [m for m in names.search("lease", 5) if m.file_id == 0]
    assert len(names) == len(FILES) - 1


def test_pinyin_keeps_latin_parts() -> None:
    assert pinyin_of("租房合同2024.pdf") == ("zufanghetong2024.pdf", "zfht2024.pdf")
    assert pinyin_of("lease.pdf") == ("", "")
