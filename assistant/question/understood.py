"""What a query was understood to mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from assistant.question.intents import Intent, Order
from indexer.query import STAGES, SearchQuery


@dataclass(frozen=True, slots=True)
class Understood:
    """A query taken apart: words to look for, conditions that limit the answer, and what is wanted.

    `text` may be empty when conditions say everything. A file fits when it is of one of `kinds` or has one of
    `extensions`. `modified` is half-open: from the first moment up to but not including the second, either open
    (None); `by_creation` says that it means when a file's content came to be. `size` is in bytes, both bounds included. `order` is a wish for the ranking. `also` spells out times in
    `text` as documents may write them.
    """

    query: str
    text: str
    kinds: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    modified: tuple[datetime | None, datetime | None] | None = None
    size: tuple[int | None, int | None] | None = None
    folders: tuple[str, ...] = ()
    intent: Intent = "find"
    order: Order = ""
    also: str = ""
    by_creation: bool = False

    @property
    def conditional(self) -> bool:
        """True when anything but words limits the answer."""
        return bool(self.kinds or self.extensions or self.folders or self.modified or self.size)

    def to_json(self) -> dict[str, Any]:
        """The `understood` object of `docent find --json`; the dates in `modified` are both included."""
        return {
            "text": self.text,
            "kinds": list(self.kinds),
            "extensions": list(self.extensions),
            "modified": self._modified_json(),
            "by_creation": self.by_creation,
            "size": None if self.size is None else {"from": self.size[0], "to": self.size[1]},
            "folders": list(self.folders),
            "intent": self.intent,
            "order": self.order,
            "also": self.also,
        }

    def _modified_json(self) -> dict[str, str | None] | None:
        if self.modified is None:
            return None
        start, end = self.modified
        last = None if end is None else end - timedelta(microseconds=1)
        return {
            "from": None if start is None else start.date().isoformat(),
            "to": None if last is None else last.date().isoformat(),
        }

    def to_search(self, limit: int = 20, stages: Sequence[str] = STAGES) -> SearchQuery:
        """The search for it; times become seconds since the epoch, bounds included."""
        start, end = self.modified or (None, None)
        before_end = None if end is None else math.nextafter(end.timestamp(), -math.inf)
        return SearchQuery(
            text=self.text,
            kinds=self.kinds,
            extensions=self.extensions,
            modified=(None if start is None else start.timestamp(), before_end),
            by_creation=self.by_creation,
            size=self.size or (None, None),
            folders=self.folders,
            limit=limit,
            stages=tuple(stages),
            order=self.order,
            also=self.also,
        )
