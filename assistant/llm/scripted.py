"""A model server that follows a script: for tests and for showing the window without a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

from assistant.errors import ServerError
from assistant.llm.base import ChatOptions, Finished, Message, ModelInfo, Piece, ServerInfo, ServerState, Token


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing comes for this long; a cancellation ends it."""

    seconds: float


Step = str | Piece | Silence | ServerError
"""A text is a token, an error is raised."""

Script = Callable[[Sequence[Message]], Iterable[Step]]


@dataclass(frozen=True, slots=True)
class Call:
    """What a `chat` was called with."""

    model: str
    messages: tuple[Message, ...]
    options: ChatOptions


class ScriptedServer:
    """Answers every chat with the steps of `script`, which may depend on the messages.

    A script that does not end with `Finished` or an error is finished with "stop". `calls` holds all chats.
    """

    name = "scripted"
    url = "scripted:"

    def __init__(
        self,
        script: Script | Sequence[Step],
        *,
        models: Sequence[ModelInfo] = (ModelInfo("scripted"),),
        window: int = 8192,
        problem: ServerError | None = None,
    ) -> None:
        self._script = script
        self._models = tuple(models)
        self._window = window
        self._problem = problem
        self.calls: list[Call] = []

    def probe(self) -> ServerInfo:
        """See `ModelServer.probe`; unreachable when a `problem` was given."""
        if self._problem:
            return ServerInfo(self.url, ServerState.UNREACHABLE, problem=self._problem)
        usable = any(model.usable for model in self._models)
        return ServerInfo(self.url, ServerState.READY if usable else ServerState.NO_MODELS, self._models)

    def is_loaded(self, model: str) -> bool:
        """Every model of the list is."""
        return model in [item.name for item in self._models]

    def context_window(self, model: str) -> int:
        """See `ModelServer.context_window`."""
        self._check(model)
        return self._window

    def chat(
        self, model: str, messages: Sequence[Message], options: ChatOptions, cancel: threading.Event
    ) -> Generator[Piece, None, None]:
        """See `ModelServer.chat`."""
        self._check(model)
        self.calls.append(Call(model, tuple(messages), options))
        steps = self._script(messages) if callable(self._script) else self._script
        for step in steps:
            if cancel.is_set() or (isinstance(step, Silence) and cancel.wait(step.seconds)):
                yield Finished("cancelled")
                return
            if isinstance(step, ServerError):
                raise step
            if isinstance(step, str):
                yield Token(step)
            elif not isinstance(step, Silence):
                yield step
                if isinstance(step, Finished):
                    return
        yield Finished("stop")

    def _check(self, model: str) -> None:
        if self._problem:
            raise self._problem
        if model not in [item.name for item in self._models]:
            raise ServerError("llm_model_missing", model=model, url=self.url)
