"""Finds times in a query and decides which of them say when a file was changed.

A time limits the answer only where the query says so ("edited last week", "昨天改的") or where
nothing but a kind of file stands beside it ("last week's pdf"). "Invoice for March" speaks of
what is in the invoice: the words stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from assistant.question.dates_en import ENGLISH_TIMES, Reader
from assistant.question.dates_zh import CHINESE_TIMES
from assistant.question.periods import Calendar, Period, Reach
from assistant.question.sketch import HAN, B, F, K, Q, Sketch, Sort, T, W

_RANGES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{B}(?:between|from) (?:the )?({T}) (?:and|to|until|till) (?:the )?({T})",
        rf"(?:从|從)?({T})\s?(?:-|–|~|至|到|to|through)\s?({T})(?:之间|之間|期间)?",
    )
)
_UNTOUCHED = (
    r"(?:(?:not|never|haven't|hasn't|havent|hasnt|didn't|wasn't)(?: been)?"
    r" (?:touched|changed|edited|modified|opened|used|updated|looked at)(?: them| it)?|untouched|unchanged|unused|unopened)"
)


def _untouched_since(period: Period) -> Period:
    return replace(period.until(), reach=Reach.STATED)


_OPEN = tuple(
    (re.compile(pattern, re.IGNORECASE), opened)
    for pattern, opened in (
        (rf"{B}(?:since|from) ({T})(?: on(?=\s*(?:$|,))| onwards?)(?![a-z])", Period.since),
        (rf"{B}{_UNTOUCHED} since (?:the )?({T})", _untouched_since),
        (rf"{B}since (?:the )?({T})", Period.since),
        (rf"{B}(?:before|prior to|earlier than|older than|not since) (?:the )?({T})", Period.before),
        (rf"{B}(?:after|later than|newer than) (?:the )?({T})", Period.after),
        (rf"{B}(?:until|till|up to) (?:the )?({T})", Period.until),
        (rf"({T})\s?(?:之前|以前|前)", Period.before),
        (rf"({T})\s?(?:之后|以后|之後|以後|后|後)", Period.after),
        (rf"(?:自从?|从)?({T})\s?(?:以来|以來|至今|到现在|开始|起)", Period.since),
    )
)

_FILE_VERBS = "edited|modified|revised|saved|worked on|working on|downloaded|scanned|exported"
_OTHER_VERBS = "changed|updated|created|touched|recorded|made|written|taken|shot|added"
"""What happens to laws and payments too: without "I" they count for files, or for the last days."""
_MY_VERBS = (
    f"{_FILE_VERBS}|{_OTHER_VERBS}|edit|change|modify|update|save|create|work on|download|make|wrote|write|took|take|add"
    "|started|finished|drafted|did|do"
)
_FILES = rf"{K}|{W}|{F}|{Q}|(?<![A-Za-z])(?:files?|docs?|documents?|things?|stuff|everything|anything|ones?|items?)"
_SMALL_WORDS = r"(?:\s+(?:it|them|on|in|at|back|sometime|around|during|within|over|from|the|of|with|by|me|about)){0,3}"
_I = r"(?:i|we|i've|i'd|we've|ive)(?:\s+(?:was|were|have|had|been|last|just|recently)){0,3}"
_BE = r"(?:(?:that|which|was|were|been|has|have|got|last|just|recently|most|files?)\s+){0,4}"
_ZH_VERBS = (
    "修改|编辑|編輯|改动|改動|更新|保存|存储|储存|另存|存|下载|下載|弄|做|创建|創建|新建|建立|建|整理|导出|導出|收到|拍摄|拍攝|拍"
    "|录制|录|錄|画|起草|写|寫|改|动|動|处理|扫描|掃描|忙"
)
_ZH_VERB = rf"(?:{_ZH_VERBS})(?:过|過|了|好|完|成|下来|下來)*"
_ZH_VERB_ENDS = rf"(?=$|[\s的那这這几幾份哪什,，。.!?？！、]|{K}|{W}|{F}|{Q}|文件|档案|檔案|东西|東西)"

_STATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{B}(?:(?:that|which)\s+)?{_I}\s+(?:{_MY_VERBS})(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})",
        rf"{B}{_BE}(?:{_FILE_VERBS})(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})",
        rf"(?P<keep>{_FILES}|^)\s*{_BE}(?:{_OTHER_VERBS})(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})",
        rf"(?P<time>{T})\s*,?\s*(?:that\s+)?{_I}\s+(?:{_MY_VERBS})(?![a-z])(?: on)?",
        rf"(?P<time>{T})\s?(?:我们|我|自己|新|刚刚|刚|剛|才|最后|最後|有|又|在[{HAN}]{{1,4}}?){{0,3}}{_ZH_VERB}{_ZH_VERB_ENDS}的?",
        rf"(?:{_ZH_VERBS})(?:过|過)?(?:于|於|时间是?|的?日期是?)\s?(?P<time>{T})(?:的)?",
        rf"{B}(?:file date|date modified|modification date|mtime):?\s*(?P<time>{T})",
    )
)
_CHANGED_OF_LATE = re.compile(rf"{B}{_BE}(?:{_OTHER_VERBS})(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})", re.IGNORECASE)
_TAKEN = re.compile(rf"{B}{_BE}(?:taken|shot|filmed|recorded)(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})", re.IGNORECASE)
_OPENED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{B}(?:(?:that|which)\s+)?{_I}\s+(?:opened|viewed|read|looked at|used)(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})",
        rf"(?P<keep>{_FILES}|^)\s*{_BE}(?:opened|viewed|looked at)(?![a-z]){_SMALL_WORDS}\s*(?P<time>{T})",
        rf"(?P<time>{T})\s?(?:我们|我)?(?:刚刚|刚|才)?(?:打开|打開|查看|看|用|浏览|阅读)(?:(?:过|過|了)的?|的)",
    )
)
_ASKED_OF_ME = 1
"""How many of the patterns above hold in a question too: "the lease I edited last week"."""
_FROM = re.compile(
    rf"{B}(?:dating\s+|dated\s+)?(?:from|since)\s+(?:the\s+|around\s+|about\s+)?(?P<time>{T})", re.IGNORECASE
)
_BESIDE_KIND = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<time>{T})(?:'s?)?\s?(?:的|那[个個份张張些篇]?|之)?\s?(?={K})",
        rf"(?<={K})\s?(?:file|files|文件)?\s?(?:(?:that are |that is )?(?:from|of|in|during)|,)?\s?(?:the )?(?P<time>{T})",
    )
)
_KIND_FIRST = re.compile(
    rf"(?P<keep>{K}\s(?:files?\s)?(?:about|on|of|from|with|regarding)\s[^{T[1:-1]}]{{1,60}}?\s)(?P<from>(?:from|dated)\s)?(?P<time>{T})\s*$",
    re.IGNORECASE,
)
_YEAR_IN_FIGURES = re.compile(r"\d{4}")
_CONNECTED = re.compile(
    rf"{B}(?:from|in|of|during|since|on|dated)\s(?:the\s)?(?P<before>{T})|(?P<after>{T})(?:'s(?![a-z])|\s?的)",
    re.IGNORECASE,
)


def mark_times(sketch: Sketch, calendar: Calendar) -> None:
    """Fold every time in the query, ranges and open ends included."""
    for pattern, reader in (*ENGLISH_TIMES, *CHINESE_TIMES):
        sketch.mark(Sort.TIME, pattern, _careful(partial(_read, reader, calendar)))
    for pattern in _RANGES:
        sketch.mark(Sort.TIME, pattern, _careful(partial(_between, sketch)))
    for pattern, opened in _OPEN:
        sketch.mark(Sort.TIME, pattern, partial(_opened, sketch, opened))


def only_period(text: str, calendar: Calendar) -> Period | None:
    """The period that a text is, when it is nothing else: "last week", "2024-03", "去年"."""
    sketch = Sketch(text)
    mark_times(sketch, calendar)
    alone = re.fullmatch(T, sketch.text.strip())
    return _period(sketch, alone[0]) if alone else None


def _careful(read: Callable[[re.Match[str]], Period | None]) -> Callable[[re.Match[str]], Period | None]:
    def careful(match: re.Match[str]) -> Period | None:
        try:
            return read(match)
        except (ValueError, OverflowError):
            return None

    return careful


def _read(reader: Reader, calendar: Calendar, match: re.Match[str]) -> Period | None:
    return reader(match, calendar)


def _opened(sketch: Sketch, opened: Callable[[Period], Period], match: re.Match[str]) -> Period | None:
    period = _period(sketch, match[1])
    return None if period.open else opened(period)


def _period(sketch: Sketch, mark: str) -> Period:
    period = sketch.value(mark)
    assert isinstance(period, Period)
    return period


def _between(sketch: Sketch, match: re.Match[str]) -> Period | None:
    one, other = _period(sketch, match[1]), _period(sketch, match[2])
    if Reach.STATED in (one.reach, other.reach) or one.open or other.open:
        return None
    if one.reach is Reach.BARE:
        one = one.in_year_of(other)
    other = other.in_year_of(one)
    if one.reach is Reach.BARE and one.start and other.start and one.start > other.start:
        one = one.years_later(-1)
    if other.reach is Reach.BARE and one.start and other.start and one.start > other.start:
        other = other.years_later(1)
    dated = Reach.DATED in (one.reach, other.reach)
    return replace(one.joined(other), reach=Reach.DATED if dated else one.reach)


class Modified:
    """The times that say when a file was changed; each rule takes them out of the sketch."""

    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch
        self.period: Period | None = None
        self.taken: list[tuple[str, Period]] = []
        """Each time with the words (and marks) that named it."""

    def take_stated(self, *, in_question: bool) -> None:
        """Times with a verb such as "edited", and times that can only be a file's."""
        for mark in self._sketch.marks(Sort.TIME):
            if _period(self._sketch, mark).reach is Reach.STATED:
                self._use(mark, mark)
                self._sketch.remove(mark)
        for pattern in _STATED[:_ASKED_OF_ME] if in_question else _STATED:
            self._take(pattern, lambda match, period: True)  # noqa: ARG005 - the pattern says enough
        if not in_question:
            for pattern in (_CHANGED_OF_LATE, _FROM):
                self._take(pattern, lambda match, period: period.reach is Reach.NEAR)  # noqa: ARG005

    def take_opened(self) -> list[tuple[str, Period]]:
        """Take out times at which files were opened. Each with its words: reading a file leaves its own time as it was."""
        before, known = self.period, len(self.taken)
        for pattern in _OPENED:
            self._take(pattern, lambda match, period: not period.open)  # noqa: ARG005 - the pattern says enough
        self.period, opened = before, self.taken[known:]
        del self.taken[known:]
        return opened

    def take_beside_kinds(self) -> None:
        """Times that belong to a kind of file: "last week's pdf", "photos of the garden from last year"."""
        for pattern in _BESIDE_KIND:
            self._take(pattern, lambda match, period: period.reach in (Reach.NEAR, Reach.FAR))  # noqa: ARG005
        self._take(_KIND_FIRST, _belongs_to_kind)
        if self._sketch.marks(Sort.KIND):
            self._take(_TAKEN, lambda match, period: True)  # noqa: ARG005

    def take_alone(self, *, named: bool) -> None:
        """Times of a query that names nothing else, except (`named`) kinds, folders or "files"."""
        connected = {match["before"] or match["after"] for match in _CONNECTED.finditer(self._sketch.text)}
        for mark in self._sketch.marks(Sort.TIME):
            period = _period(self._sketch, mark)
            if period.reach in (Reach.NEAR, Reach.FAR) or period.open or (named and mark in connected):
                self._use(mark, mark)
                self._sketch.remove(mark)

    def _take(self, pattern: re.Pattern[str], fits: Callable[[re.Match[str], Period], bool]) -> None:
        def taken(match: re.Match[str]) -> str:
            if not fits(match, _period(self._sketch, match["time"])):
                return match[0]
            kept = match.groupdict().get("keep") or ""
            self._use(match["time"], match[0].removeprefix(kept))
            return kept + " "

        self._sketch.text = pattern.sub(taken, self._sketch.text)

    def _use(self, mark: str, words: str) -> None:
        self.take(words, _period(self._sketch, mark))

    def take(self, words: str, period: Period) -> None:
        """Take a period as the time of change, or widen that time by it."""
        self.taken.append((words, period))
        self.period = self.period.joined(period) if self.period else period


def _belongs_to_kind(match: re.Match[str], period: Period) -> bool:
    if period.reach in (Reach.NEAR, Reach.FAR):
        return not re.search(r"(?:for|of|about|in)\s$", match["keep"], re.IGNORECASE)
    return period.reach is Reach.BARE and bool(match["from"])


def probable_period(sketch: Sketch) -> tuple[str, Period] | None:
    """A time counted from now that is still in the text, with its words: the file may well be of that time."""
    for mark in sketch.marks(Sort.TIME):
        period = _period(sketch, mark)
        if period.reach in (Reach.NEAR, Reach.FAR):
            return mark, period
    return None


def words_of_times(sketch: Sketch, limit: int, *, in_question: bool) -> list[str]:
    """Other ways in which documents may write the times that are still in the text, of at most `limit` of them.

    A question that gives the year in figures is mostly written as the document is: it gets none.
    """
    words: list[str] = []
    for mark in sketch.marks(Sort.TIME)[:limit]:
        if not (in_question and _YEAR_IN_FIGURES.search(sketch.written(mark))):
            words += _period(sketch, mark).words
    return list(dict.fromkeys(words))
