"""Opens what the worker needs: the model, and the store that belongs to it."""

from __future__ import annotations

import json
import logging
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import ModelUnavailable
from indexer.meaning.edge_store import EdgeStore, set_aside
from indexer.meaning.encoder import Encoder
from indexer.meaning.model_folder import ModelFolder, OnProgress
from indexer.meaning.models import discard_if_damaged, prepare_model
from indexer.meaning.store import StoreCorrupt, VectorStore

log = logging.getLogger("indexer.meaning.worker")


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """What the worker is told at its start; see :class:`indexer.config.IndexConfig`."""

    index_dir: str
    models_dir: str
    model: str
    store_url: str
    store_api_key: str
    threads: int
    min_free_bytes: int
    model_idle_s: float
    reset_store: bool = False
    """True after a worker died while it opened the store: the shard is moved aside unread."""


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """A store, and whether it had to begin anew although there was one."""

    store: VectorStore
    was_reset: bool = False


def bring_model(config: WorkerConfig, on_progress: OnProgress) -> tuple[ModelFolder, Encoder]:
    """The model's folder and the loaded model. Damaged files of the default model are brought again once."""
    models_dir = Path(config.models_dir)
    folder = prepare_model(config.model, models_dir, on_progress)
    try:
        return folder, load_encoder(folder, config.threads)
    except ModelUnavailable:
        if not discard_if_damaged(folder, models_dir):
            raise
    log.warning("the model's files were damaged; bringing them again")
    folder = prepare_model(config.model, models_dir, on_progress)
    return folder, load_encoder(folder, config.threads)


def load_encoder(folder: ModelFolder, threads: int) -> Encoder:
    """Load a model. Only the library that runs it is imported. Raises `ModelUnavailable`."""
    if folder.kind == "onnx":
        from indexer.meaning.onnx_encoder import OnnxEncoder  # noqa: PLC0415 - only one of the two is imported

        return OnnxEncoder(folder, threads)
    from indexer.meaning.sentence_transformers_encoder import (  # noqa: PLC0415 - torch: seconds and 400 MB
        SentenceTransformersEncoder,
    )

    return SentenceTransformersEncoder(folder, threads)


def open_store(config: WorkerConfig, folder: ModelFolder, dimension: int) -> OpenedStore:
    """The store for this model's vectors. Raises `DiskFull` or `MeaningUnavailable`."""
    vectors = Path(config.index_dir) / "vectors"
    vectors.mkdir(mode=0o700, parents=True, exist_ok=True)
    if config.store_url:
        return _open_server(config, vectors, folder.key, dimension)
    shard = vectors / folder.key
    _remove_others(vectors, folder.key)
    reset = config.reset_store or suspect_mark(config, folder.key).exists()
    reset = (reset or not _same_identity(shard, folder, dimension)) and shard.exists()
    if reset:
        set_aside(shard)
    opened = _open_edge(config, shard, dimension)
    suspect_mark(config, folder.key).unlink(missing_ok=True)
    _write_identity(shard, folder, dimension)
    return OpenedStore(opened.store, opened.was_reset or reset)


def suspect_mark(config: WorkerConfig, key: str) -> Path:
    """A file that says: this shard failed while it was in use, do not open it again."""
    return Path(config.index_dir) / "vectors" / f"{key}.suspect"


def _open_edge(config: WorkerConfig, shard: Path, dimension: int) -> OpenedStore:
    try:
        return OpenedStore(EdgeStore(shard, dimension, config.min_free_bytes))
    except StoreCorrupt as error:
        log.warning("the vectors could not be read and begin anew: %s", error)
        return OpenedStore(EdgeStore(shard, dimension, config.min_free_bytes), was_reset=True)


def _remove_others(vectors: Path, key: str) -> None:
    """Shards of models used before: the catalogue keeps vectors, so going back to one costs little."""
    for entry in vectors.iterdir():
        if entry.is_dir() and entry.name != key:
            shutil.rmtree(entry, ignore_errors=True)


def _identity_file(shard: Path) -> Path:
    return shard.with_name(shard.name + ".json")


def _identity(folder: ModelFolder, dimension: int) -> dict[str, object]:
    prefixes = [folder.manifest.query_prefix, folder.manifest.passage_prefix] if folder.manifest else None
    return {"model": folder.model, "key": folder.key, "dimension": dimension, "prefixes": prefixes}


def _same_identity(shard: Path, folder: ModelFolder, dimension: int) -> bool:
    """False when the shard was made by another model; True also when nothing says so."""
    try:
        stored = json.loads(_identity_file(shard).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return bool(stored == _identity(folder, dimension))


def _write_identity(shard: Path, folder: ModelFolder, dimension: int) -> None:
    _identity_file(shard).write_text(json.dumps(_identity(folder, dimension)), encoding="utf-8")


def _open_server(config: WorkerConfig, vectors: Path, key: str, dimension: int) -> OpenedStore:
    from indexer.meaning.server_store import ServerStore, connect  # noqa: PLC0415 - half a second of imports

    client = connect(config.store_url, config.store_api_key)
    return OpenedStore(ServerStore(client, f"docent-{key}", _owner(vectors / "owner"), dimension))


def _owner(path: Path) -> int:
    """A random number that stays with this index."""
    try:
        return int(path.read_text(encoding="ascii"), 16)
    except (OSError, ValueError):
        owner = secrets.randbits(64)
        path.write_text(f"{owner:016x}", encoding="ascii")
        return owner
