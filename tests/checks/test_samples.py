"""The sample documents: as the script writes them, enough of them, with the facts that the questions ask for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "resources" / "samples"
SCRIPT = REPOSITORY / "packaging" / "samples" / "make_samples.py"
CONTENT = SCRIPT.parent / "content"
QUESTIONS = json.loads((REPOSITORY / "resources" / "sample_questions.json").read_text(encoding="utf-8"))


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_script_writes_what_is_shipped(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "samples")], check=True, capture_output=True)
    written, shipped = _files(tmp_path / "samples"), _files(SAMPLES)
    assert written.keys() == shipped.keys()
    assert [name for name in written if written[name] != shipped[name]] == []


def test_there_are_enough_of_many_kinds_in_both_languages() -> None:
    names = list(_files(SAMPLES))
    assert len(names) >= 36
    assert len({Path(name).suffix for name in names}) >= 10
    sources = [path.read_text(encoding="utf-8") for path in CONTENT.rglob("*.source")]
    chinese = sum(sum("\u4e00" <= character <= "\u9fff" for character in text) > len(text) / 4 for text in sources)
    assert len(sources) / 3 < chinese < len(sources) * 2 / 3
    assert sum(map(len, _files(SAMPLES).values())) < 3 << 20


@pytest.mark.parametrize("find", QUESTIONS["finds"], ids=lambda find: find["id"])
def test_a_find_expects_a_file_that_exists(find: dict[str, str]) -> None:
    assert (SAMPLES / find["file"]).is_file()


@pytest.mark.parametrize("question", QUESTIONS["questions"], ids=lambda question: question["id"])
def test_a_question_has_its_fact_in_its_file(question: dict[str, str]) -> None:
    text = (CONTENT / f"{question['file']}.source").read_text(encoding="utf-8")
    assert any(fact in text for fact in question["facts"])


def test_the_demo_asks_what_is_checked() -> None:
    assert set(QUESTIONS["demo"]["ask"]) <= {question["question"] for question in QUESTIONS["questions"]}
    assert len(QUESTIONS["demo"]["find"]) == 3


@pytest.mark.parametrize(
    ("name", "encoding", "text"),
    [
        ("Home/Recipes/麻婆豆腐.txt", "gb18030", "郫县豆瓣酱"),
        ("旅行/京都旅行計畫.txt", "big5", "嵐山竹林"),
        ("合同/家教服务协议.txt", "utf-16", "小学三年级"),
        ("财务/银行流水_2026年10月.csv", "gb18030", "江南供电公司"),
    ],
)
def test_old_encodings_are_really_used(name: str, encoding: str, text: str) -> None:
    content = (SAMPLES / name).read_bytes()
    assert text in content.decode(encoding)
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
