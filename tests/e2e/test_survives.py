"""Kills, damage and bad input: one clear sentence, the right exit code, nothing lost, the rest goes on."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import SAMPLES, Docent, wait_until

Make = Callable[..., Docent]


def write_files(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        name = f"note {number}.txt" if number % 2 else f"笔记{number}.md"
        body = (
            f"Note {number}: the budget of project {number} is {number * 37} euro. "
            if number % 2
            else f"第{number}条记录：项目{number}的预算是{number * 37}元。"
        )
        (folder / name).write_text(body * 8, encoding="gb18030" if number % 4 == 0 else "utf-8")


def kill_child(engine: psutil.Process, module: str) -> None:
    for child in engine.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if module in " ".join(child.cmdline()):
                child.kill()
                return


@pytest.mark.parametrize("victim", ["engine", "extract", "meaning"])
def test_a_kill_at_any_moment_costs_nothing(make_docent: Make, tmp_path: Path, victim: str) -> None:
    folder = tmp_path / "files"
    write_files(folder, 60)
    undisturbed = make_docent()
    undisturbed.run("index", str(folder), "--wait")
    expected = undisturbed.catalogue()
    random.seed(victim)
    disturbed = make_docent()
    disturbed.run("index", str(folder))
    for _ in range(4):
        time.sleep(random.uniform(0.05, 0.9))
        if victim == "engine":
            disturbed.kill_engine()
        else:
            kill_child(disturbed.engine(), f"indexer.{victim}")
    disturbed.run("index", "--wait", str(folder))
    assert disturbed.catalogue() == expected
    assert disturbed.find("budget of project 31")["hits"][0]["name"] == "note 31.txt"
    assert disturbed.find("项目30的预算")["hits"][0]["name"] == "笔记30.md"


def test_unchanged_files_are_not_read_again(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 30)
    docent.run("index", str(folder), "--wait")
    before = docent.catalogue()
    past = time.time() - 86_400
    for path in folder.iterdir():
        os.utime(path, ns=(int(past * 1e9), path.stat().st_mtime_ns))
    docent.stop()
    docent.run("index", str(folder), "--wait")
    assert docent.catalogue() == before
    assert all(path.stat().st_atime < past + 60 for path in folder.iterdir()), "a file was opened and read"


def test_a_pause_outlives_the_engine_and_waiting_says_so(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 10)
    assert docent.json("pause")["work"]["paused"] == {"why": "user", "until": None}
    docent.run("index", str(folder))
    wait_until(lambda: docent.json("status")["states"]["pending"] == 10)
    assert docent.find("笔记 8")["hits"], "names are found although nothing is read"
    docent.run("index", "--wait", code=3)
    assert "docent resume" in docent.stderr
    docent.kill_engine()
    status = docent.json("status")
    assert status["work"]["paused"]
    assert status["states"]["pending"] == 10
    assert status["folders"][0]["states"] == {"pending": 10}
    docent.run("resume")
    docent.run("index", "--wait")
    assert docent.find("项目8的预算")["hits"][0]["name"] == "笔记8.md"
    assert docent.json("status")["folders"][0]["states"] == {"indexed": 10}


def test_changes_moves_and_removals_are_followed(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 6)
    docent.run("index", str(folder), "--wait")
    (folder / "note 1.txt").write_text("Now about tulips and nothing else.")
    (folder / "note 3.txt").unlink()
    (folder / "笔记2.md").rename(folder / "改名后的记录.md")
    docent.run("index", str(folder), "--wait")
    assert docent.find("tulips")["hits"][0]["name"] == "note 1.txt"
    assert "note 3.txt" not in [hit["name"] for hit in docent.find("note 3")["hits"]]
    assert docent.find("改名后")["hits"][0]["name"] == "改名后的记录.md"


def test_a_file_that_is_gone_is_gone_from_the_next_answer(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 4)
    docent.run("index", str(folder), "--wait")
    assert docent.find("note 1.txt")["hits"][0]["name"] == "note 1.txt"
    (folder / "note 1.txt").unlink()
    assert "note 1.txt" not in [hit["name"] for hit in docent.find("note 1.txt")["hits"]]


def test_hostile_files_cost_only_themselves(docent: Docent, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    write_files(folder, 4)
    (folder / "empty.txt").touch()
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(3000))
    (folder / "liar.docx").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(500))
    (folder / "noise.txt").write_bytes(os.urandom(5000))
    with open(os.fsencode(folder) + b"/bad\xff\nname.txt", "w") as file:
        file.write("a strange name for a file about hedgehogs")
    os.mkfifo(folder / "pipe.txt")
    docent.run("index", str(folder), "--wait")
    states = docent.json("status")["states"]
    assert states["indexed"] == 5
    assert states["pending"] == 0
    found = docent.find("hedgehogs")
    assert os.fsencode(found["hits"][0]["path"]).endswith(b"/bad\xff\nname.txt")


@pytest.mark.parametrize("damage", ["catalogue", "vectors"])
def test_a_damaged_index_is_rebuilt(docent: Docent, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "files"
    write_files(folder, 12)
    docent.run("index", str(folder), "--wait")
    before = docent.catalogue()
    docent.kill_engine()
    index = docent.home / "index"
    if damage == "catalogue":
        for suffix in ("-wal", "-shm"):
            (index / f"catalog.db{suffix}").unlink(missing_ok=True)
        (index / "catalog.db").write_bytes(b"not a database" * 1000)
    else:
        for path in (
            path
            for path in index.rglob("*")
            if path.is_file() and "catalog" not in path.name and path.name != "folders.json"
        ):
            path.write_bytes(os.urandom(64))
    docent.run("index", "--wait", str(folder))
    assert docent.catalogue() == before
    assert docent.find("budget of project 7", "--stages", "meaning")["hits"]


def test_a_socket_left_behind_is_no_obstacle(docent: Docent, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 2)
    docent.run("index", str(tmp_path / "files"), "--wait")
    docent.kill_engine()
    assert (docent.home / "run" / "engine.sock").exists()
    assert docent.find("note 1")["total"] >= 1


def test_two_engines_never_live_at_once(docent: Docent) -> None:
    docent.run("engine", "start")
    other = subprocess.run([sys.executable, "-m", "assistant.engine"], env=docent.env, timeout=60, check=False)
    assert other.returncode == 0
    assert docent.engine().is_running()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("index", "/no/such/folder"), 3, "does not exist"),
        (("index", __file__), 3, "not a folder"),
        (("folders", "remove", "/not/indexed"), 2, "not in the index"),
        (("find", "anything at all"), 1, ""),
    ],
)
def test_bad_input_gets_a_sentence_and_a_code(
    docent: Docent, arguments: tuple[str, ...], code: int, words: str
) -> None:
    docent.run(*arguments, code=code)
    assert words in docent.stderr


def test_docents_own_folder_is_refused(docent: Docent) -> None:
    docent.run("index", str(docent.home), code=2)


def test_interrupting_the_wait_keeps_the_work(docent: Docent, tmp_path: Path) -> None:
    write_files(tmp_path / "files", 40)
    waiting = docent.start("index", str(tmp_path / "files"), "--wait")
    time.sleep(1.5)
    waiting.send_signal(signal.SIGINT)
    _, errors = waiting.communicate(timeout=30)
    assert "Traceback" not in errors
    assert waiting.returncode != 0
    docent.run("index", "--wait", str(tmp_path / "files"))
    assert docent.find("note 39")["hits"]


def test_without_the_model_names_and_text_are_found(make_docent: Make, tmp_path: Path) -> None:
    docent = make_docent(MEANING_ENABLED="false")
    write_files(tmp_path / "files", 4)
    docent.run("index", str(tmp_path / "files"), "--wait")
    found = docent.find("budget of project 3")
    assert found["stages"] == ["name", "text"]
    assert found["hits"][0]["name"] == "note 3.txt"


def test_a_model_that_does_not_exist_is_named(make_docent: Make, tmp_path: Path) -> None:
    docent = make_docent(MEANING_MODEL=str(tmp_path / "no model here"))
    write_files(tmp_path / "files", 2)
    docent.run("index", str(tmp_path / "files"), "--wait")
    meaning = docent.json("status")["meaning"]
    assert meaning["state"] == "failed"
    assert meaning["why"]
    assert docent.find("note 1")["total"] >= 1


def test_an_idle_engine_leaves_and_comes_back(make_docent: Make) -> None:
    docent = make_docent(ENGINE_IDLE_SECONDS="1")
    process = docent.engine()
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, 30)
    assert docent.engine().pid != process.pid


def test_everything_written_is_private(docent: Docent) -> None:
    docent.run("index", str(SAMPLES), "--wait")
    for path in docent.home.rglob("*"):
        if not path.is_symlink() and "models" not in path.relative_to(docent.home).parts:
            assert not path.stat().st_mode & 0o077, path


def test_a_home_given_as_a_relative_path(docent: Docent) -> None:
    docent.env["DOCENT_HOME"] = docent.home.name
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli", "status", "--json"],
        env=docent.env,
        cwd=docent.home.parent,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0
    docent.env["DOCENT_HOME"] = str(docent.home)
