import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Client as open_connection
from pathlib import Path

import pytest

from assistant import __version__
from assistant.client import Client, Event
from assistant.engine.connections import Call, Server
from assistant.errors import DocentError, EngineUnavailable, NotFoundError, UsageError
from assistant.paths import Paths, private
from assistant.protocol import Ask, Find, Hello, Request, Status

TOKEN = "t" * 64


class Answers:
    """A handler that shows what a connection must carry."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def greet(self, hello: Hello) -> Event:
        if hello.token != TOKEN:
            raise EngineUnavailable("engine_lost")
        if hello.version != __version__:
            raise UsageError("engine_version", engine=__version__, client=hello.version)
        return {"pid": 1}

    def handle(self, request: Request, call: Call) -> None:
        if isinstance(request, Find):
            if request.query == "fail":
                raise NotFoundError("nothing_found")
            if request.query == "break":
                raise ZeroDivisionError
            call.send("result", query=request.query)
        elif isinstance(request, Ask):
            call.send("token", text="first")
            if call.cancelled.wait(20):
                self.cancelled.set()
                raise NotFoundError("interrupted")
        else:
            call.send("result")


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.from_environment({"DOCENT_HOME": str(tmp_path)})
    private(paths.runtime)
    paths.engine_key.write_text(TOKEN)
    return paths


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def server(paths: Paths, answers: Answers) -> Iterator[Server]:
    server = Server(paths.engine_address, answers.greet, answers.handle)
    server.start()
    yield server
    server.close()


@pytest.fixture
def client(paths: Paths, server: Server) -> Iterator[Client]:
    with Client.connect(paths, start=False) as client:
        yield client


def code_of(client: Client, query: str) -> str:
    with pytest.raises(DocentError) as failure:
        client.call(Find(query=query))
    return failure.value.code


@pytest.mark.parametrize("query", ["租房合同", "new\nline", "bad \udcff name", "\u202eRTL", "x" * 50_000])
def test_any_text_travels_unchanged(client: Client, query: str) -> None:
    assert client.call(Find(query=query))["query"] == query


def test_errors_keep_their_code_and_kind(client: Client) -> None:
    assert code_of(client, "fail") == "nothing_found"
    assert code_of(client, "break") == "internal"
    assert code_of(client, "x" * 60_001) == "bad_request"
    assert client.call(Find(query="still there"))["query"] == "still there"


def test_a_long_request_does_not_hold_up_another_and_can_be_cancelled(client: Client, answers: Answers) -> None:
    stream = client.stream(Ask(question="long"))
    events = iter(stream)
    assert next(events)["text"] == "first"
    assert client.call(Find(query="meanwhile"))["query"] == "meanwhile"
    stream.cancel()
    with pytest.raises(NotFoundError):
        next(events)
    assert answers.cancelled.is_set()


def test_a_client_that_leaves_cancels_its_requests(client: Client, answers: Answers) -> None:
    next(iter(client.stream(Ask(question="long"))))
    client.close()
    assert answers.cancelled.wait(5)


def test_a_server_that_leaves_is_noticed(client: Client, server: Server) -> None:
    events = iter(client.stream(Ask(question="long")))
    next(events)
    server.close()
    with pytest.raises(EngineUnavailable):
        next(events)
    with pytest.raises(EngineUnavailable):
        client.call(Status())


def test_the_wrong_token_is_refused(paths: Paths, server: Server) -> None:
    paths.engine_key.write_text("x" * 64)
    with pytest.raises(EngineUnavailable):
        Client.connect(paths, start=False)


@pytest.mark.parametrize(
    "message", [b"{}", b"not json", b'{"id":1,"op":"find","query":"x"}', b'{"id":1,"op":"hello"}', b"\xff" * 40]
)
def test_strangers_get_an_error_and_are_cut_off(paths: Paths, server: Server, message: bytes) -> None:
    connection = open_connection(paths.engine_address)
    connection.send_bytes(message)
    assert b'"error"' in connection.recv_bytes()
    with pytest.raises(EOFError):
        connection.recv_bytes()
    connection.close()


def test_a_stranger_who_says_nothing_blocks_nobody(paths: Paths, server: Server) -> None:
    silent = open_connection(paths.engine_address)
    with Client.connect(paths, start=False) as client:
        assert client.call(Find(query="x"))["query"] == "x"
    silent.close()


def test_the_socket_is_private_and_replaces_one_left_behind(paths: Paths, answers: Answers) -> None:
    Path(paths.engine_address).write_text("left by a killed engine")
    server = Server(paths.engine_address, answers.greet, answers.handle)
    assert not Path(paths.engine_address).stat().st_mode & 0o077
    server.close()


def test_many_clients_at_once(paths: Paths, server: Server) -> None:
    clients = [Client.connect(paths, start=False) for _ in range(20)]
    assert {client.call(Find(query=str(n)))["query"] for n, client in enumerate(clients)} == {str(n) for n in range(20)}
    for client in clients:
        client.close()
    deadline = time.monotonic() + 5
    while server.clients and time.monotonic() < deadline:
        time.sleep(0.01)
    assert server.clients == 0
