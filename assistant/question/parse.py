"""Understanding a query without a model, in English and Chinese.

The reading is cautious: what is in doubt stays a word to look for, since a wrong condition hides the file
that is meant and a superfluous word only moves it down.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from assistant.question import filler
from assistant.question.chips import Chip, ChipKind, own_words
from assistant.question.dates import Modified, mark_times, probable_period, words_of_times
from assistant.question.folder_words import FolderNames, mark_bare_folders, mark_called_folders, take_folders
from assistant.question.intents import Intent, asks, intent_of, order_of
from assistant.question.kind_words import KindWord, mark_kinds, united
from assistant.question.languages import language_said
from assistant.question.operators import QUOTED, Operators, take_operators
from assistant.question.paths import PastedPath, pasted_path
from assistant.question.people import person_named
from assistant.question.periods import Calendar, Period, dates_json
from assistant.question.sizes import Bounds, mark_sizes, met
from assistant.question.sketch import CONDITION, MARK, B, E, F, K, Sketch, Sort, W, cleaned
from assistant.question.understood import Understood, seconds
from indexer.kinds import kind_of
from indexer.query import SearchQuery

__all__ = ["LONGEST_REQUEST", "LONGEST_TEXT", "Understood", "understand"]

LONGEST_REQUEST = 300
"""Characters. Anything longer is a passage that was pasted: all of it is text to look for."""
LONGEST_TEXT = 1_000
"""Characters of text that are handed on."""
_LONGEST_READ = 4_000
_BIG_FILE = 10_000_000
"""Bytes from which on "big files" are listed."""
_TIMES_SPELLED_OUT = 2

_QUOTED = re.compile(r"\"[^\"]{1,200}\"|“[^”]{1,200}”|「[^」]{1,200}」|『[^』]{1,200}』|《[^》]{1,200}》")
_EXACT = re.compile(QUOTED)
_FILE_NAME = re.compile(
    r"(?<!\S)\S*[\w)\]）】'-]\.([A-Za-z0-9]{1,8})(?![\w.])|(?<!\S)(?:[~/]|[A-Za-z]:[\\/])\S*|\S*[\\_]\S*|(?<!\S)\S+://\S*"
)
_ENDS_IN_NAME = re.compile(r"[\w)\]）】'-]\.([A-Za-z0-9]{1,8})$")
_SENT = re.compile(
    r"(?<![a-z])(?:sent|sends|emailed|e-mailed|mailed|forwarded|attached|attachments?|emails?|mails?)(?![a-z])|发来|發來|发给|發給|发的|發的|寄来|寄的|附件|邮件|郵件",
    re.IGNORECASE,
)
_BIG = re.compile(r"(?<![A-Za-z])(?:big|huge|large|enormous|giant)(?![A-Za-z])|(?<!最)大(?:型|的)?文件|很大的")
_WHAT_IS_IN = re.compile(
    r"^what(?:'s| is| do i have)?\s(?:there\s)?(?:in|inside|under|on)\s[^?]{1,80}\??$", re.IGNORECASE
)
_KEEP_THEIR_TIME = frozenset(("image", "audio", "video", "mail"))
_MADE = re.compile(
    r"(?<![a-z])(?:taken|took|shot|filmed|recorded|photographed|created)(?![a-z])|[拍录錄]|创建|創建|新建|建立",
    re.IGNORECASE,
)
_FILED = re.compile(
    r"(?<![a-z])(?:edited|modified|changed|updated|revised|saved|touched|copied|downloaded|imported|scanned|exported|worked on)(?![a-z])"
    r"|修改|编辑|編輯|改的|改过|更新|保存|下载|下載|导出|導出|扫描|掃描|整理",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"{K}|{W}|{F}|{B}(?:files?|documents?|docs|things?|stuff|everything|anything|items?){E}|文件|档案|檔案|东西|東西|资料|資料",
    re.IGNORECASE,
)


def understand(query: str, now: datetime, folder_names: Collection[str] = ()) -> Understood:
    """Take a query apart. `now` is aware and gives the user's time zone; `folder_names` are the folders that exist.

    Never raises: what makes no sense is text.
    """
    line = cleaned(query[:_LONGEST_READ])
    if len(line) > LONGEST_REQUEST or len(query) > _LONGEST_READ:
        return Understood(query, line[:LONGEST_TEXT], intent="ask" if line.endswith(("?", "？")) else "find")
    if path := pasted_path(line):
        return _of_path(query, line, path)
    calendar = Calendar(now)
    operators = take_operators(line, calendar)
    return _Reading(query, operators.text.strip(), operators, calendar, FolderNames(folder_names)).understood()


def _of_path(query: str, line: str, path: PastedPath) -> Understood:
    chips = (Chip("path", own_words(query, line), {"folder": path.folder, "name": path.name}),)
    if not path.name:
        return Understood(query, "", folders=(path.folder,), chips=chips)
    likely = SearchQuery("", folders=(path.folder,)) if path.folder else None
    return Understood(query, path.name[:LONGEST_TEXT], likely=likely, chips=chips)


class _Reading:
    """One query on its way from words to conditions; the steps depend on each other's order."""

    def __init__(self, query: str, line: str, operators: Operators, calendar: Calendar, folders: FolderNames) -> None:
        self._query = query
        self._line = line
        self._operators = operators
        self._sketch = sketch = Sketch(line)
        sketch.mark(Sort.KEPT, _QUOTED, lambda match: match[0])
        mark_called_folders(sketch, folders)
        sketch.mark(Sort.KEPT, _FILE_NAME, _name_or_path)
        if not _ends_in_file_name(line):
            mark_times(sketch, calendar)
            self._mark_bare_folders(folders)
            mark_kinds(sketch)
            mark_sizes(sketch)
            self._mark_bare_folders(folders)
        self._intent: Intent = intent_of(sketch.text)
        self._order, self._order_words = order_of(sketch.text, self._intent)
        self._chips = list(operators.chips)
        self._likely_kinds: list[KindWord] = []
        self._opened: list[tuple[str, Period]] = []

    def _mark_bare_folders(self, folders: FolderNames) -> None:
        # A question is about what documents say: "in Health" is no place there. Kinds decide what is a question,
        # and folders what is a kind ("in Documents"), hence one turn before kinds and one after.
        text = self._sketch.text
        if not asks(text) or _WHAT_IS_IN.match(text):
            mark_bare_folders(self._sketch, folders)

    def understood(self) -> Understood:
        """Everything together."""
        sketch, said = self._sketch, self._operators
        if self._intent == "ask":
            for sort in (Sort.KIND, Sort.WEAK, Sort.SIZE):
                sketch.restore(sort)
        sizes = self._take_sizes()
        period = self._take_period()
        modified = self._modified(period)
        kinds = self._take_kinds(limited=bool(sizes or modified or sketch.marks(Sort.FOLDER)))
        folders = self._take_folders()
        size = met(sizes) or self._size_of_big(alone=not (modified or kinds or folders))
        limited = bool(
            kinds or folders or size or modified or said.authors or said.languages or said.named or said.without
        )
        catalogue = self._intent in ("list", "count")
        phrases = self._phrases()
        likely = self._likely()
        text = self._text(limited=limited or catalogue or bool(self._order))
        self._note("order", re.split(MARK, self._order_words)[0], self._order)
        word = united(kinds)
        return Understood(
            query=self._query,
            text=text,
            kinds=word.kinds,
            extensions=word.extensions,
            modified=modified,
            size=size,
            folders=folders,
            intent=self._intent,
            order=self._order or ("newest" if catalogue and not (text or limited) else ""),
            also=self._also(text),
            by_creation=period is not None and _is_of_creation(self._line, word),
            phrases=phrases,
            names=tuple(said.named),
            authors=tuple(said.authors),
            languages=tuple(said.languages),
            without=tuple(said.without),
            likely=likely,
            chips=tuple(replace(chip, text=own_words(self._query, chip.text)) for chip in self._chips),
        )

    def _note(self, kind: ChipKind, words: str, value: object, *, likely: bool = False) -> None:
        words = " ".join(self._sketch.written(words).split())
        if words:
            self._chips.append(Chip(kind, words, value, likely))

    def _take_sizes(self) -> list[Bounds]:
        marks = self._sketch.marks(Sort.SIZE)
        sizes = [_bounds(self._sketch, mark) for mark in marks]
        for mark, (low, high) in zip(marks, sizes, strict=True):
            self._note("size", mark, {"from": low, "to": high})
        self._sketch.remove("".join(marks))
        return [*sizes, *self._operators.sizes]

    def _take_period(self) -> Period | None:
        modified = Modified(self._sketch)
        modified.take_stated(in_question=self._intent == "ask")
        if self._intent != "ask":
            self._opened = modified.take_opened()
            modified.take_beside_kinds()
            if not filler.holds_content(re.sub(CONDITION, " ", self._sketch.text)):
                modified.take_alone(named=bool(_NAMED.search(self._sketch.text)))
            if self._opened and not filler.holds_content(self._sketch.text):
                modified.take(*self._opened.pop())  # nothing else is said, and what is opened is often saved
        for words, period in modified.taken:
            self._note("time", words, dates_json(period.start, period.end))
        return modified.period

    def _take_folders(self) -> tuple[str, ...]:
        found = take_folders(self._sketch)
        for name, words in found:
            self._note("folder", words, name)
        return (*(name for name, _ in found), *self._operators.folders)

    def _take_kinds(self, *, limited: bool) -> list[KindWord]:
        """Clear kind words, and doubtful ones ("notes") where nothing else says what the files are about."""
        sketch = self._sketch
        strong = self._kind_words(Sort.KIND) + self._operators.kinds
        sketch.remove("".join(sketch.marks(Sort.KIND)))
        told = limited or strong or self._order or self._intent in ("list", "count")
        if told and sketch.marks(Sort.WEAK) and not filler.holds_content(re.sub(f"{W}|{F}", " ", sketch.text)):
            strong = strong or self._kind_words(Sort.WEAK)
            sketch.remove("".join(sketch.marks(Sort.WEAK)))
        elif not strong and self._intent != "ask":
            self._likely_kinds = self._kind_words(Sort.WEAK, likely=True)
        sketch.restore(Sort.WEAK)
        if strong and _SENT.search(self._line) and "mail" not in united(strong).kinds:
            # What was sent may still lie in the message or archive that it came in.
            strong.append(KindWord(kinds=("mail", "archive")))
        return strong

    def _kind_words(self, sort: Sort, *, likely: bool = False) -> list[KindWord]:
        words = []
        for mark in self._sketch.marks(sort):
            words.append(word := _kind_word(self._sketch, mark))
            self._note("kind", mark, [*word.kinds, *word.extensions], likely=likely)
        return words

    def _phrases(self) -> tuple[str, ...]:
        """Quotations must stand in the file so, unless a question is asked: its file may say it in other words."""
        if self._intent == "ask":
            return ()
        sources = (self._sketch.written(mark) for mark in self._sketch.marks(Sort.KEPT))
        quoted = [source for source in sources if _EXACT.fullmatch(source)]
        for source in quoted:
            self._note("phrase", source, source[1:-1].strip())
        return tuple(source[1:-1].strip() for source in quoted)

    def _likely(self) -> SearchQuery | None:
        """What is probably true of the file meant, though the words that say so may be what it is about."""
        if self._intent == "ask":
            return None
        timed = next(iter(self._opened), None) or probable_period(self._sketch)
        if timed:
            self._note("time", timed[0], dates_json(timed[1].start, timed[1].end), likely=True)
        person = person_named(self._sketch.text)
        if person:
            self._note("author", person[1], person[0], likely=True)
        language = language_said(self._sketch.text)
        if language:
            self._note("language", language[1], language[0], likely=True)
        likely = SearchQuery(
            "",
            kinds=united(self._likely_kinds).kinds,
            modified=seconds(timed[1].start, timed[1].end) if timed else (None, None),
            authors=person[:1] if person else (),
            languages=language[:1] if language else (),
        )
        return likely if likely.conditional else None

    def _size_of_big(self, *, alone: bool) -> Bounds | None:
        big = self._order == "largest" and alone and _BIG.search(self._line)
        return (_BIG_FILE, None) if big and not filler.holds_content(self._sketch.text) else None

    def _modified(self, period: Period | None) -> tuple[datetime | None, datetime | None] | None:
        starts = [*self._operators.starts, *([period.start] if period and period.start else [])]
        ends = [*self._operators.ends, *([period.end] if period and period.end else [])]
        return (max(starts, default=None), min(ends, default=None)) if starts or ends else None

    def _text(self, *, limited: bool) -> str:
        sketch = self._sketch
        named = " ".join(name for name in self._operators.named if not re.search("[*?]", name))
        if limited and self._intent != "ask" and not filler.holds_content(sketch.text):
            return named[:LONGEST_TEXT]
        text = sketch.text if self._intent == "ask" else filler.trimmed(filler.without_openings(sketch.text))
        return (" ".join(f"{named} {sketch.written(text)}".split()) or self._line)[:LONGEST_TEXT]

    def _also(self, text: str) -> str:
        words = words_of_times(self._sketch, _TIMES_SPELLED_OUT, in_question=self._intent == "ask")
        known = text.casefold()
        return " ".join(word for word in words if text and word.casefold() not in known)


def _is_of_creation(line: str, word: KindWord) -> bool:
    """Whether a time is that of a picture or message itself, which a copy or a download leaves as it was."""
    keeps_its_time = bool(word.kinds) and not word.extensions and _KEEP_THEIR_TIME.issuperset(word.kinds)
    return not _FILED.search(line) and (keeps_its_time or _MADE.search(line) is not None)


def _name_or_path(match: re.Match[str]) -> str | None:
    extension = match[1]
    return None if extension and kind_of(f"x.{extension}") == "other" else match[0]


def _ends_in_file_name(line: str) -> bool:
    """True for "trip photos 2023.zip": all of it may be the name."""
    match = _ENDS_IN_NAME.search(line)
    return match is not None and kind_of(f"x.{match[1]}") != "other"


def _bounds(sketch: Sketch, mark: str) -> Bounds:
    bounds: Bounds = sketch.value(mark)  # type: ignore[assignment]
    return bounds


def _kind_word(sketch: Sketch, mark: str) -> KindWord:
    word = sketch.value(mark)
    assert isinstance(word, KindWord)
    return word
