"""An encoder that is in memory only while it is used."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
from collections.abc import Callable, Sequence

from indexer.meaning.encoder import Encoder
from indexer.meaning.vectors import Floats


class LazyEncoder:
    """Loads a model by `load()` when it is needed and lets it go after `idle_s` seconds without use.

    An :class:`~indexer.meaning.encoder.Encoder` itself; it may begin with one `loaded` already. `load` may raise `ModelUnavailable`.
    """

    def __init__(self, load: Callable[[], Encoder], idle_s: float, loaded: Encoder | None = None) -> None:
        self._load = load
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._encoder = loaded
        self._used_at = time.monotonic()

    def get(self) -> Encoder:
        """The model, loaded if need be."""
        with self._lock:
            self._used_at = time.monotonic()
            if self._encoder is None:
                self._encoder = self._load()
            return self._encoder

    @property
    def loaded(self) -> bool:
        """True while the model takes memory."""
        return self._encoder is not None

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        return self.get().dimension

    @property
    def max_tokens(self) -> int:
        """Tokens the model reads of a text."""
        return self.get().max_tokens

    def encode_passages(self, texts: Sequence[str]) -> Floats:
        """Vectors of pieces of documents, float32 [len(texts), dimension]."""
        return self.get().encode_passages(texts)

    def encode_query(self, text: str) -> Floats:
        """Vector of a question, float32 [dimension]."""
        return self.get().encode_query(text)

    def drop_if_idle(self) -> bool:
        """Let the model go if it was not used for long. A call that still runs keeps it until its end."""
        with self._lock:
            if self._encoder is None or time.monotonic() - self._used_at < self._idle_s:
                return False
            self._encoder = None
        _give_memory_back()
        return True


def _give_memory_back() -> None:
    """The vocabulary is a million small pieces, which glibc keeps for later unless told otherwise."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
