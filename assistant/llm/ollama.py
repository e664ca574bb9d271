"""Ollama through its own API.

The OpenAI-style endpoint of Ollama cannot set `num_ctx`, so it is not used. Models are listed and
described by plain HTTP because the official client drops `remote_host`, which marks cloud models.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from assistant.errors import ServerError
from assistant.llm.address import Address
from assistant.llm.base import (
    ChatOptions,
    Finished,
    Message,
    ModelInfo,
    Piece,
    ServerInfo,
    ServerState,
    Thinking,
    Token,
)
from assistant.llm.endpoint import Endpoint, Patience, Progress
from assistant.llm.interruptible import Connections, read_ahead
from assistant.llm.thinking import ThinkingSplitter

if TYPE_CHECKING:
    import httpx
    from ollama import ChatResponse, Client

log = logging.getLogger(__name__)

_UNKNOWN_WINDOW = 4096
"""What Ollama itself takes on a processor when nothing is said."""
_CHARACTERS_PER_TOKEN = 16
"""More than any tokenizer packs into one token on average: an answer beyond this has lost its limit."""
_BREAKS_IMPORT = ("OLLAMA_HOST", "SSL_CERT_FILE", "SSL_CERT_DIR")


class OllamaServer:
    """An Ollama server, or anything that speaks like one."""

    name = "ollama"

    def __init__(self, address: Address, patience: Patience | None = None) -> None:
        self.url = address.url
        self._patience = patience or Patience()
        self._endpoint = Endpoint(address, self._patience)
        self._windows: dict[str, int] = {}

    def probe(self) -> ServerInfo:
        """See `ModelServer.probe`: one GET of /api/tags."""
        try:
            models = self._models()
        except ServerError as error:
            log.info("server unreachable url=%s code=%s", self.url, error.code)
            return ServerInfo(self.url, ServerState.UNREACHABLE, problem=error)
        usable = any(model.usable for model in models)
        return ServerInfo(self.url, ServerState.READY if usable else ServerState.NO_MODELS, models)

    def _models(self) -> tuple[ModelInfo, ...]:
        reply = self._endpoint.json("GET", "/api/tags")
        listed = reply.get("models", False)
        if not isinstance(listed, list | None):
            raise ServerError("llm_bad_reply", url=self.url)
        return tuple(_model_info(item) for item in listed or () if isinstance(item, dict) and _name(item))

    def is_loaded(self, model: str) -> bool:
        """See `ModelServer.is_loaded`: one GET of /api/ps."""
        try:
            running = self._endpoint.json("GET", "/api/ps").get("models")
        except ServerError:
            return True
        return not isinstance(running, list) or model in [_name(item) for item in running if isinstance(item, dict)]

    def context_window(self, model: str) -> int:
        """See `ModelServer.context_window`: what /api/show says, asked once for each model."""
        if model not in self._windows:
            shown = self._endpoint.json("POST", "/api/show", {"model": model}, model=model)
            self._windows[model] = _window(shown.get("model_info"))
        return self._windows[model]

    def chat(
        self, model: str, messages: Sequence[Message], options: ChatOptions, cancel: threading.Event
    ) -> Generator[Piece, None, None]:
        """See `ModelServer.chat`. A busy server is tried again before its first word."""
        pauses = list(self._patience.retries_s)
        while True:
            try:
                yield from self._attempt(model, messages, options, cancel)
                return
            except ServerError as error:
                if options.think and "does not support thinking" in str(error.facts.get("detail")):
                    options = replace(options, think=False)
                elif error.code != "llm_busy" or not pauses:
                    raise
                elif cancel.wait(pauses.pop(0)):
                    yield Finished("cancelled")
                    return

    def _attempt(
        self, model: str, messages: Sequence[Message], options: ChatOptions, cancel: threading.Event
    ) -> Generator[Piece, None, None]:
        connections = Connections()
        splitter = ThinkingSplitter()
        room = options.max_tokens * _CHARACTERS_PER_TOKEN
        stream = read_ahead(lambda: self._stream(model, messages, options, connections), connections.shut_down, cancel)
        with contextlib.closing(stream):
            for part in stream:
                for piece in _pieces(part, splitter):
                    room -= len(piece.text)
                    yield piece
                if part.done or room < 0:
                    yield from splitter.flush()
                    yield _finished(part)
                    return
        yield from splitter.flush()
        if not cancel.is_set():
            raise ServerError("llm_interrupted", url=self.url)
        yield Finished("cancelled")

    def _stream(
        self, model: str, messages: Sequence[Message], options: ChatOptions, connections: Connections
    ) -> Generator[ChatResponse, None, None]:
        """The server's parts; runs in the reading thread."""
        progress = Progress()
        turns = [asdict(message) for message in messages]
        settings = {
            "num_ctx": options.num_ctx,
            "num_predict": options.max_tokens,
            "temperature": options.temperature,
        }
        with self._failures(progress, model), self._client(connections) as client:
            for part in client.chat(model, turns, stream=True, think=options.think, options=settings):
                progress.begun = True
                yield part

    @contextlib.contextmanager
    def _failures(self, progress: Progress, model: str) -> Iterator[None]:
        response_error: type[Exception] = _ollama().ResponseError
        with self._endpoint.failures(progress, self._patience.read_s):
            try:
                yield
            except response_error as error:
                status, text = getattr(error, "status_code", -1), str(getattr(error, "error", ""))
                raise self._endpoint.refusal(status, text, model) from error

    def _client(self, connections: Connections) -> Client:
        """A client for one request: its sockets must be known to end it."""

        def note_sockets(request: httpx.Request) -> None:
            request.extensions["trace"] = connections.trace

        options = self._endpoint.stream_options()
        client: Client = _ollama().Client(self.url, event_hooks={"request": [note_sockets]}, **options)
        return client


def _pieces(part: ChatResponse, splitter: ThinkingSplitter) -> Iterator[Thinking | Token]:
    if part.message.thinking:
        yield Thinking(part.message.thinking)
    if part.message.content:
        yield from splitter.feed(part.message.content)


def _finished(part: ChatResponse) -> Finished:
    reason = (part.done_reason or "stop") if part.done else "length"
    return Finished(reason, part.prompt_eval_count, part.eval_count)


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("model") or item.get("name") or "")


def _model_info(item: Mapping[str, Any]) -> ModelInfo:
    name = _name(item)
    size = item.get("size")
    details = item.get("details")
    family = str(details.get("family", "")) if isinstance(details, dict) else ""
    capabilities = item.get("capabilities")
    return ModelInfo(
        name=name,
        size=size if isinstance(size, int) else 0,
        cloud=bool(item.get("remote_host") or item.get("remote_model")) or name.endswith((":cloud", "-cloud")),
        can_answer="bert" not in family
        and "embed" not in name.lower()
        and (not isinstance(capabilities, list) or not capabilities or "completion" in capabilities),
    )


def _window(model_info: object) -> int:
    """The length the model was trained for, under a key like `qwen3.context_length`."""
    if isinstance(model_info, dict):
        for key, value in model_info.items():
            if str(key).endswith(".context_length") and isinstance(value, int) and value > 0:
                return value
    return _UNKNOWN_WINDOW


def _ollama() -> Any:
    """The official client. Its import builds a default client, which a strange environment makes fail."""
    hidden: dict[str, str] = {}
    if "ollama" not in sys.modules:
        names = [name for name in os.environ if name in _BREAKS_IMPORT or name.lower().endswith("_proxy")]
        hidden = {name: os.environ.pop(name) for name in names}
    try:
        import ollama  # noqa: PLC0415 - see above

        return ollama
    finally:
        os.environ.update(hidden)
