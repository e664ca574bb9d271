"""HTTP to a model server: time limits, proxies, and failures as `ServerError`."""

from __future__ import annotations

import contextlib
import json
import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.errors import ServerError
from assistant.llm.address import Address

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

_PROBE_READ_S = 5.0
_WRITE_S = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds."""

    connect_s: float = 2.0
    read_s: float = 300.0
    """Silence, also while a model is loaded or reads a long prompt."""
    retries_s: tuple[float, ...] = (0.5, 1.0, 2.0)
    """Pauses between tries at a busy server."""


@dataclass(slots=True)
class Progress:
    """How far a reply has come; decides what a failure means."""

    begun: bool = False


class Endpoint:
    """One address. httpx is loaded with the first request: a program that never asks a model does not need it."""

    def __init__(self, address: Address, patience: Patience) -> None:
        self.url = address.url
        self.patience = patience
        self._loopback = address.loopback

    def stream_options(self) -> dict[str, Any]:
        """Keyword arguments of an `httpx.Client` that streams an answer."""
        return self._options(self.patience.read_s)

    def json(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, model: str = "") -> dict[str, Any]:
        """The object that a short request returns. Raises `ServerError`; `model` is named in it."""
        import httpx  # noqa: PLC0415 - see the class

        with self.failures(Progress(), _PROBE_READ_S), httpx.Client(**self._options(_PROBE_READ_S)) as client:
            reply = client.request(method, self.url + path, json=body)
            if reply.status_code != httpx.codes.OK:
                raise self.refusal(reply.status_code, _error_text(reply), model)
            value = reply.json()
        if not isinstance(value, dict) or "error" in value:
            raise ServerError("llm_bad_reply", url=self.url)
        return value

    @contextlib.contextmanager
    def failures(self, progress: Progress, read_s: float) -> Iterator[None]:
        """Turn what httpx and the decoding of replies raise into `ServerError`."""
        import httpx  # noqa: PLC0415 - see the class

        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise ServerError("llm_unreachable", url=self.url) from error
        except httpx.TimeoutException as error:
            raise ServerError("llm_timeout", url=self.url, seconds=f"{read_s:g}") from error
        except httpx.TransportError as error:
            raise ServerError("llm_interrupted", url=self.url) from error
        except json.JSONDecodeError as error:
            cut_off = progress.begun or error.doc.lstrip().startswith("{")
            raise ServerError("llm_interrupted" if cut_off else "llm_bad_reply", url=self.url) from error
        except (ValueError, TypeError, AttributeError, httpx.HTTPError) as error:
            raise ServerError("llm_bad_reply", url=self.url) from error

    def refusal(self, status: int, text: str, model: str) -> ServerError:
        """The error for an HTTP status (-1: reported inside a stream that had begun with 200)."""
        detail = " ".join(text.split())[:300]
        if status in (401, 403):
            return ServerError("llm_auth", url=self.url)
        if status in (429, 503):
            return ServerError("llm_busy", url=self.url)
        if "more system memory" in detail or "out of memory" in detail.lower():
            return ServerError("llm_memory", url=self.url, model=model, detail=detail)
        if model and "not found" in detail and not detail.startswith("<"):
            return ServerError("llm_model_missing", url=self.url, model=model)
        if detail.startswith("<") or 300 <= status < 400 or status in (404, 405):
            return ServerError("llm_bad_reply", url=self.url)
        return ServerError("llm_server", url=self.url, detail=detail or f"HTTP {status}")

    def _options(self, read_s: float) -> dict[str, Any]:
        import httpx  # noqa: PLC0415 - see the class

        return {
            "timeout": httpx.Timeout(connect=self.patience.connect_s, read=read_s, write=_WRITE_S, pool=None),
            # Texts of the person's files go to this address and to no other.
            "follow_redirects": False,
            "trust_env": not self._loopback and self._proxies_work,
            "verify": self._tls,
        }

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: loading the certificates takes longer than a local request."""
        if self.url.startswith("https:"):
            return ssl.create_default_context()
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    @cached_property
    def _proxies_work(self) -> bool:
        """Whether httpx can use the proxies of the environment; it refuses socks without a further package."""
        import httpx  # noqa: PLC0415 - see the class

        try:
            httpx.Client(verify=self._tls).close()
        except (ImportError, ValueError, httpx.InvalidURL) as error:
            log.warning("proxy settings ignored: %s", error)
            return False
        return True


def _error_text(reply: httpx.Response) -> str:
    with contextlib.suppress(ValueError, AttributeError):
        return str(reply.json().get("error", reply.text))
    return reply.text
