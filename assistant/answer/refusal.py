"""Recognising that a model says the answer is not there, in its own words."""

from __future__ import annotations

import re

from assistant.answer.sentences import sentence_spans

_EN_PLACE = r"(?:files?|excerpts?|documents?|passages?|contexts?|texts?|information|notes?|records?)"
_EN_SAY = r"(?:answer|contain|mention|say|state|provide|include|specify|give|have|show|indicate|list|tell|address)"
_REFUSALS = re.compile(
    rf"\b{_EN_PLACE}\b.{{0,40}}\b(?:do|does|did)(?: not|n['’]t)\b.{{0,20}}\b{_EN_SAY}"
    rf"|\b(?:not|n['’]t|no)\b.{{0,40}}\b(?:mention|state|provide|specif|found|given|contain|includ|available|information|answer)\w*"
    rf".{{0,30}}\b(?:in|from|by)\b.{{0,25}}\b{_EN_PLACE}\b"
    r"|\bthere is no (?:information|mention|answer)\b"
    r"|\bI (?:do not|don['’]t|cannot|can['’]t|could not|couldn['’]t|am unable to|was unable to)\b.{0,30}"
    r"\b(?:know|find|answer|determine|see|tell|provide)\b"
    r"|(?:没有|沒有|未能?|找不到|无法|無法)(?:在.{0,12})?(?:找到|回答|确定|確定|得知|提供).{0,12}(?:答案|信息|資訊|内容|内容|相关|問題|问题|记录)"
    r"|(?:文件|摘录|摘錄|文档|文檔|资料|資料|原文|文中|上下文|信息).{0,10}(?:没有|沒有|未|并未|不)(?:明确|直接|具体)?"
    r"(?:提到|提及|说明|說明|包含|找到|提供|写明|回答|记载|给出|相关|答案)"
    r"|(?:我)?(?:无法|無法|不能)(?:回答|确定|確定)|我不知道",
    re.IGNORECASE,
)


def is_refusal(answer: str) -> bool:
    """Whether the answer begins by saying that the files do not answer."""
    spans = sentence_spans(answer)
    return bool(spans) and bool(_REFUSALS.search(answer[spans[0][0] : spans[0][1]]))
