from __future__ import annotations

import pytest

from assistant.errors import UsageError
from assistant.llm.address import parse_address
from assistant.llm.discovery import server_from
from assistant.settings import Settings

ADDRESSES = [
    # written, url, loopback
    ("", "http://127.0.0.1:11434", True),
    ("  ", "http://127.0.0.1:11434", True),
    ("127.0.0.1", "http://127.0.0.1:11434", True),
    ("localhost", "http://127.0.0.1:11434", True),
    ("http://localhost:8080/", "http://127.0.0.1:8080", True),
    ("0.0.0.0", "http://127.0.0.1:11434", True),
    ("0.0.0.0:9999", "http://127.0.0.1:9999", True),
    (":9999", "http://127.0.0.1:9999", True),
    ("http://:9999", "http://127.0.0.1:9999", True),
    ("http://0.0.0.0:11434", "http://127.0.0.1:11434", True),
    ("::", "http://[::1]:11434", True),
    ("::1", "http://[::1]:11434", True),
    ("[::1]", "http://[::1]:11434", True),
    ("[::]:9999", "http://[::1]:9999", True),
    ("[fe80::1]:9999", "http://[fe80::1]:9999", False),
    ("http://127.0.0.1", "http://127.0.0.1:80", True),
    ("https://nas.example.org", "https://nas.example.org:443", False),
    ("HTTPS://Nas.Example.org:8443/ollama/", "https://nas.example.org:8443/ollama", False),
    ("192.168.1.5", "http://192.168.1.5:11434", False),
    ("nas.local:11500", "http://nas.local:11500", False),
    ('"127.0.0.1:11434"', "http://127.0.0.1:11434", True),
    ("example.com/path", "http://example.com:11434/path", False),
]


@pytest.mark.parametrize(("written", "url", "loopback"), ADDRESSES)
def test_address(written: str, url: str, loopback: bool) -> None:
    address = parse_address(written, key="OLLAMA_HOST", default_port=11434)
    assert (address.url, address.loopback) == (url, loopback)


@pytest.mark.parametrize(
    "written",
    [
        "http://[::1",
        "ftp://example.org",
        "host:port",
        "host:99999",
        "http://a b",
        "http://me:secret@example.org",
        "unix:///var/run/ollama.sock",
        "127.0.0.1:11434:1",
        "http://例え\x00.org",
        "http://x?y=1",
        "\\\\server\\share",
    ],
)
def test_broken_address_is_named(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_address(written, key="OLLAMA_HOST", default_port=11434)
    assert caught.value.code == "bad_setting"
    assert "OLLAMA_HOST" in caught.value.to_json()["message"]
    assert "127.0.0.1:11434" in caught.value.to_json()["hint"]


def test_the_base_url_wins_over_ollama_host() -> None:
    environ = {"OLLAMA_HOST": "10.0.0.1"}
    assert server_from(Settings({}, environ), environ).url == "http://10.0.0.1:11434"
    settings = Settings({"llm.base_url": "http://nas:1234"}, environ)
    assert server_from(settings, environ).url == "http://nas:1234"
    assert server_from(Settings({}, {}), {}).url == "http://127.0.0.1:11434"


def test_a_broken_value_names_its_own_variable() -> None:
    environ = {"OLLAMA_HOST": "http://[broken"}
    with pytest.raises(UsageError) as caught:
        server_from(Settings({}, environ), environ)
    assert caught.value.facts["key"] == "OLLAMA_HOST"
    with pytest.raises(UsageError) as caught:
        server_from(Settings({"llm.base_url": "ftp://x"}, environ), environ)
    assert caught.value.facts["key"] == "llm.base_url"
