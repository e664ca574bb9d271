"""Private keys and credentials, known by what a file holds, whatever its name.

A file that is a key is not indexed at all; a document that quotes one is indexed without it. Formats:
RFC 7468 and RFC 1421 (PEM), PROTOCOL.key (OpenSSH), RFC 4716 (SSH2), RFC 9580 (OpenPGP), RFC 7517 (JWK), PuTTY's,
KeePass', Java's and Apple's own, age, Ethereum's Web3 Secret Storage, Electrum wallets, cloud credentials.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.model import Segment

_LARGEST_KEY_FILE = 256 << 10
_OTHER_TEXT = 200
"""Characters beside its keys that make a file a document: a key file has a comment or two."""
_CUT = "[…]"
_MAGIC = (
    (b"\x03\xd9\xa2\x9a", "a KeePass database"),
    (b"PuTTY-User-Key-File-", "a PuTTY private key"),
    (b"\xfe\xed\xfe\xed\0\0\0", "a Java key store"),
    (b"\xce\xce\xce\xce\0\0\0", "a Java key store"),
    (b"kych\0", "a macOS keychain"),
    (b"openssh-key-v1\0", "an OpenSSH private key"),
)
_KIND = r"(?:[A-Z0-9]+ ){0,4}(?:PRIVATE KEY(?: BLOCK)?|(?<=PGP )MESSAGE)"
_BEGIN = re.compile(rf"-{{4,5}} ?BEGIN {_KIND} ?-{{4,5}}")
_BODY = re.compile(
    r"(?:[A-Za-z0-9+/=]{20,}+|\\[nrt]|[\s>|*\"'`,]"
    r"|(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID|Subject|x-[\w-]+):[^\r\n\\]*+)*+"
)
_END = re.compile(
    rf"[A-Za-z0-9+/=]{{0,19}}(?:\\[nrt]|[\s>|*])*+(?:=[A-Za-z0-9+/]{{4}})?(?:\\[nrt]|[\s>|*])*+-{{4,5}} ?END {_KIND} ?-{{4,5}}"
)
_LAST_LINE = re.compile(r"[A-Za-z0-9+/=]{1,76}(?:\s+=[A-Za-z0-9+/]{4})?")
_LONG_BODY = re.compile(r"[A-Za-z0-9+/=]{20}")
_VALUES = re.compile(
    r"AGE-SECRET-KEY-1[0-9A-Z]{50,70}|(?<![A-Za-z0-9/+])(?P<name>(?i:aws_?secret_?access_?key)[\"'\s=:]{1,8})[A-Za-z0-9/+]{40}"
)
_MAY_HOLD = re.compile(r"PRIVATE KEY|PGP MESSAGE|AGE-SECRET-KEY|(?i:aws_?secret)")
_PUBLIC_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{1,40}-----[^-]*-----END [A-Z0-9 ]{1,40}-----")


def whole_secret(path: Path, head: bytes, size: int) -> str:
    """What kind of secret a file is that begins with `head`; empty when it is none, or a document that quotes one."""
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return what
    if size > _LARGEST_KEY_FILE:
        return ""
    text = _text(path.read_bytes())
    return _secret_json(text) or _secret_text(text)


def without_keys(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments without the private keys in them, also where a key is spread over several; emptied ones are left out."""
    cutter = _KeyCutter()
    for segment in segments:
        text = cutter.cut(segment.text)
        if text == segment.text:
            yield segment
        elif text:
            yield replace(segment, text=text)


class _KeyCutter:
    """Cuts keys out of texts that follow one another."""

    def __init__(self) -> None:
        self._inside = False

    def cut(self, text: str) -> str:
        if not self._inside and not _MAY_HOLD.search(text):
            return text
        kept: list[str] = []
        at = 0
        while at < len(text):
            if self._inside:
                at = self._after_key(text, at)
            elif begin := _BEGIN.search(text, at):
                kept += [text[at : begin.start()], _CUT]
                at = begin.end()
                self._inside = True
            else:
                kept.append(text[at:])
                break
        return _VALUES.sub(lambda found: f"{found['name'] or ''}{_CUT}", "".join(kept))

    def _after_key(self, text: str, at: int) -> int:
        """Where the key that goes on at `at` ends; a key whose end is missing ends with the last line that looks like one."""
        body = _BODY.match(text, at)
        after = body.end() if body else at
        if end := _END.match(text, after):
            self._inside = False
            return end.end()
        if after == len(text) or _LAST_LINE.fullmatch(text[after:].strip()):
            return len(text)
        self._inside = False
        return after


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def _secret_text(text: str) -> str:
    if not _MAY_HOLD.search(text):
        return ""
    rest = _KeyCutter().cut(text)
    if rest == text or (_CUT not in rest):
        return ""
    other = _PUBLIC_BLOCK.sub("", rest.replace(_CUT, ""))
    if len("".join(other.split())) > _OTHER_TEXT or not (_LONG_BODY.search(text) or _VALUES.search(text)):
        return ""
    return "cloud credentials" if "aws_" in text.lower() else "a private or encrypted key or message"


def _secret_json(text: str) -> str:
    if text.lstrip()[:1] not in {"{", "["}:
        return ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    keys = value.get("keys") if isinstance(value, dict) else value
    parts = [value, *keys] if isinstance(keys, list) else [value]
    return next((what for part in parts if isinstance(part, dict) and (what := _secret_object(part))), "")


def _secret_object(value: dict[str, Any]) -> str:
    crypto = value.get("crypto", value.get("Crypto"))
    if "kty" in value and ({"d", "k"} & value.keys()):
        return "a private JSON web key"
    if isinstance(crypto, dict) and {"ciphertext", "kdf"} <= crypto.keys():
        return "an Ethereum wallet"
    if "seed_version" in value and (
        {"keystore", "master_private_keys", "seed"} & value.keys() or "wallet_type" in value
    ):
        return "an Electrum wallet"
    if value.get("type") in ("service_account", "authorized_user") and (
        {"private_key", "refresh_token"} & value.keys()
    ):
        return "cloud credentials"
    if "SecretAccessKey" in value or "SecretAccessKey" in (value.get("AccessKey") or {}):
        return "cloud credentials"
    return ""
