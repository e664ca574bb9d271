"""What kind of thing a question asks for, by its words: a time, money, a phone number, a number, several things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer.numbers import stated
from assistant.answer.sources import Sentence

_ASKS_NUMBER = re.compile(
    r"\bhow (?:much|many|long|far|often|old|high|big|large|tall|late|early)\b|\bwhat (?:number|size|percentage|rate)\b"
    r"|\b(?:number|amount|total|phone|code|score|temperature|excess|limit)\b"
    r"|多少|几[个天次年月号点岁楼层人]|多[长大高远久重]|号码|编号|证号|电话|温度",
    re.IGNORECASE,
)
_ASKS_MONEY = re.compile(
    r"\b(?:price|cost|costs|charge|charges|fee|rent|salary|pay|paid|deposit|balance|bill)\b"
    r"|多少钱|多少錢|价格|金额|费用|总价|余额|租金|月租|工资|押金|报价|花了",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[£$€¥]\s?\d|\d\s*(?:元|块|万|欧|美元|英镑|EUR|USD|GBP|CNY|RMB|pounds|dollars|euros)|[一二三四五六七八九两][万千百]",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(
    r"\bwhen\b|\bwhat (?:time|date|day|year|month)\b|\bwhich (?:day|year|month)\b|\b(?:date|deadline|expir\w+|due)\b"
    r"|什么时候|什麼時候|何时|何時|几点|几号|哪天|哪年|哪一天|日期|截止|到期|时间",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d{1,2}:\d\d|\d{4}[-/.年]\d|\d\s*[年月日号號点點]|\b(?:19|20)\d\d\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|星期|周[一二三四五六日末]|\d(?:st|nd|rd|th)\b|\d\s*(?:am|pm)\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|sept|oct|nov|dec)[a-z]*\.? \d|\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_ASKS_PHONE = re.compile(r"\b(?:tele)?phone\b|电话|電話|手机|手機", re.IGNORECASE)
_PHONE = re.compile(r"\+?\d(?:[\s()-]?\d){6,}")
_ASKS_SEVERAL = re.compile(
    r"\b(?:and|or|vs|versus|between|both|each|compare)\b|[和与跟]|还是|分别|各是|相比", re.IGNORECASE
)

_UNFIT = 0.5
"""For a sentence that lacks what the question asks for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The kinds that a question asks for; none of them is ordinary too."""

    time: bool
    money: bool
    phone: bool
    number: bool
    several: bool
    """It names more than one thing."""
    numbers: frozenset[str]
    """Numbers in the question itself: repeating them is no answer."""

    @classmethod
    def by(cls, question: str) -> Asked:
        """Read the words of a question in English or Chinese."""
        return cls(
            time=bool(_ASKS_TIME.search(question)),
            money=bool(_ASKS_MONEY.search(question)),
            phone=bool(_ASKS_PHONE.search(question)),
            number=bool(_ASKS_NUMBER.search(question)),
            several=bool(_ASKS_SEVERAL.search(question)),
            numbers=stated(question),
        )

    def fit(self, sentence: Sentence, passage: str) -> float:
        """How well a sentence of a passage has such a thing, 0..1; 1 when nothing particular is asked for."""
        has_number = bool(sentence.numbers - self.numbers)
        if self.time:
            return 1.0 if _TIME.search(sentence.text) else _UNFIT
        if self.phone and _PHONE.search(passage):
            return 1.0 if _PHONE.search(sentence.text) else _UNFIT
        if self.money and _MONEY.search(passage):
            return 1.0 if _MONEY.search(sentence.text) else _UNFIT
        return 1.0 if has_number or not (self.number or self.money) else _UNFIT
