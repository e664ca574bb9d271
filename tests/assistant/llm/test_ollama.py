"""Each trap of Ollama's protocol, against a server that sets it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.errors import MESSAGES, ServerError
from assistant.llm.address import parse_address
from assistant.llm.base import ChatOptions, Finished, Message, Piece, ServerState, Thinking, Token, choose_model
from assistant.llm.endpoint import Patience
from assistant.llm.ollama import OllamaServer
from tests import fault_server as faults

OPTIONS = ChatOptions(num_ctx=4096, max_tokens=64, temperature=0.2, think=False)
ROOT = Path(__file__).parents[3]


@pytest.fixture
def server() -> Iterator[faults.FaultServer]:
    with faults.FaultServer() as running:
        yield running


def client(server: faults.FaultServer, *, read_s: float = 5.0, retries_s: tuple[float, ...] = ()) -> OllamaServer:
    address = parse_address(server.url, key="test", default_port=1)
    return OllamaServer(address, Patience(read_s=read_s, retries_s=retries_s))


def ask(
    ollama: OllamaServer, options: ChatOptions = OPTIONS, cancel: threading.Event | None = None
) -> tuple[str, str, ServerError | Finished]:
    """Answer, thoughts, and how it ended."""
    pieces: list[Piece] = []
    ending: ServerError | Finished | None = None
    try:
        for piece in ollama.chat("qwen3:4b", [Message("user", "?")], options, cancel or threading.Event()):
            pieces.append(piece)  # noqa: PERF402 - what came before an error is wanted
    except ServerError as error:
        ending = error
    if ending is None:
        last = pieces.pop()
        assert isinstance(last, Finished)
        ending = last
    answer = "".join(piece.text for piece in pieces if isinstance(piece, Token))
    thoughts = "".join(piece.text for piece in pieces if isinstance(piece, Thinking))
    return answer, thoughts, ending


HTML = "<!doctype html><html><body>Please log in to the network</body></html>"
NOT_FOUND = {"error": "model 'qwen3:4b' not found"}
MEMORY = {"error": "model requires more system memory (5.6 GiB) than is available (3.3 GiB)"}

FAULTS = {
    "error as the last line": (faults.lines(faults.part("half"), {"error": "runner gone"}), "half", "llm_server"),
    "error as the only line": (faults.lines({"error": "runner gone"}), "", "llm_server"),
    "error that is an object": (faults.lines(faults.part("half"), {"error": {"code": 1}}), "half", "llm_bad_reply"),
    "stream without done": (faults.lines(faults.part("half"), faults.part(" way")), "half way", "llm_interrupted"),
    "empty stream": (faults.lines(), "", "llm_interrupted"),
    "connection reset": (faults.broken_off("half"), "half", "llm_interrupted"),
    "half a line": (faults.raw_lines('{"model":"q","mess'), "", "llm_interrupted"),
    "half a line later": (
        faults.raw_lines('{"message":{"role":"assistant","content":"half"},"done":false}\n', '{"mess'),
        "half",
        "llm_interrupted",
    ),
    "model deleted meanwhile": (faults.json_reply(NOT_FOUND, 404), "", "llm_model_missing"),
    "busy": (faults.json_reply({"error": "server busy"}, 503), "", "llm_busy"),
    "too many requests": (faults.json_reply({"error": "slow down"}, 429), "", "llm_busy"),
    "out of memory": (faults.json_reply(MEMORY, 500), "", "llm_memory"),
    "refused key": (faults.json_reply({"error": "unauthorized"}, 401), "", "llm_auth"),
    "internal error": (faults.json_reply({"error": "llama runner process has terminated"}, 500), "", "llm_server"),
    "error without words": (faults.text_reply("", 500), "", "llm_server"),
    "web page with 200": (faults.text_reply(HTML), "", "llm_bad_reply"),
    "web page with 502": (faults.text_reply(HTML, 502), "", "llm_bad_reply"),
    "web page with 404": (faults.text_reply("<h1>Not Found</h1>", 404), "", "llm_bad_reply"),
    "list instead of object": (faults.raw_lines("[1, 2]\n"), "", "llm_bad_reply"),
    "object of another kind": (faults.raw_lines('{"choices": []}\n'), "", "llm_bad_reply"),
    "error body that is a list": (faults.text_reply("[1]", 500, "application/json"), "", "llm_bad_reply"),
    "not UTF-8": (lambda handler: (handler.begin(), handler.wfile.write(b"\xff\xfe{\n")), "", "llm_bad_reply"),  # type: ignore[func-returns-value]
    "silence at the start": (faults.silent(20), "", "llm_timeout"),
    "silence in the middle": (faults.silent(20, "half"), "half", "llm_timeout"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(server: faults.FaultServer, fault: str) -> None:
    server.chat, answer, code = FAULTS[fault]
    read_s = 0.4 if "silence" in fault else 5.0
    came, _, ending = ask(client(server, read_s=read_s))
    assert isinstance(ending, ServerError)
    assert (came, ending.code) == (answer, code)
    text, hint = ending.to_json()["message"], ending.to_json()["hint"]
    assert code in MESSAGES
    assert "?" not in text + hint, "the sentence names every fact"


def test_a_redirect_is_not_followed(server: faults.FaultServer) -> None:
    def redirect(handler: faults.Handler) -> None:
        handler.send_response(307)
        handler.send_header("Location", "http://127.0.0.1:9/api/chat")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.chat = redirect
    _, _, ending = ask(client(server))
    assert isinstance(ending, ServerError)
    assert ending.code == "llm_bad_reply"


def test_slow_load_is_waited_for(server: faults.FaultServer) -> None:
    server.chat = faults.slow_load(0.6, "Now.")
    assert ask(client(server))[0] == "Now."


def test_busy_server_is_tried_again(server: faults.FaultServer) -> None:
    busy = faults.json_reply({"error": "server busy"}, 503)
    server.chat = faults.in_turn(busy, busy, faults.tokens("At last."))
    assert ask(client(server, retries_s=(0.05, 0.05)))[0] == "At last."
    assert len(server.chats) == 3


def test_cancelling_while_waiting_for_a_busy_server(server: faults.FaultServer) -> None:
    server.chat = faults.json_reply({"error": "server busy"}, 503)
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    started = time.monotonic()
    assert ask(client(server, retries_s=(30.0,)), cancel=cancel)[2] == Finished("cancelled")
    assert time.monotonic() - started < 1


def test_cancelling_closes_the_connection(server: faults.FaultServer) -> None:
    server.chat = faults.silent(20, "first")
    cancel = threading.Event()
    threading.Timer(0.2, cancel.set).start()
    answer, _, ending = ask(client(server), cancel=cancel)
    assert (answer, ending) == ("first", Finished("cancelled"))
    assert server.left.wait(1), "the server must learn that nobody listens"


def test_a_server_without_limit_is_left(server: faults.FaultServer) -> None:
    server.chat = faults.endless("again and again ")
    answer, _, ending = ask(client(server))
    assert ending == Finished("length")
    assert len(answer) < 64 * 20
    assert server.left.wait(2)


def test_every_chat_says_all_options(server: faults.FaultServer) -> None:
    ollama = client(server)
    ask(ollama)
    ask(ollama)
    first, second = server.chats
    assert first == second
    assert first["options"] == {"num_ctx": 4096, "num_predict": 64, "temperature": 0.2}
    assert first["think"] is False
    assert first["stream"] is True


def test_think_is_sent_when_wanted(server: faults.FaultServer) -> None:
    server.chat = faults.lines(
        faults.part(thinking="hmm "), faults.part(thinking="so"), faults.part("42"), faults.done()
    )
    answer, thoughts, _ = ask(client(server), replace(OPTIONS, think=True))
    assert (answer, thoughts) == ("42", "hmm so")
    assert server.chats[0]["think"] is True


def test_a_model_that_cannot_think_answers_without(server: faults.FaultServer) -> None:
    refuses = faults.json_reply({"error": '"qwen3:4b" does not support thinking'}, 400)
    server.chat = faults.in_turn(refuses, faults.tokens("42"))
    assert ask(client(server), replace(OPTIONS, think=True))[0] == "42"
    assert [body["think"] for body in server.chats] == [True, False]


def test_think_tags_are_thoughts(server: faults.FaultServer) -> None:
    server.chat = faults.tokens("<th", "ink>one", " two</thi", "nk>\n\n", "The", " answer")
    assert ask(client(server))[:2] == ("The answer", "one two")


def test_length_is_told(server: faults.FaultServer) -> None:
    server.chat = faults.lines(faults.part("cut"), faults.done("length", 100, 64))
    assert ask(client(server))[2] == Finished("length", 100, 64)


class TestModels:
    def test_cloud_models_are_marked_and_not_taken(self, server: faults.FaultServer) -> None:
        server.models = [faults.CLOUD, faults.EMBEDDER, faults.QWEN]
        info = client(server).probe()
        assert [(m.cloud, m.can_answer) for m in info.models] == [(True, True), (False, False), (False, True)]
        assert choose_model(info, "") == "qwen3:4b"
        with pytest.raises(ServerError) as caught:
            choose_model(info, "gpt-oss:120b-cloud")
        assert caught.value.code == "llm_cloud"

    def test_only_cloud_models_is_no_model(self, server: faults.FaultServer) -> None:
        server.models = [faults.CLOUD, {"name": "glm:cloud", "model": "glm:cloud"}]
        info = client(server).probe()
        assert info.state is ServerState.NO_MODELS
        with pytest.raises(ServerError) as caught:
            choose_model(info, "")
        assert caught.value.code == "llm_no_model"

    def test_a_name_without_tag_is_latest(self, server: faults.FaultServer) -> None:
        assert choose_model(client(server).probe(), "llama3.2") == "llama3.2:latest"

    def test_no_list_at_all(self, server: faults.FaultServer) -> None:
        server.tags = faults.json_reply({"models": None})
        assert client(server).probe().state is ServerState.NO_MODELS

    @pytest.mark.parametrize(
        ("tags", "code"),
        [
            (faults.text_reply(HTML), "llm_bad_reply"),
            (faults.json_reply({"error": "Unexpected endpoint"}), "llm_bad_reply"),
            (faults.json_reply({"data": []}), "llm_bad_reply"),
            (faults.json_reply({"models": "many"}), "llm_bad_reply"),
            (faults.json_reply(["models"]), "llm_bad_reply"),
            (faults.json_reply({"error": "no"}, 401), "llm_auth"),
            (faults.json_reply({"error": "busy"}, 503), "llm_busy"),
            (faults.text_reply("404 page not found", 404), "llm_bad_reply"),
        ],
    )
    def test_something_else_listens_there(self, server: faults.FaultServer, tags: faults.Behaviour, code: str) -> None:
        server.tags = tags
        info = client(server).probe()
        assert info.state is ServerState.UNREACHABLE
        assert info.problem is not None
        assert info.problem.code == code

    def test_loaded_or_not(self, server: faults.FaultServer) -> None:
        ollama = client(server)
        assert ollama.is_loaded("qwen3:4b")
        assert not ollama.is_loaded("llama3.2:latest")
        server.running = faults.text_reply(HTML)
        assert ollama.is_loaded("llama3.2:latest"), "unknown is not a reason to announce a wait"

    def test_the_window_is_asked_once(self, server: faults.FaultServer) -> None:
        ollama = client(server)
        assert [ollama.context_window("qwen3:4b") for _ in range(2)] == [32768, 32768]
        assert [path for path, _ in server.requests] == ["/api/show"]

    @pytest.mark.parametrize("shown", [{}, {"model_info": None}, {"model_info": {"q.context_length": "big"}}])
    def test_an_unknown_window_is_small(self, server: faults.FaultServer, shown: dict[str, object]) -> None:
        server.show = faults.json_reply(shown)
        assert client(server).context_window("qwen3:4b") == 4096

    def test_the_window_of_a_missing_model(self, server: faults.FaultServer) -> None:
        server.show = faults.json_reply({"error": "model 'x' not found"}, 404)
        with pytest.raises(ServerError) as caught:
            client(server).context_window("x")
        assert caught.value.code == "llm_model_missing"


STRANGE_ENVIRONMENTS = {
    "socks proxy": {"ALL_PROXY": "socks5://127.0.0.1:9", "all_proxy": "socks5://127.0.0.1:9"},
    "dead http proxy": {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"},
    "nonsense proxy": {"ALL_PROXY": "nonsense"},
    "broken OLLAMA_HOST": {"OLLAMA_HOST": "http://[broken"},
    "missing certificates": {"SSL_CERT_FILE": "/nowhere/certs.pem"},
}


@pytest.mark.parametrize("name", STRANGE_ENVIRONMENTS)
def test_a_strange_environment_does_no_harm(server: faults.FaultServer, name: str) -> None:
    script = (
        "import sys, threading, os\n"
        "from assistant.llm.address import parse_address\n"
        "from assistant.llm.base import ChatOptions, Message\n"
        "from assistant.llm.ollama import OllamaServer\n"
        "assert 'ollama' not in sys.modules and 'httpx' not in sys.modules\n"
        "before = dict(os.environ)\n"
        "server = OllamaServer(parse_address(sys.argv[1], key='x', default_port=1))\n"
        "assert server.probe().models, server.probe()\n"
        "pieces = server.chat('qwen3:4b', [Message('user', '?')], ChatOptions(4096, 64), threading.Event())\n"
        "print(''.join(getattr(piece, 'text', '') for piece in pieces))\n"
        "assert dict(os.environ) == before\n"
    )
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **STRANGE_ENVIRONMENTS[name]}
    ran = subprocess.run(
        [sys.executable, "-c", script, server.url], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.stdout, ran.returncode) == ("Hello world\n", 0), ran.stderr


def test_a_proxy_that_cannot_be_used_is_ignored_for_a_remote_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    remote = OllamaServer(parse_address("http://models.invalid:1", key="x", default_port=1))
    info = remote.probe()
    assert info.problem is not None
    assert info.problem.code == "llm_unreachable"
