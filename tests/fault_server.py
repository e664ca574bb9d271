"""A small server that speaks like Ollama and fails on demand, for what no real server does when asked.

::

    with FaultServer() as server:
        server.chat = replies.tokens("Hello", " world")     # what /api/chat does from now on
        ... OllamaServer(parse_address(server.url, ...)) ...
        server.requests                                     # what was sent: (path, body)

A behaviour is a function of the handler; it writes the whole HTTP reply.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Behaviour = Callable[["Handler"], None]

QWEN = {"name": "qwen3:4b", "model": "qwen3:4b", "size": 2_600_000_000, "details": {"family": "qwen3"}}
LLAMA = {"name": "llama3.2:latest", "model": "llama3.2:latest", "size": 2_000_000_000, "details": {"family": "llama"}}
EMBEDDER = {"name": "nomic-embed-text:latest", "model": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}}
CLOUD = {"name": "gpt-oss:120b-cloud", "model": "gpt-oss:120b-cloud", "remote_host": "https://ollama.com:443"}


class Handler(BaseHTTPRequestHandler):
    """One request; the behaviours use `send_text`, `begin` and `line`."""

    server: _Listener
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _answer(self, body: bytes | None) -> None:
        self.body: dict[str, Any] = json.loads(body) if body else {}
        owner = self.server.owner
        owner.requests.append((self.path, self.body))
        try:
            owner.behaviour(self.path)(self)
        except (BrokenPipeError, ConnectionResetError):
            owner.left.set()
        self.close_connection = True

    def send_text(self, text: str, status: int = 200, content_type: str = "application/json") -> None:
        """A whole reply."""
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def begin(self) -> None:
        """The head of a streamed reply that ends with the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Connection", "close")
        self.end_headers()

    def line(self, value: dict[str, Any]) -> None:
        """One line of a streamed reply."""
        self.raw(json.dumps(value, ensure_ascii=False) + "\n")

    def raw(self, text: str) -> None:
        """Characters as they are."""
        self.wfile.write(text.encode())
        self.wfile.flush()

    def wait_for_client_to_leave(self, seconds: float) -> None:
        """Stay silent; notice when the client closes the connection."""
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1):
                self.server.owner.left.set()
        except TimeoutError:
            pass
        except OSError:
            self.server.owner.left.set()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    owner: FaultServer


class FaultServer:
    """Listens on a free loopback port. Models, show, running and chat are set by the test at any time."""

    def __init__(self) -> None:
        self._listener = _Listener(("127.0.0.1", 0), Handler)
        self._listener.owner = self
        self.models: list[dict[str, Any]] = [QWEN, LLAMA]
        self.tags: Behaviour = lambda handler: handler.send_text(json.dumps({"models": self.models}))
        self.show: Behaviour = shows(32768)
        self.running: Behaviour = json_reply({"models": [QWEN]})
        self.chat: Behaviour = tokens("Hello", " world")
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.left = threading.Event()
        """Set when a client closed its connection before the reply had ended."""

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def chats(self) -> list[dict[str, Any]]:
        """The bodies sent to /api/chat."""
        return [body for path, body in self.requests if path == "/api/chat"]

    def behaviour(self, path: str) -> Behaviour:
        """What a path does now."""
        known = {
            "/api/tags": self.tags,
            "/api/show": self.show,
            "/api/ps": self.running,
            "/api/chat": self.chat,
            "/api/version": json_reply({"version": "0.12.6"}),
        }
        return known.get(path, json_reply({"error": "not found"}, 404))

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


def json_reply(value: object, status: int = 200) -> Behaviour:
    return lambda handler: handler.send_text(json.dumps(value), status)


def text_reply(text: str, status: int = 200, content_type: str = "text/html") -> Behaviour:
    return lambda handler: handler.send_text(text, status, content_type)


def shows(window: int) -> Behaviour:
    """What /api/show says of a model with this context length."""
    return json_reply({"model_info": {"general.architecture": "qwen3", "qwen3.context_length": window}})


def part(content: str = "", *, thinking: str = "") -> dict[str, Any]:
    """A line of a chat."""
    message = {"role": "assistant", "content": content} | ({"thinking": thinking} if thinking else {})
    return {"model": "qwen3:4b", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": False}


def done(reason: str = "stop", prompt_tokens: int = 42, answer_tokens: int = 7) -> dict[str, Any]:
    """The last line of a chat."""
    counts = {"prompt_eval_count": prompt_tokens, "eval_count": answer_tokens}
    return part() | {"done": True, "done_reason": reason} | counts


def lines(*values: dict[str, Any], pause_s: float = 0.0) -> Behaviour:
    """A stream of these lines, and its end."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for value in values:
            handler.line(value)
            time.sleep(pause_s)

    return behave


def tokens(*texts: str) -> Behaviour:
    """A good answer."""
    return lines(*map(part, texts), done())


def raw_lines(*texts: str) -> Behaviour:
    """A stream of texts that need not be JSON."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.raw(text)

    return behave


def silent(seconds: float, *before: str) -> Behaviour:
    """Nothing for a while: without `before` not even a status line, else after these tokens."""

    def behave(handler: Handler) -> None:
        if before:
            handler.begin()
            for text in before:
                handler.line(part(text))
        handler.wait_for_client_to_leave(seconds)

    return behave


def slow_load(seconds: float, *texts: str) -> Behaviour:
    """Silent as while a model is loaded, then a good answer."""

    def behave(handler: Handler) -> None:
        time.sleep(seconds)
        tokens(*texts)(handler)

    return behave


def endless(text: str) -> Behaviour:
    """The same token for ever, whatever limit was asked for."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.line(part(text))

    return behave


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """One behaviour after the other, the last one again and again."""
    left = list(behaviours)

    def behave(handler: Handler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(handler)

    return behave


def broken_off(*texts: str) -> Behaviour:
    """The connection is reset in the middle of a chunked reply."""

    def behave(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for text in texts:
            data = (json.dumps(part(text)) + "\n").encode()
            handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        handler.wfile.flush()

    return behave
