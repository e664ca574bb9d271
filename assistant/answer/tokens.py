"""How many tokens a text takes, estimated without the model's tokenizer."""

from __future__ import annotations

import re
import threading

_PIECES = re.compile(r"[a-zA-Z]+|\d|[^\W\d_]|[^\s\w]|_", re.UNICODE)
_LETTERS_PER_TOKEN = 4.5
_MOST_CORRECTION = 3.0


def estimate_tokens(text: str) -> int:
    """Tokens of `text`, rather too many than too few.

    A Chinese character, a digit and a punctuation mark are one each (Qwen: .6 to 1), English words one
    for every 4.5 letters begun.
    """
    count = 0.0
    for match in _PIECES.finditer(text):
        letters = match.end() - match.start()
        count += 1 if letters == 1 else -(-letters // _LETTERS_PER_TOKEN)
    return int(count) + text.count("\n")


class TokenScale:
    """Corrects the estimate by what servers counted. Used from several threads."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}
        self._lock = threading.Lock()

    def factor(self, model: str) -> float:
        """By how much this model's tokens outnumber the estimate; at least 1."""
        with self._lock:
            return self._factors.get(model, 1.0)

    def learn(self, model: str, estimated: int, counted: int | None) -> None:
        """Take over what the server counted for a prompt.

        Only upwards: a server that had the beginning in its cache may count the rest alone.
        """
        if counted is None or estimated <= 0:
            return
        with self._lock:
            known = self._factors.get(model, 1.0)
            self._factors[model] = max(known, min(counted / estimated, _MOST_CORRECTION))
