"""Words for kinds of files, in English and Chinese.

Most such words are subjects as often as they are kinds ("video call notes", "视频会议纪要"), so a word
counts as a kind only where a kind of file can stand: at the end of its group of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.question.sketch import HAN, MARK, E, Sketch, Sort
from indexer.kinds import kind_of

KINDS = frozenset(
    "document pdf spreadsheet slides text web mail code data image audio video archive ebook other".split()
)
_SAME = (
    ("jpg", "jpeg", "jfif"),
    ("tif", "tiff"),
    ("htm", "html"),
    ("yml", "yaml"),
    ("mpg", "mpeg"),
    ("md", "markdown"),
)
_WORD = ("doc", "docx", "docm", "dot", "dotx", "rtf", "odt", "wps")


@dataclass(frozen=True, slots=True)
class KindWord:
    """What a word limits the answer to: files of these kinds or with these extensions (in lower case, no dot)."""

    kinds: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()


def _kinds(*kinds: str) -> KindWord:
    return KindWord(kinds=kinds)


def _extensions(*extensions: str) -> KindWord:
    return KindWord(extensions=extensions)


_OFFICE_EXTENSIONS = (
    "docx docm rtf odt xlsx xlsm xls csv tsv ods pptx odp jpg jpeg png gif bmp tiff webp heic svg psd mp3 wav flac m4a"
    " ogg aac mp4 avi mkv webm wmv rar 7z epub mobi azw3 txt ipynb eml ics vcf"
)
_NOT_FORMATS = frozenset("key text log config properties page pages numbers url org art ps raw go news".split())

# After these words a format is a subject: an "excel template" is a file about Excel.
_SUBJECT_AFTER = (
    "templates?|tutorials?|formulas?|functions?|macros?|converters?|editors?|readers?|viewers?|shortcuts?|tips|cheat|course"
    "|export|import|settings|codes?|format|standard|specification|training|skills|conversion|compression|password"
    "|模板|模版|培训|培訓|课程|入门|基础|教程|软件|軟體|转换|編輯器|编辑器|函数|公式|插件|技巧|快捷键|格式|工具|密码|转|轉"
)
_FORMAT = rf"(?!\s?(?:{_SUBJECT_AFTER}))"
_BEFORE_NAME = r"(?<![A-Za-z0-9_./:\\-])"
_FILES = r"(?:\s?(?:files?|documents?|docs?|attachments?|文件|文档|文檔|档|檔案|格式|版本?|附件))?"

# What may follow a noun that ends its group of words.
_ENDS = (
    r"(?=\s*(?:$|[^\w\s'/\\-]|"
    + MARK
    + r"|(?:files?|in|on|at|from|to|of|about|with|without|under|over|by|for|inside|within|that|which|where|who"
    r"|i|we|you|my|is|are|was|were|and|or|taken|made|sent|edited|changed|modified|saved|created|downloaded|bigger|larger|smaller"
    r"|more|less|than|regarding|called|named|someone|please|there|do|did|have|has|containing|mentioning|showing|not|sorted|ordered)(?![\w'-])))"
)
_ABOUT = r"(?<!about )(?<!about a )(?<!about the )(?<!regarding )(?<!on )"
_ENDS_ZH = (
    rf"(?=\s?(?:的?\s?(?:$|{MARK})|[^\w\s]|[A-Za-z0-9]|\s|里|裡|中(?!国|國|文|心)|和|跟|与|與|及|或|在|有|放|存|呢|吗|嗎|吧|啊|文件|档案|一共|总共|共|都|大于|大於"
    r"|小于|小於|超过|超過|不到|关于|關於))"
)
_NOT_ABOUT_ZH = r"(?<!关于)(?<!關於)(?<!有关)"

_FORMATS: tuple[tuple[str, KindWord], ...] = (
    (rf"{_BEFORE_NAME}pdfs?{_FILES}{E}{_FORMAT}", _kinds("pdf")),
    (
        rf"{_BEFORE_NAME}(?:ms |microsoft )?word\s?(?:docs?|documents?|files?|文档|文檔|文件|档|檔){E}",
        _extensions(*_WORD),
    ),
    (rf"(?:(?<=[{HAN}])|(?<=[{HAN}] ))word{E}{_FORMAT}|{_BEFORE_NAME}word(?=\s?[{HAN}]){_FORMAT}", _extensions(*_WORD)),
    (
        rf"(?:(?<=[{HAN}])|(?<=[{HAN}] ))excel{E}{_FORMAT}|{_BEFORE_NAME}excel(?=\s?[{HAN}]){_FORMAT}",
        _kinds("spreadsheet"),
    ),
    (
        rf"{_BEFORE_NAME}(?:ms |microsoft )?excel\s?(?:files?|sheets?|spreadsheets?|workbooks?|表格|表|文件|文档|档|檔){E}{_FORMAT}",
        _kinds("spreadsheet"),
    ),
    (
        rf"{_BEFORE_NAME}power\s?points?\s?(?:files?|presentations?|slides?|decks?|文件|文档){E}{_FORMAT}",
        _kinds("slides"),
    ),
    (rf"{_BEFORE_NAME}ppts?{_FILES}{E}{_FORMAT}", _kinds("slides")),
    (rf"{_BEFORE_NAME}(?:slide ?decks?|slide ?shows?){E}", _kinds("slides")),
    (rf"{_BEFORE_NAME}(?:jupyter|ipython) notebooks?{E}", _extensions("ipynb")),
    (rf"{_BEFORE_NAME}python (?:files?|scripts?|programs?){E}", _extensions("py", "ipynb")),
    (rf"{_BEFORE_NAME}shell scripts?{E}", _extensions("sh", "bash", "zsh")),
    (rf"{_BEFORE_NAME}calendar files?(?:\s?\(\.?ics\))?{E}|日历文件|日曆檔案", _extensions("ics")),
    (rf"{_BEFORE_NAME}(?:contact files?|vcards?){E}", _extensions("vcf")),
    (rf"{_BEFORE_NAME}(?:markdown files?|markdown文件|markdown文档){E}", _extensions("md", "markdown")),
    (
        rf"{_BEFORE_NAME}(?:zip|zipped|compressed|archive) ?(?:files?|archives?|folders?|文件|包){E}|压缩包|壓縮檔|压缩文件|压缩档|壓縮包",
        _kinds("archive"),
    ),
    (rf"{_BEFORE_NAME}(?:e-?books?){E}|电子书|電子書", _kinds("ebook")),
    (rf"{_BEFORE_NAME}(?:text files?|plain text files?){E}|文本文件|文字檔", _kinds("text")),
    (rf"{_BEFORE_NAME}(?:image|picture|photo) files?{E}|图片文件|图像文件", _kinds("image")),
    (rf"{_BEFORE_NAME}(?:video (?:file|clip|recording)|screen recording)s?{E}|视频文件|录屏", _kinds("video")),
    (
        rf"{_BEFORE_NAME}(?:(?:audio|music|sound) files?|(?:audio|voice|sound) (?:recording|clip|note|memo)s?){E}|音频文件|音乐文件|语音备忘录?",
        _kinds("audio"),
    ),
    (rf"{_BEFORE_NAME}(?:email|e-mail|mail) files?{E}|邮件文件", _kinds("mail")),
    (rf"{_BEFORE_NAME}(?:source code|code|source) files?{E}|代码文件|源代码文件", _kinds("code")),
    (rf"{_BEFORE_NAME}(?:web ?page|html) files?{E}|网页文件", _kinds("web")),
    (
        rf"{_BEFORE_NAME}installers?{E}{_ENDS}|安装包|安裝檔",
        _extensions("exe", "msi", "dmg", "pkg", "deb", "rpm", "apk", "appimage"),
    ),
)
_NOUNS_EN = (
    "(?:photo|photograph|picture|pic|image|video|movie|song|recording|spreadsheet|presentation|zip)s?"
    "|slides|slideshow|excel|powerpoint"
)
_NOUNS = (
    rf"{_BEFORE_NAME}(?:{_NOUNS_EN}){E}{_ENDS}",
    rf"(?:幻灯片|投影片|簡報|演示文稿|课件|課件|照片|相片|图片|圖片|视频|影片|視頻|录像|錄像|音频|音頻|录音|錄音|歌曲|试算表|試算表|电子表格){_ENDS_ZH}",
    rf"(?<![{HAN}])表格{_ENDS_ZH}|(?<=[的个個张張份些有部电找])表格{_ENDS_ZH}",
)
_NOUN_KINDS = {
    "slides": "slide presentation presentations slideshow powerpoint 幻灯片 投影片 簡報 演示文稿 课件 課件",
    "spreadsheet": "spreadsheet excel 试算表 試算表 电子表格 表格",
    "image": "photo photograph picture pic image 照片 相片 图片 圖片",
    "video": "video movie 视频 影片 視頻 录像 錄像",
    "audio": "song 音频 音頻 录音 錄音 歌曲",
    "archive": "zip",
}
_KIND_OF_NOUN = {noun: kind for kind, nouns in _NOUN_KINDS.items() for noun in nouns.split()}
# Where one word is used for two kinds, both are looked through.
_WIDER = {"课件": ("slides", "pdf"), "課件": ("slides", "pdf"), "recording": ("audio", "video")}

_WEAK: tuple[tuple[str, KindWord], ...] = (
    (
        rf"{_BEFORE_NAME}(?:documents?|docs?){E}(?![/\\])|文档|文檔",
        _kinds("document", "pdf", "spreadsheet", "slides", "text"),
    ),
    (rf"{_BEFORE_NAME}notes{E}|笔记|筆記", _kinds("text", "document")),
    (rf"{_BEFORE_NAME}(?:source code|code|scripts?){E}|源代码|代码|代碼|源码|脚本", _kinds("code")),
    (rf"{_BEFORE_NAME}(?:emails?|e-mails?|mails?){E}|电子邮件|邮件|郵件", _kinds("mail")),
    (rf"{_BEFORE_NAME}web ?pages?{E}|网页|網頁", _kinds("web")),
    (rf"{_BEFORE_NAME}(?:archives?){E}", _kinds("archive")),
    (rf"{_BEFORE_NAME}(?:music|audio){E}|音乐|音樂", _kinds("audio")),
)

_DOTTED = re.compile(r"(?<![\w.*/\\)])\(?\*?\.([a-z0-9]{1,8})(?![\w.])(?:\s?files?)?\)?", re.IGNORECASE)
_SUFFIXED = re.compile(rf"{_BEFORE_NAME}([a-z][a-z0-9]{{1,5}})\s?(?:files?|文件|檔案|格式的?){E}", re.IGNORECASE)
_BARE = re.compile(rf"{_BEFORE_NAME}({'|'.join(_OFFICE_EXTENSIONS.split())})s?{_FILES}{E}{_FORMAT}", re.IGNORECASE)


def _compiled(table: Iterable[tuple[str, KindWord]]) -> tuple[tuple[re.Pattern[str], KindWord], ...]:
    return tuple(
        (re.compile(_ABOUT + _NOT_ABOUT_ZH + f"(?:{pattern})", re.IGNORECASE), word) for pattern, word in table
    )


_FORMAT_PATTERNS, _WEAK_PATTERNS = _compiled(_FORMATS), _compiled(_WEAK)
_NOUN_PATTERNS = [re.compile(_ABOUT + _NOT_ABOUT_ZH + f"(?:{pattern})", re.IGNORECASE) for pattern in _NOUNS]


def mark_kinds(sketch: Sketch) -> None:
    """Fold words that name a kind of file here (KIND) or that may do so (WEAK)."""
    for pattern, word in _FORMAT_PATTERNS:
        sketch.mark(Sort.KIND, pattern, lambda _, word=word: word)  # type: ignore[misc]
    for pattern in (_DOTTED, _SUFFIXED, _BARE):
        sketch.mark(Sort.KIND, pattern, lambda match: _of_extension(match[1]))
    for pattern in _NOUN_PATTERNS:
        sketch.mark(Sort.KIND, pattern, lambda match: _of_noun(match[0]))
    for pattern, word in _WEAK_PATTERNS:
        sketch.mark(Sort.WEAK, pattern, lambda _, word=word: word)  # type: ignore[misc]


def _of_noun(noun: str) -> KindWord:
    noun = noun.lower()
    if noun not in _KIND_OF_NOUN and noun not in _WIDER:
        noun = noun.removesuffix("s")
    return KindWord(kinds=_WIDER.get(noun) or (_KIND_OF_NOUN[noun],))


def _of_extension(text: str) -> KindWord | None:
    extension = text.lower()
    if extension in _NOT_FORMATS or kind_of(f"x.{extension}") == "other":
        return None
    return _extensions(*next((same for same in _SAME if extension in same), (extension,)))


def kind_named(name: str) -> KindWord | None:
    """What `kind:NAME` limits to: one of our kinds, a word for one, or an extension; None for an unknown name."""
    name = name.strip().lower()
    if name.removesuffix("s") in KINDS or name in KINDS:
        return _kinds(name if name in KINDS else name.removesuffix("s"))
    sketch = Sketch(name)
    mark_kinds(sketch)
    if len(sketch.text) == 1 and sketch.text in sketch.marks(Sort.KIND) + sketch.marks(Sort.WEAK):
        word = sketch.value(sketch.text)
        assert isinstance(word, KindWord)
        return word
    return _extensions(*_WORD) if name == "word" else _of_extension(name.lstrip(".*"))


def kind_stated(word: str) -> KindWord | None:
    """The kind that a word names and that is nothing else: "pdfs", "照片"."""
    sketch = Sketch(word)
    mark_kinds(sketch)
    value = sketch.value(sketch.text) if sketch.marks(Sort.KIND) == [sketch.text] else None
    return value if isinstance(value, KindWord) else None


def extension_named(name: str) -> KindWord | None:
    """What `ext:NAME` limits to: any extension of letters and digits, with those that mean the same."""
    extension = name.strip().lower().lstrip("*").lstrip(".")
    if not re.fullmatch(r"[a-z0-9_+-]{1,16}", extension):
        return None
    return _of_extension(extension) or _extensions(extension)


def united(words: Iterable[KindWord]) -> KindWord:
    """The kinds and extensions of all the words, each once."""
    kinds: dict[str, None] = {}
    extensions: dict[str, None] = {}
    for word in words:
        kinds |= dict.fromkeys(word.kinds)
        extensions |= dict.fromkeys(word.extensions)
    return KindWord(tuple(kinds), tuple(extensions))
