"""Which model server to use."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.llm.address import parse_address
from assistant.llm.base import ModelServer
from assistant.llm.endpoint import Patience
from assistant.llm.ollama import OllamaServer
from assistant.settings import BY_KEY, Settings

OLLAMA_PORT = 11434


def server_from(settings: Settings, environ: Mapping[str, str]) -> ModelServer:
    """The server that the settings name: `llm.base_url`, else `OLLAMA_HOST`, else Ollama on this computer.

    Nothing is sent yet. Raises `UsageError` ("bad_setting") for an address that cannot be read; finding
    files works without a server, so a caller reports it and goes on with none.
    """
    base_url = settings.text("llm.base_url").strip()
    host = environ.get("OLLAMA_HOST", "").strip()
    key = "OLLAMA_HOST" if host and not base_url else BY_KEY["llm.base_url"].key
    address = parse_address(base_url or host, key=key, default_port=OLLAMA_PORT)
    return OllamaServer(address, Patience(read_s=settings.number("llm.read_timeout_s")))
