"""The address of a model server, read as Ollama reads `OLLAMA_HOST`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from assistant.errors import UsageError

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ALLOWED = "Use an address like 127.0.0.1:11434 or https://models.example.org."


@dataclass(frozen=True, slots=True)
class Address:
    """A complete `url` (scheme, host, port, path without a final slash)."""

    url: str
    loopback: bool
    """The server is on this computer, so no proxy may stand between."""


def parse_address(text: str, *, key: str, default_port: int) -> Address:
    """Complete an address the way Ollama does; `key` names the setting in the error.

    A missing host is 127.0.0.1, a missing scheme http with `default_port`, a scheme alone its own
    port. Addresses to listen on (0.0.0.0, ::) become the loopback address one can connect to, and so
    does localhost, which some systems resolve to an address nobody listens on.
    Source: envconfig/config.go (Host) of Ollama. Raises `UsageError` ("bad_setting").
    """
    text_value = text.strip().strip("\"'").strip()
    scheme, separator, _ = text_value.partition("://")
    if not separator:
        scheme, text_value = "http", "http://" + _bracketed(text_value)
    try:
        parts = urlsplit(text_value)
        port = parts.port or (_DEFAULT_PORTS[scheme.lower()] if separator else default_port)
        host, loopback = _host(parts)
    except (ValueError, KeyError):
        raise UsageError("bad_setting", key=key, value=text, allowed=_ALLOWED) from None
    return Address(f"{scheme.lower()}://{host}:{port}{parts.path.rstrip('/')}", loopback)


def _bracketed(text: str) -> str:
    """An IPv6 address written without brackets gets them."""
    try:
        return f"[{ipaddress.IPv6Address(text)}]"
    except ValueError:
        return text


def _host(parts: SplitResult) -> tuple[str, bool]:
    host = parts.hostname or "127.0.0.1"
    if (
        parts.username is not None
        or parts.query
        or parts.fragment
        or any(c.isspace() or c == "\\" for c in parts.netloc)
    ):
        raise ValueError(parts.netloc)
    if host == "localhost":
        return "127.0.0.1", True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not host.isascii() and not host.isprintable():
            raise
        return host, False
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return (f"[{address}]" if address.version == 6 else str(address)), address.is_loopback
