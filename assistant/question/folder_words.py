"""Folders named in a query: "in Taxes", "the bank folder", "财务文件夹里的", "在下载里"."""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.question.sketch import HAN, MARK, B, E, F, K, Part, Sketch, Sort

_ALIASES = (
    ("downloads", "download", "下载", "下載"),
    ("desktop", "桌面"),
    ("documents", "my documents", "文档", "我的文档", "文檔"),
    ("pictures", "photos", "图片", "圖片", "照片"),
    ("music", "音乐", "音樂"),
    ("videos", "movies", "视频", "影片"),
)
# "合同里的违约金" asks for a document even where a folder is called 合同: these need the word folder after them.
_DOCUMENTS_ZH = frozenset(
    "合同 发票 邮件 会议纪要 纪要 论文 笔记 简历 报告 方案 表格 照片 图片 视频 信 书 文件 文档 清单 说明书 日记 手册 记录 账单 音乐 影片 附件".split()
)
_MOST_WORDS = 5

_FOLDER_EN = r"(?:folders?|director(?:y|ies))(?![A-Za-z])"
_FOLDER_ZH = r"(?:文件夹|文件夾|資料夾|资料夹|目录|目錄|folder)"
_IN_EN = r"(?:in|inside|under|within|below)"
_WORD_EN = rf"[^\s,;:?!，。；：？！{MARK[1:-1]}]+"
_RUN_ZH = rf"[{HAN}\w/.()&+-]{{1,24}}"

_BEFORE_FOLDER_EN = re.compile(rf"((?:{_WORD_EN}\s){{1,{_MOST_WORDS}}}){_FOLDER_EN}", re.IGNORECASE)
_AFTER_FOLDER_EN = re.compile(rf"{_FOLDER_EN} (?:called|named) ({_WORD_EN})", re.IGNORECASE)
_BEFORE_FOLDER_ZH = re.compile(rf"({_RUN_ZH}?)\s?(?:这个|那个)?{_FOLDER_ZH}", re.IGNORECASE)
_LEAD_EN = re.compile(r".*(?:^|\s)(?:in|inside|under|within|below|from|into|to|open|the|my|our|a)\s", re.IGNORECASE)
_LEAD_ZH = re.compile(
    ".*的|^(?:请|帮我|麻烦|我想|我要|在|从|把|列出|列一下|打开|打開|查看|看看|看一下|看|找一下|找找|找出|找到|找|搜索|搜|我的|那个|这个|我|到)+"
)
_AFTER_IN_EN = re.compile(
    rf"{B}{_IN_EN}\s(?:(?:the|my|our)\s)?(?=((?:{_WORD_EN}\s?){{1,{_MOST_WORDS}}}))", re.IGNORECASE
)
_AFTER_KIND_EN = re.compile(
    rf"(?<={K})\s(?:from|of|on|by)\s(?:(?:the|my|our)\s)?(?=((?:{_WORD_EN}\s?){{1,{_MOST_WORDS}}}))", re.IGNORECASE
)
_ON_DESKTOP = re.compile(rf"{B}(?:on|from)\s(?:the\s|my\s)?(desktop){E}", re.IGNORECASE)
_BEFORE_IN_ZH = re.compile(
    rf"({_RUN_ZH}?)(?:里面|里边|里|裡面|裡|下面|中(?=的)|上(?=的))(?=的|关于|有(?!没有)|找|$|[\s,，?？]|{MARK}|最|所有|全部|哪些)"
)
_WHOLE = re.compile(
    rf"(?:{B}(?:anywhere\s|somewhere\s|saved\s|stored\s|kept\s|are\s|is\s)?(?:{_IN_EN}|from|on|into|open)\s)?(?:(?:the|my|our|a)\s)?(?:在|从)?"
    rf"({F})(?:这个|那个)?(?:里面|里边|里|裡面|裡|中|下面|下|上|内|內)?(?:的|有(?!什么|哪些|几|多少))?",
    re.IGNORECASE,
)
_NESTED_EN = re.compile(rf"({F})\s(?={F})")
_NESTED_ZH = re.compile(rf"({F})(?:里面|里|中|下)?的?(?={F})")


class FolderNames:
    """The names of the folders that exist, compared in lower case; empty when they are not known."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._by_key: dict[str, str] | None = None

    def __bool__(self) -> bool:
        return bool(self._names)

    def exactly(self, name: str) -> str | None:
        """The folder that is called so, or by another name of the same well-known folder; `a/b` is a path of such."""
        name = name.strip().strip("/")
        known, wanted = self._known(), name.casefold()
        if found := known.get(wanted) or known.get(f"the {wanted}"):
            return found
        if "/" in wanted:
            return name if all(self.exactly(part) for part in wanted.split("/") if part) else None
        aliases: tuple[str, ...] = next((group for group in _ALIASES if wanted in group), ())
        return next((known[alias] for alias in aliases if alias in known), None)

    def partly(self, name: str) -> bool:
        """True when some folder's name holds this one."""
        wanted = name.casefold()
        return len(wanted) > 1 and any(wanted in known for known in self._known())

    def _known(self) -> dict[str, str]:
        if self._by_key is None:
            self._by_key = {name.casefold(): name for name in self._names}
        return self._by_key


def mark_called_folders(sketch: Sketch, folders: FolderNames) -> None:
    """Fold names with the word folder beside them; where no names are known, any name is taken."""
    sketch.mark(Sort.FOLDER, _BEFORE_FOLDER_EN, lambda m: _suffix_en(m, folders))
    sketch.mark(Sort.FOLDER, _AFTER_FOLDER_EN, lambda m: _acceptable(m[1], folders))
    sketch.mark(Sort.FOLDER, _BEFORE_FOLDER_ZH, lambda m: _suffix_zh(m, folders, any_name=True))


def mark_bare_folders(sketch: Sketch, folders: FolderNames) -> None:
    """Fold names of existing folders that stand after "in" or "under", or before 里."""
    if not folders:
        return
    sketch.mark(Sort.FOLDER, _ON_DESKTOP, lambda m: folders.exactly(m[1]))
    for pattern in (_AFTER_IN_EN, _AFTER_KIND_EN):
        sketch.mark(Sort.FOLDER, pattern, lambda m: _prefix_en(m, folders))
    sketch.mark(Sort.FOLDER, _BEFORE_IN_ZH, lambda m: _suffix_zh(m, folders, any_name=False))


def take_folders(sketch: Sketch) -> list[tuple[str, str]]:
    """Remove the folders from the sketch and return their names, each with its words; of a folder in a folder, the inner one."""
    inner = _NESTED_EN.search(sketch.text)
    outer = _NESTED_ZH.findall(sketch.text)
    marks = [inner[1]] if inner else [mark for mark in sketch.marks(Sort.FOLDER) if mark not in outer]
    names = [str(sketch.value(mark)) for mark in marks]
    used = tuple(dict.fromkeys([name for name in names if not _well_known(name)] or names))
    found = [(str(sketch.value(match[1])), sketch.written(match[0])) for match in _WHOLE.finditer(sketch.text)]
    sketch.text = _WHOLE.sub(" ", sketch.text)
    return [(name, next((words for called, words in found if called == name), name)) for name in used]


def _well_known(name: str) -> bool:
    return any(name.casefold() in group for group in _ALIASES)


def _acceptable(name: str, folders: FolderNames) -> str | None:
    found = folders.exactly(name)
    if found:
        return found
    return name if not folders or folders.partly(name) else None


def _suffix_en(match: re.Match[str], folders: FolderNames) -> Part | None:
    starts = [m.start() for m in re.finditer(r"\S+", match[1])]
    for start in starts:
        if found := folders.exactly(match[1][start:]):
            return Part(found, match.start(1) + start, match.end())
    lead = _LEAD_EN.match(match[1])
    start = lead.end() if lead else starts[-1]
    name = match[1][start:].strip()
    found = _acceptable(name, folders) if name else None
    return Part(found, match.start(1) + start, match.end()) if found else None


def _prefix_en(match: re.Match[str], folders: FolderNames) -> Part | None:
    ends = [m.end() for m in re.finditer(r"\S+", match[1])]
    for end in reversed(ends):
        if found := folders.exactly(match[1][:end].rstrip(".)")):
            return Part(found, match.start(), match.start(1) + end)
    return None


def _suffix_zh(match: re.Match[str], folders: FolderNames, *, any_name: bool) -> Part | None:
    run = match[1].rstrip()
    for start in range(len(run)):
        found = folders.exactly(run[start:])
        if found and (any_name or run[start:] not in _DOCUMENTS_ZH):
            return Part(found, match.start(1) + start, match.end())
    if not any_name:
        return None
    lead = _LEAD_ZH.match(run)
    start = lead.end() if lead else 0
    found = _acceptable(run[start:], folders) if run[start:] else None
    return Part(found, match.start(1) + start, match.end()) if found else None
