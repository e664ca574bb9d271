"""Opening the catalogue's database: checks, pragmas, a pool of readers."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from indexer.catalog import schema
from indexer.errors import CatalogCorrupt, CatalogTooNew, DiskFull

log = logging.getLogger(__name__)

_PRAGMAS = """
pragma auto_vacuum=incremental;
pragma journal_mode=wal;
pragma synchronous=normal;
pragma foreign_keys=on;
pragma temp_store=memory;
pragma cache_size=-32768;
"""


def open_writer(path: Path) -> apsw.Connection:
    """Open the catalogue for its one writer, creating or migrating it.

    Raises `CatalogCorrupt`, `CatalogTooNew` or `DiskFull`. A catalogue that is to be
    migrated is copied to `<name>.v<old>` first and restored when the migration fails.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    existed = path.exists()
    try:
        db = _connect(path)
        version = db.pragma("user_version")
        if version > schema.VERSION:
            db.close()
            raise CatalogTooNew(path=str(path), version=version)
        if version < schema.VERSION:
            backup = _copy(path, version) if existed and version else None
            try:
                schema.migrate(db)
            except apsw.Error:
                db.close()
                if backup:
                    os.replace(backup, path)
                raise
        db.execute("select count(*) from root").fetchall()
    except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError) as error:
        raise CatalogCorrupt(str(error), path=str(path)) from error
    except (apsw.FullError, apsw.IOError) as error:
        raise full_or_corrupt(error, path) from error
    os.chmod(path, 0o600)
    return db


def rows(db: apsw.Connection, sql: str, bindings: Sequence[Any] = ()) -> list[Any]:
    """All rows of a query, as tuples of what the schema says they are."""
    return db.execute(sql, bindings).fetchall()


def value(db: apsw.Connection, sql: str, bindings: Sequence[Any] = ()) -> Any:
    """The only value of a query; None when there is no row."""
    return db.execute(sql, bindings).get


def full_or_corrupt(error: apsw.Error, path: Path) -> DiskFull | CatalogCorrupt:
    """Tell a full disk from a broken file."""
    free = shutil.disk_usage(path.parent).free
    if isinstance(error, apsw.FullError) or free < 64 << 20:
        return DiskFull(path=str(path), free=free, needed=64 << 20)
    return CatalogCorrupt(str(error), path=str(path))


def put_aside(path: Path) -> Path:
    """Rename a damaged catalogue (with its journal) and return the new name."""
    aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{aside}{suffix}")
    os.replace(path, aside)
    return aside


def is_sound(db: apsw.Connection) -> bool:
    """Run SQLite's quick check; seconds on a large catalogue, so only after an unclean end."""
    try:
        return bool(value(db, "pragma quick_check(1)") == "ok")
    except apsw.Error:
        return False


class ReaderPool:
    """Read-only connections, one for each thread that is reading at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: queue.SimpleQueue[apsw.Connection] = queue.SimpleQueue()

    @contextlib.contextmanager
    def reading(self) -> Iterator[apsw.Connection]:
        """Lend a connection that sees one snapshot for the whole block."""
        try:
            db = self._idle.get_nowait()
        except queue.Empty:
            db = _connect(self._path, apsw.SQLITE_OPEN_READONLY)
        try:
            db.execute("begin")
            try:
                yield db
            finally:
                db.execute("end")
        except BaseException:
            db.close()
            raise
        self._idle.put(db)

    def close(self) -> None:
        """Close the idle connections."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()


def _connect(path: Path, flags: int = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE) -> apsw.Connection:
    db = apsw.Connection(str(path), flags=flags)
    db.set_busy_timeout(10_000)
    pragmas = _PRAGMAS if flags & apsw.SQLITE_OPEN_READWRITE else _PRAGMAS[_PRAGMAS.index("pragma foreign_keys") :]
    db.execute(pragmas).fetchall()
    return db


def _copy(path: Path, version: int) -> Path:
    backup = path.with_name(f"{path.name}.v{version}")
    with (
        apsw.Connection(str(backup)) as target,
        apsw.Connection(str(path)) as source,
        target.backup("main", source, "main") as copying,
    ):
        while not copying.done:
            copying.step(1000)
    return backup
