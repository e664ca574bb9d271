"""What Docent needs of a model server.

A server is asked with one method, :meth:`ModelServer.chat`, which yields pieces as they
come and ends in one of three ways: a `Finished` piece; `Finished("cancelled")` soon after
`cancel` was set; or a `ServerError` with one of these codes (what came before it is kept by
the caller):

================= ======================================================================
llm_unreachable   nothing listens at the address, or it cannot be resolved
llm_timeout       connected, then silent for longer than the read timeout
llm_busy          refused for load, also after several tries
llm_auth          the key is refused
llm_no_model      the server has no model that could answer
llm_model_missing the model is not on the server
llm_cloud         the model would run elsewhere; nothing was sent
llm_memory        the model does not fit into memory
llm_interrupted   the answer broke off
llm_bad_reply     what came is not the protocol of a model server
llm_server        the server reports a failure of its own, in `detail`
================= ======================================================================
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from assistant.errors import ServerError

SUGGESTED_MODEL = "qwen3:1.7b"
"""Named to a person whose server is empty: speaks English and Chinese, runs in 4 GB."""


class ServerState(StrEnum):
    """What a look at a server showed."""

    READY = "ready"
    NO_MODELS = "no_models"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model on a server. `size` is in bytes, 0 when the server does not say."""

    name: str
    size: int = 0
    cloud: bool = False
    """It runs on somebody else's computer although a local server lists it."""
    can_answer: bool = True
    """False for embedding models."""

    @property
    def usable(self) -> bool:
        """It may be taken without asking the person."""
        return self.can_answer and not self.cloud


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """What a look at a server showed. `problem` is set when it is unreachable."""

    url: str
    state: ServerState
    models: tuple[ModelInfo, ...] = ()
    problem: ServerError | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatOptions:
    """How to answer. `num_ctx` must stay the same for a model: another value makes the server load it again."""

    num_ctx: int
    """Tokens of prompt and answer together."""
    max_tokens: int
    """Tokens of the answer, thoughts included."""
    temperature: float = 0.1
    think: bool = False


@dataclass(frozen=True, slots=True)
class Thinking:
    """Thoughts of the model, kept apart from its answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """The next part of the answer, of any length."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The last piece. `reason` is stop, length or cancelled; counts are None when the server does not tell."""

    reason: str
    prompt_tokens: int | None = None
    answer_tokens: int | None = None


Piece = Thinking | Token | Finished


class ModelServer(Protocol):
    """A program that runs language models."""

    @property
    def name(self) -> str:
        """Which kind of server, as the settings call it."""
        ...

    @property
    def url(self) -> str:
        """Its address."""
        ...

    def probe(self) -> ServerInfo:
        """Look whether it runs and which models it has. Never raises; takes a few seconds at most."""
        ...

    def is_loaded(self, model: str) -> bool:
        """Return False when the model is known to be loaded into memory first, which may take a minute."""
        ...

    def context_window(self, model: str) -> int:
        """Tokens that the model can take, prompt and answer together. Raises `ServerError`."""
        ...

    def chat(
        self, model: str, messages: Sequence[Message], options: ChatOptions, cancel: threading.Event
    ) -> Generator[Piece, None, None]:
        """Stream an answer; see the module for how it ends. Closing the generator ends the request."""
        ...


def choose_model(info: ServerInfo, wanted: str) -> str:
    """The name of the model to ask: `wanted`, or the first local one when that is empty.

    Raises `ServerError`: the server's own problem, llm_no_model, llm_model_missing or llm_cloud.
    """
    if info.state is ServerState.UNREACHABLE:
        raise info.problem or ServerError("llm_unreachable", url=info.url)
    if not wanted:
        for model in info.models:
            if model.usable:
                return model.name
        raise ServerError("llm_no_model", url=info.url, suggestion=SUGGESTED_MODEL)
    for model in info.models:
        if model.name in (wanted, f"{wanted}:latest"):
            if model.cloud:
                raise ServerError("llm_cloud", model=model.name)
            return model.name
    if not info.models:
        raise ServerError("llm_no_model", url=info.url, suggestion=wanted)
    raise ServerError("llm_model_missing", model=wanted, url=info.url)
