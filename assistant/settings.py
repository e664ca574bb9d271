"""Every setting once: key, type, default, limits, title. The file, the environment and the help are loops over it.

Order: default < settings file < environment (`DOCENT_LLM_BASE_URL` for `llm.base_url`) < command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import UsageError

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `choices` limits texts, `low` and `high` limit numbers (inclusive)."""

    key: str
    default: Value
    title: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    restart: bool = False
    """True when a change needs the engine to start again."""

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return "DOCENT_" + self.key.upper().replace(".", "_")

    def parse(self, value: Any) -> Value:
        """Turn text from the environment, or a value from the file, into the setting's type.

        Raises `UsageError` ("bad_setting") that names what is allowed.
        """
        kind = type(self.default)
        try:
            result: Value = _truth(value) if kind is bool else kind(value)
        except (TypeError, ValueError, KeyError):
            raise self._error(value) from None
        if (self.choices and result not in self.choices) or not self._within(result):
            raise self._error(value)
        return result

    def _within(self, value: Value) -> bool:
        if isinstance(value, str | bool):
            return True
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _error(self, value: Any) -> UsageError:
        if self.choices:
            allowed = "Use one of: " + ", ".join(self.choices)
        elif isinstance(self.default, bool):
            allowed = "Use true or false"
        elif isinstance(self.default, str):
            allowed = "Use a text"
        else:
            bounds = [f"at least {self.low:g}"] * (self.low is not None) + [f"at most {self.high:g}"] * (
                self.high is not None
            )
            allowed = "Use a number" + (" " + " and ".join(bounds) if bounds else "")
        return UsageError("bad_setting", key=self.key, value=str(value), allowed=allowed + ".")


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}[
        str(value).strip().lower()
    ]


SETTINGS: tuple[Setting, ...] = (
    Setting("ui.language", "system", "Language", choices=("system", "en", "zh_CN")),
    Setting("ui.theme", "system", "Appearance", choices=("system", "light", "dark")),
    Setting("index.background", False, "Keep the engine running to follow changes"),
    Setting("index.rescan_minutes", 15, "Minutes between looks at all folders", low=1, high=1440),
    Setting(
        "index.polite",
        True,
        "Index gently on battery, beside full-screen programs and when others are busy",
        restart=True,
    ),
    Setting("index.workers", 2, "Files read at the same time", low=1, high=16, restart=True),
    Setting("index.max_file_mb", 512, "Largest file that is read, in MB", low=1, high=4096),
    Setting("index.max_text_mb", 64, "Largest text, data or source file that is read, in MB", low=1, high=4096),
    Setting("index.ignore", "", "What to leave out: patterns as in .gitignore, one a line; /… and ~/… are full paths"),
    Setting("index.hidden", False, "Index hidden files and folders"),
    Setting("index.gitignore", False, "Leave out what .gitignore files leave out"),
    Setting(
        "index.undo_minutes",
        10,
        "Minutes in which the removal of a folder can be undone",
        low=0,
        high=1440,
        restart=True,
    ),
    Setting("engine.idle_seconds", 120, "Seconds without a client before the engine leaves", low=1, high=86400),
    Setting("meaning.enabled", True, "Search by meaning", restart=True),
    Setting(
        "meaning.model", "default", "Embedding model: default, a sentence-transformers name, or a folder", restart=True
    ),
    Setting(
        "meaning.threads", 0, "Processor threads of the embedding model (0: all but one)", low=0, high=64, restart=True
    ),
    Setting("ocr.enabled", True, "Recognise text in pictures and scanned pages", restart=True),
    Setting("ocr.on_battery", False, "Recognise text on battery too", restart=True),
    Setting("store.url", "", "Address of a Qdrant server (empty: on this computer)", restart=True),
    Setting("llm.server", "ollama", "Model server", choices=("ollama",)),
    Setting("llm.base_url", "", "Address of the model server (empty: OLLAMA_HOST, else 127.0.0.1:11434)"),
    Setting("llm.model", "", "Model that answers (empty: the first local one)"),
    Setting("llm.context_tokens", 8192, "Most tokens sent to a model at once", low=1024, high=131072),
    Setting("llm.read_timeout_s", 300, "Seconds of silence before a model server is given up", low=5, high=3600),
)
BY_KEY = {setting.key: setting for setting in SETTINGS}


class Settings:
    """The values in force. Unknown keys raise `KeyError`: a mistake of ours."""

    def __init__(self, file_values: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._values: dict[str, Value] = {}
        for setting in SETTINGS:
            value = environ.get(setting.variable, file_values.get(setting.key, setting.default))
            self._values[setting.key] = setting.parse(value)

    def __getitem__(self, key: str) -> Value:
        return self._values[key]

    def text(self, key: str) -> str:
        """Value of a text setting."""
        value = self._values[key]
        assert isinstance(value, str)
        return value

    def number(self, key: str) -> int:
        """Value of a whole-number setting."""
        value = self._values[key]
        assert isinstance(value, int)
        return value

    def flag(self, key: str) -> bool:
        """Value of a yes/no setting."""
        value = self._values[key]
        assert isinstance(value, bool)
        return value
