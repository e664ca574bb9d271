"""TeX and LaTeX sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from indexer.config import ExtractLimits
from indexer.formats.outline import BLANK, LONGEST_LINE, Line, read_outline
from indexer.model import DocumentInfo, Segment

EXTENSIONS = frozenset(("tex", "ltx"))
_LEVELS = {
    name: level
    for level, name in enumerate("part chapter section subsection subsubsection paragraph subparagraph".split(), 1)
}
_HEADING = re.compile(
    rf"[ \t]*\\({'|'.join(_LEVELS)})\*?(?:\[[^\]]*\])?\{{(.*)\}}[^{{}}]*$|[ \t]*\\frametitle\{{(.*)\}}"
)
_STATED = re.compile(r"[ \t]*\\(title|author|date)\{(.*?)\}?[ \t]*$")
_COMMENT = re.compile(r"(?<!\\)%.*")
_SILENT = re.compile(
    r"[ \t]*\\(?:documentclass|usepackage|RequirePackage|newcommand|renewcommand|providecommand|def|let|newtheorem|setlength"
    r"|addtolength|geometry|hypersetup|bibliographystyle|pagestyle|setcounter|input|include|maketitle|tableofcontents"
    r"|newenvironment|DeclareMathOperator|graphicspath|titleformat|lstset|definecolor)(?![A-Za-z])"
)
_ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_ACCENT = re.compile(r"\\(['`^\"~=.]|[cvuHrk](?![A-Za-z]))\s*(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))")
_LETTERS = {"ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł", "i": "i", "j": "j"}  # fmt: skip
_LETTER = re.compile(rf"\\({'|'.join(sorted(_LETTERS, key=len, reverse=True))})(?![A-Za-z])(?:\{{\}}|\s)?")
_REMOVED = re.compile(
    r"[~ ]?\\(?:begin|end|label|ref|eqref|pageref|autoref|vspace|hspace|includegraphics|bibliography|bibliographystyle"
    r"|cite[a-z]*|addbibresource|thispagestyle|setcounter)\*?(?:\[[^\]\n]*\])*\{[^{}\n]*\}(?:\[[^\]\n]*\])?"
)
_LINK = re.compile(r"\\href\{([^{}\n]*)\}\{([^{}\n]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z@]+)\*?(?:\[[^\]\n]*\])?(?=(\{)?)[ \t]?")
_MATH = re.compile(r"\$\$?([^$\n]*)\$\$?|\\[(\[](.*?)\\[)\]]")
_ESCAPED = re.compile(r"\\([#$%&_{}])")


def read(path: Path, info: DocumentInfo, limits: ExtractLimits) -> Iterator[Segment]:
    """Yield paragraphs with their line and the headings above them; commands, settings and comments are left out."""
    return read_outline(path, info, limits, lambda lines: (_line(line, info) for line in lines))


def _line(line: str, info: DocumentInfo) -> Line:
    if len(line) > LONGEST_LINE:
        return Line(line)
    line = _COMMENT.sub("", line)
    if _SILENT.match(line):
        return BLANK
    if match := _HEADING.match(line):
        return Line(plain_tex(match[2] or match[3] or ""), _LEVELS.get(match[1], len(_LEVELS)))
    if match := _STATED.match(line):
        value = plain_tex(match[2])
        if match[1] == "title":
            info.title = value
        elif match[1] == "author":
            info.author = value
        return Line(value)
    return Line(plain_tex(line))


def plain_tex(text: str) -> str:
    """One line of TeX as a person reads it: accents composed, names of unknown commands dropped, their text kept."""
    text = _MATH.sub(_formula, text)
    text = _REMOVED.sub("", _LINK.sub(r"\2 (\1)", text))
    text = _LETTER.sub(lambda match: _LETTERS[match[1]], _ACCENT.sub(_accented, text))
    text = _COMMAND.sub("", text.replace("\\\\", " "))
    text = _ESCAPED.sub("\0\\1", text).replace("~", " ").replace("``", "“").replace("''", "”")
    text = text.replace("---", "—").replace("--", "–").replace("&", "\t")
    return re.sub(r"(?<!\0)[{}]", "", text).replace("\0\t", "&").replace("\0", "").replace("\\,", " ").rstrip()


def _formula(match: re.Match[str]) -> str:
    r"""Signs stay as their names: `\alpha` becomes alpha."""
    inner = match[1] if match[1] is not None else match[2]
    return re.sub(r"\\([A-Za-z]+)", r" \1 ", inner).replace("  ", " ").strip()


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", (match[2] or match[3]) + _ACCENTS[match[1]])
