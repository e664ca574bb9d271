from __future__ import annotations

import pytest

from assistant.answer.refusal import is_refusal


@pytest.mark.parametrize(
    "answer",
    [
        "Your files do not answer this.",
        "The provided excerpts do not contain information about the cat.",
        "The document doesn't specify a phone number. It does list an address.",
        "I'm sorry, but I cannot find the answer in the excerpts.",
        "There is no mention of a dentist.",
        "The phone number is not mentioned in the excerpts.",
        "No information about this is given in the files.",
        "在你的文件里没有找到答案。",
        "很抱歉，摘录中没有提到牙医的电话。",
        "文档中未明确说明违约金。",
        "無法確定牙醫的電話。",
        "根据现有资料无法回答这个问题。",
    ],
)
def test_refusals(answer: str) -> None:
    assert is_refusal(answer)


@pytest.mark.parametrize(
    "answer",
    [
        "The rent is £1,240.",
        "Breakfast is not included.",
        "Pets are not permitted.",
        "No smoking in the flat.",
        "The file was signed on 3 May.",
        "The deposit is £500. The files do not mention pets.",
        "月租金为2900元。",
        "不允许养狗。",
        "血糖未见异常。",
        "合同不得转租。",
        "",
    ],
)
def test_answers(answer: str) -> None:
    assert not is_refusal(answer)
