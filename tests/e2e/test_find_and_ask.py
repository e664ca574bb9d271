"""The main job on the sample documents: find the right file, answer with citations that stand in it."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import SAMPLES, Docent

QUESTIONS = json.loads(SAMPLES.with_name("sample_questions.json").read_text(encoding="utf-8"))


def relative(path: str) -> str:
    return Path(path).relative_to(SAMPLES).as_posix()


def test_every_document_is_read(sampled: Docent) -> None:
    status = sampled.json("status")
    assert status["states"]["failed"] == 0
    assert status["states"]["pending"] == 0
    assert status["states"]["text_only"] == 0
    assert status["states"]["indexed"] >= 30


def test_finds_the_expected_files(sampled: Docent) -> None:
    cases = QUESTIONS["finds"]
    lines = sampled.run("find", "--stdin", "--json", text="".join(case["query"] + "\n" for case in cases)).splitlines()
    missed = []
    for case, line in zip(cases, lines, strict=True):
        answer = json.loads(line)
        assert answer["query"] == case["query"]
        assert answer["stages"] == ["name", "text", "meaning"]
        top = [relative(hit["path"]) for hit in answer["hits"][:3]]
        if case["file"] not in top:
            missed.append((case["query"], case["file"], top))
    assert not missed


def test_a_hit_has_what_the_contract_says(sampled: Docent) -> None:
    answer = sampled.find("rent deposit")
    hit = answer["hits"][0]
    assert set(hit) >= {
        "path",
        "name",
        "score",
        "matched",
        "snippet",
        "highlights",
        "anchor",
        "kind",
        "size",
        "modified",
        "container",
    }
    assert 0 < hit["score"] <= 1
    assert answer["total"] >= len(answer["hits"])
    assert Path(hit["path"]).is_file()
    for start, length in hit["highlights"]:
        assert hit["snippet"][start : start + length].strip()


@pytest.mark.parametrize("query", ["zxqv wkjh pfft", "量子引力弦论十一维紧化方案", "qqqq"])
def test_nonsense_finds_nothing(sampled: Docent, query: str) -> None:
    answer = sampled.find(query, code=1)
    assert answer["total"] == 0
    assert answer["hits"] == []


def test_answers_come_with_citations_that_stand_in_the_file(sampled: Docent) -> None:
    wrong = []
    for case in QUESTIONS["questions"]:
        done = sampled.ask(case["question"], "--no-llm", code=None)
        assert done["event"] == "done"
        assert done["mode"] == "extractive"
        cited = [relative(citation["path"]) for citation in done["citations"]]
        for citation in done["citations"]:
            assert f"[{citation['n']}]" in done["answer"]
        if case["file"] not in cited or not any(fact in done["answer"] for fact in case["facts"]):
            wrong.append((case["question"], cited, done["answer"][:200]))
    assert len(wrong) <= len(QUESTIONS["questions"]) // 5, wrong


@pytest.mark.parametrize("question", ["What is the boiling point of mercury on Venus?", "谁赢得了1998年世界杯决赛？"])
def test_what_the_files_do_not_answer_is_said(sampled: Docent, question: str) -> None:
    done = sampled.ask(question, code=1)
    assert done["found"] is False
    assert done["citations"] == []


def test_without_a_model_server_the_files_still_answer(sampled: Docent) -> None:
    done = sampled.ask(QUESTIONS["questions"][0]["question"])
    assert done["mode"] == "extractive"
    assert done["citations"]


def test_one_stage_alone(sampled: Docent) -> None:
    assert sampled.find("lease", "--stages", "name")["stages"] == ["name"]
