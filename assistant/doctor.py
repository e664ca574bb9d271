"""Checks of everything Docent depends on: what is wrong, and what to do about it.

The machine is looked at directly, the index and the model servers through the engine.
"""

from __future__ import annotations

import ctypes
import platform
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from assistant import __version__, settings, settings_file
from assistant.client import Client
from assistant.errors import DocentError
from assistant.paths import Paths, private
from assistant.protocol import Find, Status
from indexer.errors import UnreadableDocument
from indexer.extract.child import ChildNotStarted, measures_in_force
from indexer.formats.libarchive_library import libarchive
from indexer.ocr.child import start_recogniser

FREE_BYTES_NEEDED = 2 << 30
"""Below this the index is not written to (an embedded vector store dies on a full disk)."""
WATCHES_WANTED = 65_536
"""Folders that a large home has; Debian's own limit is lower on machines with little memory."""

WINDOW_LIBRARIES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""What the window loads on Linux, and the Debian package that has it."""


_REFUSED: Mapping[str, str] = {
    "network": "the network",
    "privileges": "special rights",
    "files": "other files",
    "calls": "starting programs",
}
"""What each measure of `indexer.extract.confine` means to a person."""


class Verdict(StrEnum):
    """How a check came out. A warning leaves everything usable."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: what was looked at, how it is, and the next step when it is not well."""

    name: str
    state: Verdict
    message: str
    hint: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for `docent doctor --json`."""
        return asdict(self)


def examine(paths: Paths, environ: Mapping[str, str], connect: Callable[[], Client]) -> Iterator[Check]:
    """Every check in turn, as soon as it is known. `connect` reaches the engine, starting it if need be."""
    yield check_python()
    yield check_settings(paths.settings_file, environ)
    yield check_home(paths)
    yield check_space(paths)
    yield check_reading()
    yield check_archives()
    yield check_pictures(paths.settings_file, environ)
    yield from check_engine(connect)
    if sys.platform == "linux":
        yield check_watches(Path("/proc/sys/fs/inotify/max_user_watches"))
        yield check_window(WINDOW_LIBRARIES)


def check_python() -> Check:
    """The interpreter and the system."""
    system = platform.platform(terse=True)
    return Check("python", Verdict.OK, f"Docent {__version__} on Python {platform.python_version()}, {system}.")


def check_settings(file: Path, environ: Mapping[str, str]) -> Check:
    """The settings file and what the environment overrides. A broken file is left where it is."""
    try:
        tomllib.loads(file.read_text(encoding="utf-8") if file.exists() else "")
        _, problems = settings_file.load(file, environ)
    except (OSError, ValueError) as error:
        text = f"The settings file {file} cannot be read: {error}."
        return Check("settings", Verdict.PROBLEM, text, "Mend the line, or move the file away: defaults are used then.")
    except DocentError as error:
        problems = [error]
    if problems:
        return _from_error("settings", problems[0])
    count = sum(setting.variable in environ for setting in settings.SETTINGS)
    return Check("settings", Verdict.OK, f"The settings are sound; {count} come from the environment.")


def check_home(paths: Paths) -> Check:
    """Every folder that Docent writes into."""
    for folder in paths.all_folders():
        try:
            with tempfile.TemporaryFile(dir=private(folder)):
                pass
        except OSError as error:
            text = f"Docent cannot write into {folder}: {error.strerror}."
            return Check(
                "home", Verdict.PROBLEM, text, "Make it yours (chown, chmod u+rwx), or name another: DOCENT_HOME."
            )
    return Check("home", Verdict.OK, f"Docent keeps its files in {paths.data}.")


def check_space(paths: Paths) -> Check:
    """Room on the disk that holds the index."""
    existing = next(folder for folder in (paths.data, *paths.data.parents) if folder.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / (1 << 30):.1f} GB are free on the disk of the index."
    if free < FREE_BYTES_NEEDED:
        return Check("space", Verdict.PROBLEM, text, "Free at least 2 GB; until then nothing new is indexed.")
    return Check("space", Verdict.OK, text)


def check_reading(measured: Callable[[], tuple[str, ...]] = measures_in_force) -> Check:
    """What a process that reads a document may still do on this system; `measured` starts one to see."""
    try:
        measures = measured()
    except ChildNotStarted as error:
        text = f"No process can be started to read documents: {error}."
        return Check(
            "reading", Verdict.PROBLEM, text, "Restart the computer; if that does not help, install Docent again."
        )
    refused = [_REFUSED[measure] for measure in measures if measure in _REFUSED]
    text = f"Documents are read in processes of their own, within limits; refused to them: {', '.join(refused) or 'nothing'}."
    if sys.platform == "linux" and not {"files", "calls"} <= set(measures):
        return Check(
            "reading", Verdict.WARNING, text, "A Linux kernel of version 5.13 or later with Landlock protects better."
        )
    return Check("reading", Verdict.OK, text)


def check_archives(load: Callable[[], object] = libarchive) -> Check:
    """Whether 7z, rar, cab, zst and iso can be opened; `load` loads the library that does it."""
    try:
        load()
    except UnreadableDocument:
        text = "Files in zip, tar, gz, bz2 and xz are read, those in 7z, rar, cab, zst and iso are not: libarchive is missing."
        return Check("archives", Verdict.WARNING, text, "On Debian: sudo apt-get install libarchive13")
    return Check("archives", Verdict.OK, "Files in zip, tar, gz, bz2, xz, zst, 7z, rar, cab and iso archives are read.")


def check_pictures(file: Path, environ: Mapping[str, str], start: Callable[[], None] = start_recogniser) -> Check:
    """Whether text in pictures can be read; `start` starts the process that does it."""
    try:
        if not settings_file.load(file, environ)[0].flag("ocr.enabled"):
            return Check("pictures", Verdict.OK, "Text in pictures and scanned pages is not read: ocr.enabled is off.")
        start()
    except ChildNotStarted as error:
        text = f"Text in pictures and scanned pages cannot be read: {error}."
        return Check("pictures", Verdict.WARNING, text, "Install Docent again; all other files are read as usual.")
    except DocentError as error:
        return _from_error("pictures", error)
    return Check("pictures", Verdict.OK, "Text in pictures and scanned pages is read, in Chinese and English.")


def check_engine(connect: Callable[[], Client]) -> Iterator[Check]:
    """The engine, and through it the index, the meaning worker and the model servers."""
    try:
        with connect() as client:
            status = client.call(Status(probe=True))
            engine = status["engine"]
            yield Check(
                "engine", Verdict.OK, f"The engine runs (version {engine['version']}, process {engine['pid']})."
            )
            yield from _index(status)
            yield _meaning(client)
            yield from map(_server, status["servers"])
    except DocentError as error:
        yield _from_error("engine", error)


def _from_error(name: str, error: DocentError) -> Check:
    described = error.to_json()
    return Check(name, Verdict.PROBLEM, described["message"], described["hint"])


def _index(status: dict[str, Any]) -> Iterator[Check]:
    for problem in status["problems"]:
        yield Check("index", Verdict.PROBLEM, problem["message"], problem["hint"])
    for folder in status["folders"]:
        if folder["state"] != "ok":
            text = f"The folder {folder['path']} is {folder['state']}."
            yield Check(
                "folders",
                Verdict.WARNING,
                text,
                "Connect its disk or mend its permissions; its files stay in the index.",
            )
    if not status["problems"]:
        index = status["index"]
        yield Check("index", Verdict.OK, f"The index holds {index['files']} files and {index['chunks']} passages.")


def _meaning(client: Client) -> Check:
    """Asks the meaning worker for something, so that it has to start and to load its model."""
    found = client.call(Find(query="docent", limit=1, stages=["meaning"], patience_ms=15_000))
    meaning = client.call(Status())["meaning"]
    if "meaning" in found["stages"]:
        return Check("meaning", Verdict.OK, f"Search by meaning works, with {meaning['model']}.")
    if meaning["state"] == "off":
        text = "Search by meaning is switched off."
        return Check(
            "meaning", Verdict.WARNING, text, "Names and words are searched. Switch it on: setting meaning.enabled."
        )
    if meaning["state"] == "starting":
        return Check(
            "meaning", Verdict.WARNING, "The embedding model is being loaded.", "Run docent doctor again in a minute."
        )
    why = meaning.get("why") or meaning["state"]
    text = f"Search by meaning does not work with {meaning['model']}: {why}."
    return Check(
        "meaning", Verdict.PROBLEM, text, "Names and words are searched meanwhile. make setup brings the model."
    )


def _server(server: dict[str, Any]) -> Check:
    where = f"{server['name']} at {server['url']}"
    if server["state"] == "ready":
        count = len(server["models"])
        return Check("server", Verdict.OK, f"{where} is ready with {count} models; {server['model']} answers.")
    if server["state"] == "no_models":
        return Check(
            "server", Verdict.WARNING, f"{where} has no model yet.", "Pull one, for example: ollama pull qwen3:1.7b"
        )
    text = f"No model server answers: {where}."
    return Check("server", Verdict.WARNING, text, "Start Ollama (ollama serve); finding and quoting work without it.")


def check_watches(limit_file: Path) -> Check:
    """How many folders this user may watch for changes (inotify)."""
    try:
        limit = int(limit_file.read_text())
    except (OSError, ValueError):
        text = "The limit on watched folders could not be read."
        return Check("watching", Verdict.WARNING, text, "Changes are still found, at the regular looks at all folders.")
    if limit < WATCHES_WANTED:
        text = f"At most {limit} folders can be watched for changes."
        return Check("watching", Verdict.WARNING, text, "Raise it: sudo sysctl fs.inotify.max_user_watches=524288")
    return Check("watching", Verdict.OK, f"Up to {limit} folders can be watched for changes.")


def check_window(libraries: Mapping[str, str]) -> Check:
    """The system libraries of the window; `libraries` maps a library to its Debian package."""
    missing = [package for library, package in libraries.items() if not _loads(library)]
    if missing:
        text = f"The window misses {len(missing)} system libraries; the commands work without them."
        return Check("window", Verdict.WARNING, text, f"Install them: sudo apt-get install {' '.join(missing)}")
    return Check("window", Verdict.OK, "The window has the system libraries it needs.")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
