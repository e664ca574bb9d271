"""The engine's status object as the window reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """One indexed folder; `state` is ok, missing, unreadable or offline.

    `followed` is watched, partly, polled, not or offline, `followed_why` the reason: network, limit or trouble.
    """

    path: str
    files: int
    state: str
    followed: str = "watched"
    followed_why: str = ""
    waiting: int = 0
    without_meaning: int = 0
    failed: int = 0
    last_scan: str = ""
    """ISO 8601 time of the last look at all of it; empty: there was none."""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """One model server; `state` is ready, no_models, unreachable or unknown."""

    name: str
    url: str
    state: str
    model: str

    @property
    def remote_host(self) -> str:
        """Name of the other computer the server runs on; empty when it is this one."""
        host = urlsplit(self.url).hostname or ""
        return "" if host in _LOOPBACK or host.startswith("127.") else host


@dataclass(frozen=True, slots=True)
class Work:
    """What the index is doing; counts are files but those of chunks and pages."""

    phase: str = "idle"
    total: int = 0
    done: int = 0
    chunks_total: int = 0
    chunks_embedded: int = 0
    pages_recognised: int = 0
    pages_to_recognise: int = 0
    current: str = ""
    eta_s: float | None = None
    slowed_by: str = ""
    paused_by: str = ""
    """Why nothing is being read, "user" if they want it so; empty while work goes on. The words of `indexer.throttle.Cause`."""
    paused_until: str = ""
    """ISO 8601 time; empty: not known."""

    @property
    def is_busy(self) -> bool:
        """True while anything remains to be read or embedded."""
        return self.phase not in {"idle", "offline", ""}

    @property
    def progress(self) -> tuple[int, int]:
        """Done and total of the present phase; total 0 while unknown."""
        if self.phase == "embedding":
            return self.chunks_embedded, self.chunks_total
        if self.phase == "ocr":
            return self.pages_recognised, self.pages_recognised + self.pages_to_recognise
        return (self.done, self.total) if self.phase == "reading" else (0, 0)


@dataclass(frozen=True, slots=True)
class Status:
    """Everything the window shows of the engine."""

    folders: tuple[FolderStatus, ...] = ()
    states: dict[str, int] = field(default_factory=dict)
    work: Work = Work()
    files: int = 0
    chunks: int = 0
    index_bytes: int = 0
    meaning: str = ""
    meaning_model: str = ""
    meaning_why: str = ""
    servers: tuple[ServerStatus, ...] = ()
    problems: tuple[tuple[str, dict[str, Any]], ...] = ()

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Status:
        """Read the status object; parts that are missing are empty."""
        index, meaning = value.get("index") or {}, value.get("meaning") or {}
        return cls(
            folders=tuple(_folder(each) for each in value.get("folders") or []),
            states={str(name): int(count) for name, count in (value.get("states") or {}).items()},
            work=work_from(value.get("work") or {}),
            files=int(index.get("files") or 0),
            chunks=int(index.get("chunks") or 0),
            index_bytes=int(index.get("bytes") or 0),
            meaning=str(meaning.get("state") or ""),
            meaning_model=str(meaning.get("model") or ""),
            meaning_why=str(meaning.get("why") or ""),
            servers=tuple(_server(each) for each in value.get("servers") or []),
            problems=tuple((str(each.get("code")), each.get("facts") or {}) for each in value.get("problems") or []),
        )

    @property
    def server(self) -> ServerStatus | None:
        """The server that would answer now: the first that is ready, else the first."""
        ready = [each for each in self.servers if each.state == "ready"]
        return next(iter([*ready, *self.servers]), None)


def work_from(value: dict[str, Any]) -> Work:
    """Read the `work` part of the status object."""
    eta, paused = value.get("eta_s"), value.get("paused") or {}
    return Work(
        phase=str(value.get("phase") or "idle"),
        total=int(value.get("total") or 0),
        done=int(value.get("done") or 0),
        chunks_total=int(value.get("chunks_total") or 0),
        chunks_embedded=int(value.get("chunks_embedded") or 0),
        pages_recognised=int(value.get("ocr_pages_done") or 0),
        pages_to_recognise=int(value.get("ocr_pages_left") or 0),
        current=str(value.get("current") or ""),
        eta_s=float(eta) if isinstance(eta, int | float) else None,
        slowed_by=str(value.get("slowed_by") or ""),
        paused_by=str(paused.get("why") or ""),
        paused_until=str(paused.get("until") or ""),
    )


def _folder(value: dict[str, Any]) -> FolderStatus:
    states = value.get("states") or {}
    return FolderStatus(
        path=str(value.get("path") or ""),
        files=int(value.get("files") or 0),
        state=str(value.get("state") or "ok"),
        followed=str(value.get("followed") or "watched"),
        followed_why=str(value.get("followed_why") or ""),
        waiting=int(states.get("pending") or 0),
        without_meaning=int(states.get("text_only") or 0),
        failed=int(states.get("failed") or 0),
        last_scan=str(value.get("last_scan") or ""),
    )


def _server(value: dict[str, Any]) -> ServerStatus:
    return ServerStatus(
        name=str(value.get("name") or ""),
        url=str(value.get("url") or ""),
        state=str(value.get("state") or "unknown"),
        model=str(value.get("model") or ""),
    )
