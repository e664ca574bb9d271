import pytest

from assistant.question.follow_up import in_context

BEFORE = "What is the rent of the flat in Alder Court?"


@pytest.mark.parametrize(
    "question",
    [
        "And the deposit?",
        "what about heating",
        "When does it end?",
        "那押金呢？",
        "它什么时候到期",
        "还有停车费",
        "the deposit?",
        "押金",
    ],
)
def test_leaning_questions_bring_the_last_one(question: str) -> None:
    assert in_context(question, BEFORE) == f"{BEFORE} {question}"


@pytest.mark.parametrize(
    "question",
    [
        "How much did the new laptop in March cost?",
        "二〇二四年三月的电费账单一共多少钱",
        "Which plants need water twice a week?",
    ],
)
def test_whole_questions_stand_alone(question: str) -> None:
    assert in_context(question, BEFORE) == question
    assert in_context("And the deposit?", None) == "And the deposit?"
