"""The worker as the engine sees it: real process, real model, real store, killed and starved."""

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from indexer.config import IndexConfig
from indexer.errors import DiskFull, MeaningUnavailable, ModelUnavailable
from indexer.meaning.client import MeaningClient, MeaningState
from indexer.meaning.items import EmbedItem, StoredItem, VectorFilter
from indexer.text import language_of
from tests.indexer.meaning.desk import DESK, desk_items
from tests.indexer.meaning.rest_face import RestFace

REPOSITORY = Path(__file__).resolve().parents[3]
StartClient = Callable[..., MeaningClient]


def found_ids(client: MeaningClient, question: str, limit: int = 5, **limits: object) -> list[int]:
    """Chunk ids, best by gap first."""
    hits = client.search(question, limit, filter=VectorFilter(**limits), lang=language_of(question), timeout_s=20)
    return [hit.chunk_id for hit in sorted(hits, key=lambda hit: -hit.gap)]


def stored(items: list[EmbedItem], vectors: list[bytes]) -> list[StoredItem]:
    return [
        StoredItem(item.chunk_id, vector, item.file_id, item.folders, item.ext, item.lang, item.mtime, item.size)
        for item, vector in zip(items, vectors, strict=True)
    ]


def many_items(count: int, first_id: int = 1_000) -> list[EmbedItem]:
    """Passages of the usual length."""
    return [
        EmbedItem(first_id + number, f"Report {number}. " + "The committee met and took note of it. " * 12, 5_000 + number, (1,), "txt", "xx", 0, 0)
        for number in range(count)
    ]  # fmt: skip


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, models_dir: Path, default_model: object) -> "object":
    """A client whose store holds the desk; tests that use it change nothing."""
    client = MeaningClient(
        IndexConfig(index_dir=tmp_path_factory.mktemp("desk"), models_dir=models_dir, min_free_bytes=0)
    )
    client.start()
    assert client.wait_ready(60), client.failure
    client.embed_and_store(desk_items())
    yield client
    client.close()


@pytest.mark.parametrize("lang", ["zh", "xx"])
def test_finds_by_meaning_within_a_language(desk: MeaningClient, lang: str) -> None:
    asked = [(number + 1, file) for number, file in enumerate(DESK) if file.lang == lang]
    first = [desk.search(file.same, 5, lang=lang, timeout_s=20)[0].chunk_id == chunk_id for chunk_id, file in asked]
    assert sum(first) >= len(asked) - 1


def test_questions_in_the_other_language_find_their_file(desk: MeaningClient) -> None:
    first = [desk.search(file.other, 5, lang=language_of(file.other), timeout_s=20)[0].chunk_id for file in DESK]
    assert sum(chunk_id == number for number, chunk_id in enumerate(first, 1)) >= len(DESK) * 0.7


def test_a_chinese_question_is_given_english_files_too(desk: MeaningClient) -> None:
    hits = desk.search("冰岛自驾计划", 3, lang="zh", timeout_s=20)
    assert {hit.lang for hit in hits} == {"zh", "xx"}
    assert 7 in [hit.chunk_id for hit in hits if hit.lang == "xx"]
    assert len({hit.chunk_id for hit in hits}) == len(hits) <= 6
    gaps = [hit.gap for hit in hits]
    assert gaps == sorted(gaps, reverse=True)


def test_simplified_and_traditional_characters_find_each_other(desk: MeaningClient) -> None:
    assert found_ids(desk, "汽车保养更换机油")[0] == 13
    assert found_ids(desk, "個人所得稅怎麼抵扣")[0] == 16


def test_filters_reach_the_store(desk: MeaningClient) -> None:
    assert set(found_ids(desk, "contract", 50, ext=("docx",))) == {2, 9}
    assert set(found_ids(desk, "contract", 50, folders=(11,))) == set(range(2, 17, 2))
    assert set(found_ids(desk, "contract", 50, lang="zh")) == set(range(9, 17))
    assert set(found_ids(desk, "contract", 50, chunk_ids=(3, 5, 700))) == {3, 5}
    assert set(found_ids(desk, "contract", 50, mtime_from=1_700_000_000 + 86_400, size_to=3_000)) == {2, 3, 4}


@pytest.mark.parametrize("question", ["", " ", "\0", "\udcff\udc80", "问" * 5_000, "x" * 200_000, "🎉", "الفاتورة"])
def test_any_question_is_answered(desk: MeaningClient, question: str) -> None:
    assert len(desk.search(question, 4, lang="xx", timeout_s=30)) >= 4


def test_the_worker_of_the_default_model_never_loads_torch(desk: MeaningClient) -> None:
    assert desk.worker_pid
    loaded = [os.path.basename(part.path) for part in psutil.Process(desk.worker_pid).memory_maps()]
    assert any("onnxruntime" in name for name in loaded)
    assert not [name for name in loaded if "torch" in name or "tokenizers" in name]


def test_the_client_itself_imports_no_model_and_no_store() -> None:
    script = (
        "import sys, indexer.meaning.client;"
        "print([m for m in ('numpy', 'onnxruntime', 'qdrant_edge', 'qdrant_client', 'torch') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout == "[]\n"


def test_a_question_does_not_wait_for_a_batch(start_client: StartClient) -> None:
    client = start_client()
    client.embed_and_store(desk_items())
    batch = threading.Thread(target=client.embed_and_store, args=(many_items(64),))
    batch.start()
    times = []
    while batch.is_alive():
        started = time.perf_counter()
        client.search(f"rent {len(times)}", 20, lang="xx", timeout_s=10)
        times.append(time.perf_counter() - started)
        time.sleep(0.05)
    assert len(times) > 5
    assert statistics.median(times) < 0.3
    assert client.count() == 64 + len(DESK)


def test_before_start_and_after_close_everything_is_refused(config: IndexConfig) -> None:
    client = MeaningClient(config)
    assert (client.state, client.why) == (MeaningState.OFF, "off")
    with pytest.raises(MeaningUnavailable) as refused:
        client.count()
    assert refused.value.facts["why"] == "off"
    client.close()
    client.start()
    client.start()
    assert client.wait_ready(60)
    assert (client.state, client.why, client.count()) == (MeaningState.READY, "", 0)
    pid = client.worker_pid
    client.close()
    client.close()
    assert client.state is MeaningState.OFF
    assert not psutil.pid_exists(pid)
    with pytest.raises(MeaningUnavailable):
        client.search("x", 1, lang="xx", timeout_s=1)


def test_vectors_outlive_the_worker_and_can_be_deleted(start_client: StartClient) -> None:
    first = start_client()
    vectors = first.embed_and_store(desk_items())
    assert [len(vector) for vector in vectors] == [388] * len(DESK)
    key = first.model_key
    first.close()
    client = start_client()
    assert (client.model_key, client.dimension, client.store_resets) == (key, 384, 0)
    assert sorted(client.chunk_ids()) == list(range(1, 17))
    client.delete_chunks([1, 2, 99])
    client.delete_file(3)
    client.flush()
    assert sorted(client.chunk_ids()) == list(range(4, 17))
    client.delete_chunks([])
    assert client.embed_and_store([]) == []


def test_restored_vectors_answer_as_before(start_client: StartClient, tmp_path: Path) -> None:
    original = start_client()
    items = desk_items()
    vectors = original.embed_and_store(items)
    questions = [file.same for file in DESK[::3]] + [file.other for file in DESK[::3]]
    before = [found_ids(original, question, 3)[:1] for question in questions]
    rebuilt = start_client(index_dir=tmp_path / "rebuilt")
    rebuilt.restore(stored(items, vectors))
    assert rebuilt.count() == len(items)
    assert [found_ids(rebuilt, question, 3)[:1] for question in questions] == before
    moved = [replace(item, folders=(77,)) for item in stored(items, vectors)[:2]]
    rebuilt.restore(moved)
    assert set(found_ids(rebuilt, "anything", 50, folders=(77,))) == {1, 2}


def test_killed_while_it_embeds_it_comes_back_with_all_it_had_stored(start_client: StartClient) -> None:
    client = start_client()
    client.embed_and_store(desk_items())
    errors: list[MeaningUnavailable] = []
    items = many_items(80)

    def embed() -> None:
        try:
            client.embed_and_store(items)
        except MeaningUnavailable as error:
            errors.append(error)

    batch = threading.Thread(target=embed)
    batch.start()
    time.sleep(0.5)
    assert client.worker_pid
    killed = client.worker_pid
    os.kill(killed, signal.SIGKILL)
    batch.join(20)
    assert [error.facts["why"] for error in errors] == ["killed"]
    wait_until(lambda: client.state is not MeaningState.READY or client.worker_pid != killed)
    assert client.wait_ready(60)
    assert client.worker_pid != killed
    kept = set(client.chunk_ids())
    assert set(range(1, 17)) <= kept <= set(range(1, 17)) | {item.chunk_id for item in items}
    client.embed_and_store([item for item in items if item.chunk_id not in kept])
    assert client.count() == len(DESK) + len(items)
    assert client.store_resets == 0


def test_the_worker_ends_when_its_parent_is_killed(config: IndexConfig) -> None:
    script = (
        "import sys, time; from pathlib import Path; from indexer.config import IndexConfig;"
        "from indexer.meaning.client import MeaningClient;"
        f"c = MeaningClient(IndexConfig(Path({str(config.index_dir)!r}), Path({str(config.models_dir)!r}), min_free_bytes=0));"
        "c.start(); assert c.wait_ready(60); print(c.worker_pid, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        assert psutil.pid_exists(worker)
        parent.kill()
    wait_until(lambda: not psutil.pid_exists(worker), 10)


def test_a_shard_damaged_between_two_runs_begins_anew_and_is_filled_from_kept_vectors(
    start_client: StartClient, config: IndexConfig
) -> None:
    client = start_client()
    items = desk_items()
    vectors = client.embed_and_store(items)
    key = client.model_key
    client.close()
    for file in (config.index_dir / "vectors" / key).glob("segments/*/segment.json"):
        file.write_bytes(b"\xff" * 50)
    client = start_client()
    assert client.store_resets == 1
    assert client.count() == 0
    client.restore(stored(items, vectors))
    assert client.count() == len(items)
    assert (config.index_dir / "vectors" / f"{key}.broken").is_dir()


def _use_until_it_fails(client: MeaningClient, items: list[StoredItem]) -> None:
    while True:
        found_ids(client, DESK[0].english)
        client.restore(items)


def test_a_shard_damaged_in_use_is_left_behind(start_client: StartClient, config: IndexConfig) -> None:
    client = start_client()
    items = desk_items()
    vectors = client.embed_and_store(items)
    client.close()
    client = start_client()
    for file in (config.index_dir / "vectors" / client.model_key).glob(
        "segments/*/vector_storage-dense/tq_vectors/*.mmap"
    ):
        file.write_bytes(b"")
    pid = client.worker_pid
    with pytest.raises(MeaningUnavailable):
        _use_until_it_fails(client, stored(items, vectors))
    wait_until(lambda: client.worker_pid not in (None, pid) and client.state is MeaningState.READY)
    client.restore(stored(items, vectors))
    assert client.count() == len(items)
    assert client.store_resets == 1


def test_a_full_disk_fails_with_its_facts_and_start_tries_again(start_client: StartClient, config: IndexConfig) -> None:
    client = start_client(ready=False, min_free_bytes=1 << 60)
    assert not client.wait_ready(60)
    assert client.state is MeaningState.FAILED
    assert isinstance(client.failure, DiskFull)
    assert client.failure.facts["needed"] == 1 << 60
    assert client.why == "disk_full"
    client.start()
    assert client.state is MeaningState.STARTING
    assert not client.wait_ready(60)
    assert client.why == "disk_full"


def test_a_model_that_is_not_there(start_client: StartClient) -> None:
    client = start_client(ready=False, model="/no/such/模型")
    assert not client.wait_ready(60)
    assert isinstance(client.failure, ModelUnavailable)
    assert client.why == "no_such_folder"


def test_a_server_that_is_down(start_client: StartClient) -> None:
    client = start_client(ready=False, store_url="http://127.0.0.1:9")
    assert not client.wait_ready(60)
    assert client.why == "store_unreachable"


@pytest.mark.filterwarnings("ignore:Api key is used with an insecure connection")
def test_vectors_may_live_on_a_server_that_several_share(start_client: StartClient, tmp_path: Path) -> None:
    face = RestFace(api_key="secret")
    try:
        mine, theirs = (
            start_client(index_dir=tmp_path / name, store_url=face.url, store_api_key="secret") for name in "ab"
        )
        mine.embed_and_store(desk_items())
        theirs.embed_and_store(desk_items()[:3])
        assert (mine.count(), theirs.count()) == (16, 3)
        assert found_ids(mine, DESK[8].english)[0] == 9
        mine.delete_file(1)
        assert (sorted(mine.chunk_ids()), sorted(theirs.chunk_ids())) == (list(range(2, 17)), [1, 2, 3])
        mine.close()
        assert start_client(index_dir=tmp_path / "a", store_url=face.url, store_api_key="secret").count() == 15
        refused = start_client(ready=False, store_url=face.url, store_api_key="wrong")
        assert not refused.wait_ready(60)
        assert refused.why == "store_refused"
        theirs.close()
    finally:
        face.close()


def test_it_gives_up_on_a_worker_that_always_crashes(config: IndexConfig) -> None:
    client = MeaningClient(config, [sys.executable, "-c", "raise SystemExit(9)"])
    client.start()
    assert not client.wait_ready(60)
    assert (client.state, client.why) == (MeaningState.FAILED, "crashing")
    client.close()


@pytest.mark.parametrize("said", ["hello world", r"\0\0\0\2\0\0\0\0[]", r"\0\0\0\2\0\0\0\0{]"])
def test_a_worker_that_speaks_nonsense_is_a_crash(config: IndexConfig, said: str) -> None:
    nonsense = f"import sys; sys.stdout.buffer.write(b'{said}'); sys.stdout.flush(); sys.stdin.buffer.read()"
    client = MeaningClient(config, [sys.executable, "-c", nonsense])
    client.start()
    assert not client.wait_ready(60)
    assert client.why == "crashing"
    client.close()


def test_a_command_that_cannot_be_run(config: IndexConfig) -> None:
    client = MeaningClient(config, ["/no/such/program"])
    client.start()
    assert not client.wait_ready(10)
    assert client.why == "no_process"
    client.close()


def test_the_model_leaves_memory_when_idle_and_comes_back(start_client: StartClient) -> None:
    client = start_client(model_idle_s=0.5)
    client.embed_and_store(desk_items())
    assert client.worker_pid
    worker = psutil.Process(client.worker_pid)
    loaded = worker.memory_info().rss
    wait_until(lambda: worker.memory_info().rss < loaded - (60 << 20), 20)
    assert found_ids(client, DESK[0].english)[0] == 1


def test_a_question_out_of_time_is_given_up(start_client: StartClient) -> None:
    client = start_client()
    assert client.worker_pid
    worker = psutil.Process(client.worker_pid)
    worker.suspend()
    started = time.perf_counter()
    with pytest.raises(MeaningUnavailable) as late:
        client.search("rent", 5, lang="xx", timeout_s=0.3)
    assert late.value.facts["why"] == "timeout"
    assert time.perf_counter() - started < 2
    worker.resume()
    assert client.search("rent", 5, lang="xx", timeout_s=20) == []


def test_any_sentence_transformers_folder_can_take_its_place_and_go_again(
    start_client: StartClient, config: IndexConfig, desk: MeaningClient, e5_folder: Path
) -> None:
    client = start_client(model=str(e5_folder))
    assert client.dimension == 384
    assert client.model_key != desk.model_key
    assert [len(vector) for vector in client.embed_and_store(desk_items())] == [388] * len(DESK)
    for question in (DESK[0].english, DESK[9].chinese):
        default = desk.search(question, 16, lang="xx", timeout_s=30)
        hits = client.search(question, 16, lang="xx", timeout_s=30)
        assert hits[0].chunk_id == default[0].chunk_id
        assert {hit.chunk_id for hit in hits} == {hit.chunk_id for hit in default}
    old = client.model_key
    client.close()

    back = start_client()
    assert back.count() == 0
    assert not (config.index_dir / "vectors" / old).exists()


def test_texts_that_are_not_stored_can_be_compared(desk: MeaningClient) -> None:
    texts = ["The guarantee lasts two years.", "保修期为两年。", "Bake at 180 degrees.", "三月去冰岛旅行。"]
    for question in ("how long is the warranty", "保修多久"):
        near = desk.nearness(question, texts, timeout_s=20)
        assert {near.index(value) for value in sorted(near)[-2:]} == {0, 1}
    assert desk.count() == len(DESK)
