"""What every model server must do, on each of them: a real HTTP conversation and the scripted double."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import pytest

from assistant.errors import ServerError
from assistant.llm.address import parse_address
from assistant.llm.base import (
    ChatOptions,
    Finished,
    Message,
    ModelInfo,
    ModelServer,
    Piece,
    ServerState,
    Thinking,
    Token,
    choose_model,
)
from assistant.llm.endpoint import Patience
from assistant.llm.ollama import OllamaServer
from assistant.llm.scripted import ScriptedServer, Silence
from tests import fault_server as faults

QUESTION = (Message("system", "Be brief."), Message("user", "你好，多少钱？"))
OPTIONS = ChatOptions(num_ctx=4096, max_tokens=64, temperature=0.1, think=False)


@dataclass
class Case:
    """One server and how to make it behave."""

    good: Callable[..., ModelServer]
    thinking: Callable[[str, str], ModelServer]
    failing: Callable[..., ModelServer]
    silent: Callable[..., ModelServer]
    empty: Callable[[], ModelServer]
    unreachable: Callable[[], ModelServer]


def _scripted() -> Case:
    return Case(
        good=lambda *texts: ScriptedServer([*texts, Finished("stop", 42, 7)], models=[ModelInfo("qwen3:4b")]),
        thinking=lambda thought, text: ScriptedServer([Thinking(thought), text], models=[ModelInfo("qwen3:4b")]),
        failing=lambda *texts: ScriptedServer(
            [*texts, ServerError("llm_server", detail="CUDA error")], models=[ModelInfo("qwen3:4b")]
        ),
        silent=lambda *texts: ScriptedServer([*texts, Silence(30)], models=[ModelInfo("qwen3:4b")]),
        empty=lambda: ScriptedServer([], models=[]),
        unreachable=lambda: ScriptedServer([], problem=ServerError("llm_unreachable", url="scripted:")),
    )


def _ollama(server: faults.FaultServer) -> Case:
    def behaving(chat: faults.Behaviour) -> ModelServer:
        server.chat = chat
        return OllamaServer(parse_address(server.url, key="test", default_port=1), Patience(retries_s=()))

    def empty() -> ModelServer:
        server.models = []
        return behaving(faults.tokens())

    def unreachable() -> ModelServer:
        return OllamaServer(parse_address("127.0.0.1:1", key="test", default_port=1))

    return Case(
        good=lambda *texts: behaving(faults.tokens(*texts)),
        thinking=lambda thought, text: behaving(
            faults.lines(faults.part(thinking=thought), faults.part(text), faults.done())
        ),
        failing=lambda *texts: behaving(faults.lines(*map(faults.part, texts), {"error": "CUDA error"})),
        silent=lambda *texts: behaving(faults.silent(30, *texts)),
        empty=empty,
        unreachable=unreachable,
    )


@pytest.fixture(params=["scripted", "ollama"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    if request.param == "scripted":
        yield _scripted()
        return
    with faults.FaultServer() as server:
        yield _ollama(server)


def chat(server: ModelServer, cancel: threading.Event | None = None) -> Generator[Piece, None, None]:
    return server.chat("qwen3:4b", QUESTION, OPTIONS, cancel or threading.Event())


def text_of(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces if isinstance(piece, Token))


class TestEveryServer:
    def test_it_says_which_models_it_has(self, case: Case) -> None:
        info = case.good("x").probe()
        assert info.state is ServerState.READY
        assert info.models[0].name == "qwen3:4b"
        assert choose_model(info, "") == "qwen3:4b"

    def test_an_answer_comes_in_order_and_ends_with_counts(self, case: Case) -> None:
        pieces = list(chat(case.good("每月", "2900元", "。")))
        assert [piece.text for piece in pieces[:-1]] == ["每月", "2900元", "。"]
        assert pieces[-1] == Finished("stop", 42, 7)

    def test_thoughts_are_kept_apart(self, case: Case) -> None:
        pieces = list(chat(case.thinking("let me see", "42")))
        assert pieces[:2] == [Thinking("let me see"), Token("42")]
        assert isinstance(pieces[-1], Finished)

    def test_an_error_in_the_middle_comes_after_what_was_written(self, case: Case) -> None:
        pieces = chat(case.failing("half an", " answer"))
        assert [next(pieces), next(pieces)] == [Token("half an"), Token(" answer")]
        with pytest.raises(ServerError) as caught:
            next(pieces)
        assert caught.value.code == "llm_server"
        assert "CUDA" in caught.value.facts["detail"]

    @pytest.mark.parametrize("before", [(), ("first words",)])
    def test_cancelling_a_silent_server_takes_a_moment(self, case: Case, before: tuple[str, ...]) -> None:
        cancel = threading.Event()
        threading.Timer(0.3, cancel.set).start()
        started = time.monotonic()
        pieces = list(chat(case.silent(*before), cancel))
        assert time.monotonic() - started < 0.3 + 0.5
        assert text_of(pieces) == "".join(before)
        assert pieces[-1] == Finished("cancelled")

    def test_one_can_stop_reading_at_any_piece(self, case: Case) -> None:
        pieces = chat(case.silent("first", "second"))
        assert next(pieces) == Token("first")
        started = time.monotonic()
        pieces.close()
        assert time.monotonic() - started < 0.5

    def test_an_unknown_model_is_named(self, case: Case) -> None:
        with pytest.raises(ServerError) as caught:
            choose_model(case.good("x").probe(), "nothing:1b")
        assert (caught.value.code, caught.value.facts["model"]) == ("llm_model_missing", "nothing:1b")

    def test_an_empty_server(self, case: Case) -> None:
        info = case.empty().probe()
        assert info.state is ServerState.NO_MODELS
        with pytest.raises(ServerError) as caught:
            choose_model(info, "")
        assert caught.value.code == "llm_no_model"

    def test_no_server(self, case: Case) -> None:
        server = case.unreachable()
        info = server.probe()
        assert info.state is ServerState.UNREACHABLE
        with pytest.raises(ServerError) as caught:
            choose_model(info, "")
        assert caught.value.code == "llm_unreachable"
        with pytest.raises(ServerError) as caught:
            list(chat(server))
        assert caught.value.code == "llm_unreachable"

    def test_the_window_of_a_model_is_known(self, case: Case) -> None:
        assert case.good("x").context_window("qwen3:4b") >= 4096

    def test_two_chats_do_not_disturb_each_other(self, case: Case) -> None:
        server = case.good("a", "b")
        first, second = chat(server), chat(server)
        assert next(first) == next(second) == Token("a")
        assert text_of(list(second)) == text_of(list(first)) == "b"
