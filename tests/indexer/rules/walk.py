"""A whole tree as the rules see it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

from indexer.rules.book import Level, Rules
from indexer.rules.rule import LeftOut, Rule
from indexer.scan import list_folder


@dataclass
class Seen:
    files: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    left_out: Counter[Rule] = field(default_factory=Counter)


def walk(root: str, rules: Rules) -> Seen:
    """List every folder that the rules let in."""
    seen = Seen()
    waiting: list[tuple[str, Level | None]] = [] if rules.root_rule(root) else [(root, None)]
    while waiting:
        folder, above = waiting.pop()
        listing = list_folder(folder, rules, above)
        if isinstance(listing.level, LeftOut):
            seen.left_out[listing.level.rule] += 1
            continue
        seen.files += [facts.path for facts in listing.files.values()]
        seen.withheld += [facts.path for facts in listing.withheld.values()]
        seen.left_out += listing.left_out
        waiting += [(os.path.join(folder, name), listing.level) for name in listing.folders]
    return seen
