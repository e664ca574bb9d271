"""Questions that lean on the one before: "and last year?", "那押金呢？"."""

from __future__ import annotations

import re

from indexer.text import query_terms

_LEANING_ENGLISH = re.compile(
    r"^\s*(?:and|or|but|so|then|also|what about|how about|which one)\b"
    r"|\b(?:it|its|that|they|them|their|those|these|he|she|him|her|his|there|same|one|instead)\b",
    re.IGNORECASE,
)
_LEANING_CHINESE = re.compile(
    r"^\s*(?:那|还有|另外|其中|然后|再)|[它他她]|这个|那个|这些|那些|这份|那份|上面|刚才|呢\s*[?？]?\s*$"
)
_FEW_TERMS = 2


def in_context(question: str, previous: str | None) -> str:
    """Return what to search for: `question`, with the words of `previous` before it when it leans on them."""
    if not previous or not _leans(question):
        return question
    return f"{previous} {question}"


def _leans(question: str) -> bool:
    if _LEANING_CHINESE.search(question) or _LEANING_ENGLISH.search(question):
        return True
    return len(query_terms(question)) <= _FEW_TERMS
