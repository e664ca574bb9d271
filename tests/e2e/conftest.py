"""The real program on a home of its own: real engine, real files, real embedding model."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import psutil
import pytest

from indexer.meaning.model_folder import ModelFolder

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "resources" / "samples"


class Docent:
    """Runs `docent` as a person would."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("DOCENT_", "OLLAMA_"))},
            "DOCENT_HOME": str(home),
            "DOCENT_LLM_BASE_URL": "http://127.0.0.1:9",
            "DOCENT_INDEX_POLITE": "false",
            "PYTHONPATH": str(REPOSITORY),
            **{f"DOCENT_{key}": value for key, value in settings.items()},
        }

    def start(self, *args: str, stdin: int | None = None) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "assistant.cli", *args],
            env=self.env, cwd=self.home, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip

    def run(self, *args: str, text: str = "", code: int | None = 0, timeout: float = 240) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *args],
            env=self.env, cwd=self.home, input=text, capture_output=True, encoding="utf-8", timeout=timeout, check=False,
        )  # fmt: skip
        assert code is None or done.returncode == code, (
            f"exit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
        assert "Traceback" not in done.stderr
        self.stderr = done.stderr
        return done.stdout

    def json(self, *args: str, code: int | None = 0) -> dict:
        return json.loads(self.run(*args, "--json", code=code).splitlines()[-1])

    def find(self, query: str, *args: str, code: int | None = 0) -> dict:
        return self.json("find", query, *args, code=code)

    def ask(self, question: str, *args: str, code: int | None = 0) -> dict:
        return json.loads(self.run("ask", "--json", *args, "--", question, code=code).splitlines()[-1])

    def engine(self) -> psutil.Process:
        return psutil.Process(self.json("status")["engine"]["pid"])

    def kill_engine(self) -> None:
        """SIGKILL, as a crash or the kernel would."""
        process = self.engine()
        children = process.children(recursive=True)
        process.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs([process, *children], timeout=10)
        assert not alive, "children must not outlive a killed engine"

    def stop(self) -> None:
        self.run("engine", "stop")

    def catalogue(self) -> list[tuple]:
        """What the index holds, without anything that depends on the order of work."""
        with apsw.Connection(str(self.home / "index" / "catalog.db"), flags=apsw.SQLITE_OPEN_READONLY) as db:
            files = db.execute(
                "select name, state, reason, size, (select count(*) from chunk where file = file.id) from file order by name"
            ).fetchall()
            chunks = db.execute(
                "select file.name, number, text, anchor, stored, vector is not null from chunk join file on file.id = chunk.file order by 1, 2, 3"
            ).fetchall()
            duplicates = db.execute("select folder, name from file group by 1, 2 having count(*) > 1").fetchall()
        assert not duplicates
        return [*files, *chunks]


@pytest.fixture
def make_docent(default_model: ModelFolder) -> Iterator[Callable[..., Docent]]:
    made: list[Docent] = []

    def make(**settings: str) -> Docent:
        home = Path(tempfile.mkdtemp(prefix="docent-e2e-"))
        (home / "models").symlink_to(default_model.path.parent)
        made.append(Docent(home, **settings))
        return made[-1]

    yield make
    for docent in made:
        docent.run("engine", "stop", timeout=60)
        shutil.rmtree(docent.home)


@pytest.fixture
def docent(make_docent: Callable[..., Docent]) -> Docent:
    return make_docent()


@pytest.fixture(scope="module")
def sampled(default_model: ModelFolder) -> Iterator[Docent]:
    """A home with the sample documents indexed, shared by the tests of a module that only ask."""
    home = Path(tempfile.mkdtemp(prefix="docent-e2e-"))
    (home / "models").symlink_to(default_model.path.parent)
    docent = Docent(home)
    docent.run("index", str(SAMPLES), "--wait")
    yield docent
    docent.stop()
    shutil.rmtree(home)


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)
