"""Many name patterns at once, quick enough for a million names."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

_WILD = re.compile(r"[*?\[]")


class NameGlobs:
    """Shell patterns for whole names, in lower case. Whole names, beginnings and ends are compared without a pattern."""

    def __init__(self, globs: Iterable[str]) -> None:
        exact, starts, ends, others = set(), [], [], []
        for glob in globs:
            if not _WILD.search(glob):
                exact.add(glob)
            elif glob[0] == "*" and not _WILD.search(glob[1:]):
                ends.append(glob[1:])
            elif glob[-1] == "*" and not _WILD.search(glob[:-1]):
                starts.append(glob[:-1])
            else:
                others.append(fnmatch.translate(glob))
        self._exact = frozenset(exact)
        self._starts = tuple(starts)
        self._ends = tuple(ends)
        self._others = re.compile("|".join(others) if others else "(?!)")

    def match(self, folded: str) -> bool:
        """Whether one of them fits a name in lower case."""
        return (
            folded in self._exact
            or folded.endswith(self._ends)
            or folded.startswith(self._starts)
            or self._others.match(folded) is not None
        )
