"""People that files come from: "emails from Anna", "written by Tom Reed", "张三发的邮件"."""

from __future__ import annotations

import re

from assistant.question.sketch import HAN, MARK, B, E

_CAPITALISED = r"[A-Z][\w'-]{1,20}(?:\s[A-Z][\w'-]{1,20}){0,2}"
_ANY_NAME = rf"(?:{_CAPITALISED}|[a-z][\w.'-]{{1,30}}(?:@[\w.-]{{3,40}})?|[{HAN}]{{2,4}}(?![{HAN}]))"
_NAME = rf"(?P<name>{_CAPITALISED}|[\w.-]{{1,40}}@[\w.-]{{3,40}}|[{HAN}]{{2,4}}(?![{HAN}]))"
_MAIL = r"(?i:emails?|e-mails?|mails?|messages?|letters?|attachments?)"
_DID = r"(?i:sent|written|authored|emailed|mailed|shared|made|signed|forwarded|drafted|created|prepared)"
_NOT_PEOPLE = frozenset(
    "我 我们 我們 自己 他 她 你 大家 别人 谁 誰 公司 the a my our last this that me here there them someone home work school".split()
)
_SAID = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{B}{_DID}(?:\s(?i:to\sme|me))?\s(?i:by|from)\s(?P<name>{_ANY_NAME})",
        rf"{B}{_MAIL}\s(?i:i\sgot\s|sent\s)?(?i:from|by)\s(?P<name>{_ANY_NAME})",
        rf"{B}(?i:from|by)\s{_NAME}",
        rf"{B}(?P<name>{_CAPITALISED})(?:'s\s{_MAIL}|\s(?i:sent|emailed|wrote|forwarded)){E}",
        rf"(?:^|[\s的,，找把由]|{MARK})(?P<name>[{HAN}]{{2,4}}?)(?:昨天|今天)?(?:发来|發來|发给我|發給我|寄来|寄给我|发|發|寄|写|寫|起草|编写|制作)的",
        rf"(?:^|[\s的,，找把]|{MARK})由(?P<name>[{HAN}]{{2,4}}?)(?:发|發|寄|写|寫|起草|编写|制作)",
    )
)


def person_named(text: str) -> tuple[str, str] | None:
    """Who the text (with its marks) says files come from, and the words that say so."""
    for pattern in _SAID:
        match = pattern.search(text)
        if match and not _NOT_PEOPLE & {match["name"].casefold(), match["name"].split()[0].casefold()}:
            return match["name"], match[0].strip(" ,，的")
    return None
