"""How well a 0.5 B model answers from a few files: facts, citations, first words. Prints its table."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest

from assistant.answer.answerer import AnswerConfig, Answerer
from assistant.llm.base import Token
from assistant.llm.ollama import OllamaServer
from tests.assistant.answer.found import FERRY, LEASE, POLICY, ZH_FUND, ZH_LEASE, found

pytestmark = pytest.mark.rig

ACCOUNTANT = (
    "accountant engagement letter.docx",
    "Quill & Marsh Accountants will prepare your self assessment return for a fixed fee of £260. We need your records by 30 September.",
)
CAT = (
    "adoption paper.pdf",
    "Adoption agreement – Riverside Cat Rescue\nName: Biscuit. Ginger and white male, about two years old. Microchip 977200008431552. Adoption fee £85.",
)
MINUTES = (
    "board minutes.md",
    "Present: Olga, Hamid, Ruth. The board chose Ruth as treasurer. The next meeting is on 14 May in the library.",
)
EXAM = (
    "考试报名确认.pdf",
    "级别：N4\n考点：卡迪夫大学\n准考证号：24A1002318-40776\n考试时间十二月第一个星期日，十二点半入场。",
)
SURVEY = (
    "现场踏勘记录.docx",
    "东侧有三棵老樟树必须保留，树围最大的2.3米。排水口被淤泥堵住一半。村民王阿姨说每年六月底这里会漫水到田埂。",
)
WARRANTY = ("保修卡.jpg.txt", "产品：滚筒洗衣机 型号：WF-90\n整机保修三年，自2024年6月18日起。客服电话400-820-5511。")


@dataclass(frozen=True)
class Case:
    question: str
    file: tuple[str, str]
    facts: tuple[str, ...]
    others: tuple[tuple[str, str], ...]


CASES = (
    Case("How much is the rent per month?", LEASE, ("1,240", "1240"), (POLICY, ACCOUNTANT)),
    Case("What is the excess for escape of water?", POLICY, ("£350",), (LEASE, CAT)),
    Case("What does the accountant charge?", ACCOUNTANT, ("£260",), (LEASE, MINUTES)),
    Case("What is Biscuit's microchip number?", CAT, ("977200008431552",), (POLICY, MINUTES)),
    Case("Who is the treasurer?", MINUTES, ("Ruth",), (ACCOUNTANT, LEASE)),
    Case("When is the next board meeting?", MINUTES, ("14 May",), (FERRY, ACCOUNTANT)),
    Case("月租金是多少？", ZH_LEASE, ("2900",), (ZH_FUND, WARRANTY)),
    Case("公积金账户余额是多少？", ZH_FUND, ("21,480", "21480"), (ZH_LEASE, SURVEY)),
    Case("我的准考证号是多少？", EXAM, ("24A1002318-40776",), (ZH_FUND, WARRANTY)),
    Case("洗衣机保修几年？", WARRANTY, ("三年", "3年"), (ZH_LEASE, EXAM)),
    Case("最大的樟树树围是多少？", SURVEY, ("2.3",), (ZH_LEASE, ZH_FUND)),
    Case("洗衣机客服电话是多少？", WARRANTY, ("400-820-5511",), (EXAM, ZH_FUND)),
)


def _ask(answerer: Answerer, case: Case, *, use_model: bool = True) -> dict[str, Any]:
    result = found(case.others[0], case.file, *case.others[1:])
    *_, done = answerer.answer(case.question, result, model="", use_model=use_model, cancel=threading.Event())
    return done


def _has_fact(case: Case, done: dict[str, Any]) -> bool:
    return any(fact in done["answer"] for fact in case.facts)


def _table(done_by_case: dict[Case, dict[str, Any]]) -> None:
    for case, done in done_by_case.items():
        verdict = "right" if _has_fact(case, done) else "WRONG"
        cited = [citation["name"] for citation in done["citations"]]
        print(f"{verdict} {case.question} -> {done['mode']} {done['answer']!r} {cited} {done['first_token_ms']} ms")


@pytest.mark.parametrize("use_model", [True, False], ids=["model", "quotes"])
def test_facts_and_citations(server: OllamaServer, model: str, use_model: bool) -> None:
    answerer = Answerer(server, AnswerConfig(context_tokens=4096))
    answers = {case: _ask(answerer, case, use_model=use_model) for case in CASES}
    _table(answers)
    right = [case for case, done in answers.items() if _has_fact(case, done)]
    cited = [case for case in right if case.file[0] in [c["name"] for c in answers[case]["citations"]]]
    print(f"{len(right)} of {len(CASES)} right, {len(cited)} of them cited, use_model={use_model}")
    assert len(right) >= len(CASES) * 0.7
    assert cited == right
    for case, done in answers.items():
        texts = dict((case.file, *case.others))
        markers = {int(number) for number in re.findall(r"\[(\d+)\]", done["answer"])}
        assert markers == {citation["n"] for citation in done["citations"]}
        assert all(citation["quote"] in texts[citation["name"]] for citation in done["citations"])


def test_the_first_word_comes_as_early_as_the_server_allows(server: OllamaServer, model: str) -> None:
    """Beside a bare call with the very same messages, both after the server has them in its cache."""
    answerer = Answerer(server, AnswerConfig(context_tokens=4096))
    case = CASES[0]
    sent = _recorded(answerer, server, case)
    _ask(answerer, case)
    ours, bare = [], []
    for _ in range(5):
        ours.append(_ask(answerer, case)["first_token_ms"] / 1000)
        started = time.perf_counter()
        pieces = server.chat(*sent, threading.Event())
        assert isinstance(next(pieces), Token)
        bare.append(time.perf_counter() - started)
        for _ in pieces:
            pass
    overhead = min(ours) - min(bare)
    print(f"first word: {min(ours):.3f} s, bare {min(bare):.3f} s, overhead {overhead * 1000:.0f} ms")
    assert overhead < 0.25


def _recorded(answerer: Answerer, server: OllamaServer, case: Case) -> Any:
    """Model, messages and options of a question."""
    calls: list[Any] = []

    class Recorder:
        name, url = server.name, server.url
        probe, is_loaded, context_window = server.probe, server.is_loaded, server.context_window

        def chat(self, *call: Any) -> Any:
            calls.append(call[:3])
            return server.chat(*call)

    _ask(Answerer(Recorder(), AnswerConfig(context_tokens=4096)), case)  # type: ignore[arg-type]
    return calls[0]
