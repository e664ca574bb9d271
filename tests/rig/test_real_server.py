"""The conversation with a real server, through the official client."""

from __future__ import annotations

import threading
import time

import pytest

from assistant.errors import ServerError
from assistant.llm.base import ChatOptions, Finished, Message, ServerState, Token
from assistant.llm.ollama import OllamaServer

pytestmark = pytest.mark.rig

OPTIONS = ChatOptions(num_ctx=4096, max_tokens=48, temperature=0.0)


def test_it_is_there(server: OllamaServer, model: str) -> None:
    info = server.probe()
    assert info.state is ServerState.READY
    assert model in [item.name for item in info.models]
    assert server.context_window(model) >= 2048


@pytest.mark.parametrize("question", ["Say hello in one short sentence.", "用一句话介绍北京。"])
def test_an_answer_comes_in_pieces_with_counts(server: OllamaServer, model: str, question: str) -> None:
    pieces = list(server.chat(model, [Message("user", question)], OPTIONS, threading.Event()))
    *tokens, last = pieces
    assert len(tokens) > 2
    assert all(isinstance(piece, Token) for piece in tokens)
    assert isinstance(last, Finished)
    assert last.reason in ("stop", "length")
    assert last.prompt_tokens
    assert last.answer_tokens
    assert server.is_loaded(model)


def test_length_is_kept(server: OllamaServer, model: str) -> None:
    options = ChatOptions(num_ctx=4096, max_tokens=5, temperature=0.0)
    pieces = list(server.chat(model, [Message("user", "Count from 1 to 100.")], options, threading.Event()))
    assert isinstance(pieces[-1], Finished)
    assert pieces[-1].reason == "length"


def test_a_missing_model(server: OllamaServer) -> None:
    with pytest.raises(ServerError) as caught:
        list(server.chat("missing:1b", [Message("user", "hi")], OPTIONS, threading.Event()))
    assert caught.value.code == "llm_model_missing"


def test_stopping_frees_the_server_for_the_next_question(server: OllamaServer, model: str) -> None:
    long = ChatOptions(num_ctx=4096, max_tokens=2000, temperature=0.0)
    cancel = threading.Event()
    pieces = server.chat(model, [Message("user", "Write a very long story about a ferry.")], long, cancel)
    assert isinstance(next(pieces), Token)
    cancel.set()
    stopped = time.monotonic()
    *_, last = pieces
    assert time.monotonic() - stopped < 0.5
    assert last == Finished("cancelled")
    next(server.chat(model, [Message("user", "Say hi.")], OPTIONS, threading.Event()))
    assert time.monotonic() - stopped < 20, "2,000 tokens would take longer"
