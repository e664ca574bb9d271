"""Answers a question from what the search found, with a model or without."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

from assistant.answer.citations import Cited, Citer
from assistant.answer.context import Context, build_context, shorten
from assistant.answer.extractive import Nearness, quote_answer
from assistant.answer.prompt import load_prompt, question_language
from assistant.answer.refusal import is_refusal
from assistant.answer.sources import Source, sources_of
from assistant.answer.tokens import TokenScale, estimate_tokens
from assistant.errors import ServerError
from assistant.llm.base import ChatOptions, Finished, Message, ModelServer, Thinking, choose_model
from indexer.model import SearchResult

log = logging.getLogger(__name__)

Event = dict[str, Any]

_SOURCES = 8
"""Passages that are compared; fewer are shown to the model."""
_LEAST_CONTEXT = 400
"""With less room for excerpts the worked examples are left out of the prompt."""
_TEMPLATE_TOKENS = 64
"""What the server's chat template adds."""
_REPETITION = re.compile(r"(.{12,120}?)\1{3,}$", re.DOTALL)
_REPETITION_TAIL = 600
_REPETITION_EVERY = 20
_LATE_THOUGHTS_END = "</think>"


@dataclass(frozen=True, slots=True)
class AnswerConfig:
    """Plain values of the settings. `model` empty means the first local one."""

    model: str = ""
    context_tokens: int = 8192
    """The most that is sent at once, answer included; a model with a smaller window gets less."""
    answer_tokens: int = 512
    temperature: float = 0.1
    think: bool = False
    floor: float = 0.4
    """`SearchResult.answerable` below this means that the files do not answer."""


class Answerer:
    """Answers questions one at a time or from several threads; `server` None means never with a model."""

    def __init__(self, server: ModelServer | None, config: AnswerConfig, nearness: Nearness | None = None) -> None:
        self._server = server
        self._config = config
        self._nearness = nearness
        self._scale = TokenScale()

    def answer(
        self, question: str, found: SearchResult, *, model: str, use_model: bool, cancel: threading.Event
    ) -> Iterator[Event]:
        """Yield `stage`, `thinking` and `token` events and lastly `done`, as the `ask` contract has them.

        `model` empty means the configured one. `hits` of `done` is left to the caller. Beyond the contract
        `done` has: `finish` (stop, length, repetition, cancelled, error), `unverified` (sentences of the
        model without support), `error` when the server failed in the middle (what came is kept), `notice`
        when the model was not used although it was asked for. An answer without a model has no `token`
        events; `answer` of `done` always counts, tokens are its raw beginnings. Times count from this call.
        """
        run = _Run(question, found, self._config, self._nearness)
        if not run.answerable:
            yield run.not_found()
        elif self._server is None or not use_model:
            yield run.quoted()
        else:
            yield from self._ask_model(run, self._server, model, cancel)

    def _ask_model(self, run: _Run, server: ModelServer, model: str, cancel: threading.Event) -> Iterator[Event]:
        try:
            name = choose_model(server.probe(), model or self._config.model)
            request = self._request(run, name, server.context_window(name))
        except ServerError as error:
            yield run.quoted(notice=error)
            return
        excerpts = request.context.excerpts
        yield {
            "event": "stage",
            "stage": "reading" if server.is_loaded(name) else "loading_model",
            "passages": len(excerpts),
            "files": len({excerpt.source.hit.path for excerpt in excerpts}),
        }
        reply = _Reply()
        with contextlib.closing(_stream(server, request, reply, cancel)) as events:
            for event in events:
                run.note_first_token(event)
                yield event
        self._scale.learn(name, request.estimated, reply.finished.prompt_tokens)
        log.info("answered model=%s finish=%s error=%s", name, reply.finish, reply.error and reply.error.code)
        yield run.concluded(server, request, reply)

    def _request(self, run: _Run, model: str, window: int) -> _Request:
        """What to send, within the window; `num_ctx` depends on the model alone."""
        num_ctx = min(self._config.context_tokens, window)
        max_tokens = min(self._config.answer_tokens, num_ctx // 4)
        scale = self._scale.factor(model)
        prompt = run.prompt
        question = shorten(run.question, int(num_ctx // 4 / scale))
        room = num_ctx - max_tokens - _TEMPLATE_TOKENS - int(estimate_tokens(question) * scale)
        budget = room - int(prompt.fixed_tokens(examples=True) * scale)
        examples = budget >= _LEAST_CONTEXT
        if not examples:
            budget = room - int(prompt.fixed_tokens(examples=False) * scale)
        context = build_context(run.question, run.sources, budget, scale)
        messages = prompt.messages(question, context.excerpts, examples=examples)
        options = ChatOptions(num_ctx, max_tokens, self._config.temperature, self._config.think)
        return _Request(model, messages, options, context, question_cut=question != run.question)


@dataclass(frozen=True, slots=True)
class _Request:
    """One chat."""

    model: str
    messages: tuple[Message, ...]
    options: ChatOptions
    context: Context
    question_cut: bool

    @property
    def estimated(self) -> int:
        """Tokens of the prompt, uncorrected."""
        return sum(estimate_tokens(message.content) + 8 for message in self.messages)


@dataclass(slots=True)
class _Reply:
    """What came from the model so far."""

    text: str = ""
    finished: Finished = field(default_factory=lambda: Finished("error"))
    error: ServerError | None = None

    @property
    def finish(self) -> str:
        """How it ended."""
        return "error" if self.error else self.finished.reason

    @property
    def answer(self) -> str:
        """The text without thoughts whose opening tag the server had swallowed."""
        return self.text.rpartition(_LATE_THOUGHTS_END)[2].strip()


def _stream(
    server: ModelServer, request: _Request, reply: _Reply, cancel: threading.Event
) -> Generator[Event, None, None]:
    """The events of a chat; how it ended is left in `reply`."""
    chat = server.chat(request.model, request.messages, request.options, cancel)
    try:
        for count, piece in enumerate(chat):
            if isinstance(piece, Finished):
                reply.finished = piece
                return
            if isinstance(piece, Thinking):
                yield {"event": "thinking", "text": piece.text}
                continue
            if not reply.text:
                yield {"event": "stage", "stage": "writing"}
            reply.text += piece.text
            yield {"event": "token", "text": piece.text}
            if count % _REPETITION_EVERY == 0 and (kept := _before_repetition(reply.text)) is not None:
                reply.text = kept
                reply.finished = Finished("repetition")
                return
    except ServerError as error:
        reply.error = error
    finally:
        chat.close()


def _before_repetition(text: str) -> str | None:
    """The text up to the first of many equal pieces at its end; None when it does not go round in circles."""
    match = _REPETITION.search(text, max(0, len(text) - _REPETITION_TAIL))
    return text[: match.end(1)] if match else None


class _Run:
    """One question on its way."""

    def __init__(
        self, question: str, found: SearchResult, config: AnswerConfig, nearness: Nearness | None = None
    ) -> None:
        self._started = time.perf_counter()
        self._first_token_ms: float | None = None
        self.question = question
        self.nearness = nearness
        self.prompt = load_prompt(question_language(question))
        self.sources: tuple[Source, ...] = sources_of(found.hits, _SOURCES)
        self.answerable = bool(self.sources) and found.answerable >= config.floor

    def note_first_token(self, event: Event) -> None:
        """Remember when the first word of the answer came."""
        if event["event"] == "token" and self._first_token_ms is None:
            self._first_token_ms = self._elapsed_ms()

    def not_found(self) -> Event:
        """The files do not answer; no model was asked."""
        return self._done("extractive", Cited(self.prompt.not_found), found=False)

    def quoted(self, notice: ServerError | None = None, **extra: Any) -> Event:
        """The best passages; `notice` tells why not the model."""
        if notice is not None:
            extra["notice"] = _error_json(notice)
        cited = quote_answer(self.question, self.sources, self.nearness)
        context = {"used_tokens": 0, "limit_tokens": 0, "chunks": len(cited.citations)}
        return self._done("extractive", cited, context=context, **extra)

    def concluded(self, server: ModelServer, request: _Request, reply: _Reply) -> Event:
        """What the model's reply comes to, once it has ended in whatever way."""
        whole = reply.finish in ("stop", "length", "repetition")
        if not reply.answer and reply.finish != "cancelled":
            return self.quoted(reply.error or ServerError("llm_empty", model=request.model), finish=reply.finish)
        facts = self._model_facts(server, request, reply)
        if is_refusal(reply.answer):
            return self._done("llm", Cited(self.prompt.not_found), found=False, **facts)
        cited = Citer(self.question, [excerpt.source for excerpt in request.context.excerpts]).cite(reply.answer)
        if whole and not cited.citations:
            notice = ServerError("llm_unsupported", model=request.model)
            return self.quoted(notice, finish=reply.finish, unverified=cited.unverified)
        return self._done("llm", cited, found=bool(reply.answer), **facts)

    def _model_facts(self, server: ModelServer, request: _Request, reply: _Reply) -> Event:
        counted = reply.finished.prompt_tokens
        facts: Event = {
            "model": request.model,
            "server": server.name,
            "finish": reply.finish,
            "context": {
                "used_tokens": request.estimated if counted is None else counted,
                "limit_tokens": request.options.num_ctx,
                "chunks": len(request.context.excerpts),
                "left_out": request.context.left_out,
                "question_cut": request.question_cut,
            },
        }
        if reply.error is not None:
            facts["error"] = _error_json(reply.error)
        return facts

    def _done(self, mode: str, cited: Cited, *, found: bool = True, **extra: Any) -> Event:
        return {
            "event": "done",
            "mode": mode,
            "answer": cited.text,
            "found": found,
            "hits": [],
            "model": None,
            "server": None,
            "citations": cited.citations,
            "context": {"used_tokens": 0, "limit_tokens": 0, "chunks": 0},
            "took_ms": self._elapsed_ms(),
            "first_token_ms": self._first_token_ms,
            "finish": "stop",
            "unverified": cited.unverified,
            **extra,
        }

    def _elapsed_ms(self) -> float:
        return round((time.perf_counter() - self._started) * 1000, 1)


def _error_json(error: ServerError) -> dict[str, Any]:
    value = error.to_json()
    return {key: value[key] for key in ("code", "message", "hint", "facts")}
