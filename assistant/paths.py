"""Where Docent keeps what it writes.

`DOCENT_HOME` names one folder for everything; unset, the platform's own folders are used
(`platformdirs`). Folders are made 0700 by :func:`private`, files are written 0600.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "docent"
_SOCKET_LIMIT = 100
"""Bytes that fit into sun_path on every system (104 on macOS, 108 on Linux), less the terminator."""


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders and files of one user's Docent."""

    config: Path
    data: Path
    logs: Path
    runtime: Path

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Paths:
        """Folders for this user, or below `DOCENT_HOME`; nothing is created."""
        home = environ.get("DOCENT_HOME")
        if home:
            base = Path(os.path.abspath(os.path.expanduser(home)))
            return cls(config=base / "config", data=base, logs=base / "logs", runtime=base / "run")
        dirs = platformdirs.PlatformDirs(APP, appauthor=False)
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR (cron, su) platformdirs warns of a shared folder: our own is used then.
            warnings.simplefilter("ignore")
            runtime = dirs.user_runtime_path
        if runtime.is_relative_to(tempfile.gettempdir()):
            runtime = dirs.user_data_path / "run"
        return cls(config=dirs.user_config_path, data=dirs.user_data_path, logs=dirs.user_log_path, runtime=runtime)

    @property
    def settings_file(self) -> Path:
        """The TOML file with what the user changed."""
        return self.config / "settings.toml"

    @property
    def index(self) -> Path:
        """Catalogue and vectors."""
        return self.data / "index"

    @property
    def models(self) -> Path:
        """Embedding models. A packaged app carries them beside the program instead."""
        return self.data / "models"

    @property
    def engine_log(self) -> Path:
        """What the engine logs."""
        return self.logs / "engine.log"

    @property
    def engine_lock(self) -> Path:
        """Held by the one engine as long as it lives."""
        return self.runtime / "engine.lock"

    @property
    def engine_key(self) -> Path:
        """The token that a client must show; readable by the user alone."""
        return self.runtime / "engine.key"

    @property
    def engine_address(self) -> str:
        """Address of the engine's socket (a named pipe on Windows).

        A home whose path is too long for a socket gets a short name in the
        user's temporary folder; the folder made for it is private.
        """
        if sys.platform == "win32":
            return rf"\\.\pipe\docent-{self._digest()}"
        address = str(self.runtime / "engine.sock")
        if len(os.fsencode(address)) <= _SOCKET_LIMIT:
            return address
        return str(Path(tempfile.gettempdir()) / f"docent-{os.getuid()}-{self._digest()}" / "engine.sock")

    def _digest(self) -> str:
        return hashlib.blake2b(os.fsencode(self.runtime), digest_size=8).hexdigest()

    def all_folders(self) -> tuple[Path, ...]:
        """Every folder Docent writes into: never indexed."""
        return (self.config, self.data, self.logs, self.runtime)


def private(folder: Path) -> Path:
    """Create `folder` readable by its user alone and return it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sys.platform != "win32" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder
