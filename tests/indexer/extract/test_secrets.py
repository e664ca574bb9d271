"""Keys are known by what a file holds: a key file is left alone, a document loses the key it quotes."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest

from indexer.config import ExtractLimits
from indexer.extract.pool import ExtractPool
from indexer.extract.secrets import whole_secret, without_keys
from indexer.formats.sniff import HEAD_BYTES
from indexer.model import Anchor, Extraction, FileState, Reason, Segment

RANDOM = random.Random(7)
LINES = base64.encodebytes(RANDOM.randbytes(1200)).decode()
PLAIN = "".join(LINES.split())


def pem(kind: str, headers: str = "") -> str:
    return f"-----BEGIN {kind}-----\n{headers}{LINES}-----END {kind}-----\n"


KEY = pem("RSA PRIVATE KEY")
ENCRYPTED = pem("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF\n\n")
PGP = pem("PGP PRIVATE KEY BLOCK", "Version: GnuPG v2\n\n").replace("-----END", "=aB3d\n-----END")
PROSE = "租赁双方就房屋的使用、租金的支付和钥匙的交接达成如下协议。" * 12 + "\nThe monthly rent is 1,850 dollars.\n"

SECRETS = {
    "server.pem": KEY,
    "encrypted.pem": ENCRYPTED,
    "ed25519": pem("OPENSSH PRIVATE KEY"),
    "pkcs8.key": pem("ENCRYPTED PRIVATE KEY"),
    "ssh2": f'---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nComment: "rsa-key"\n{LINES}---- END SSH2 ENCRYPTED PRIVATE KEY ----\n',
    "with certificate.pem": "Bag Attributes\n    friendlyName: 证书\n" + KEY + pem("CERTIFICATE"),
    "pgp.asc": PGP,
    "message.asc": pem("PGP MESSAGE", "\n"),
    "utf16.txt": "\ufeff" + KEY,
    "windows.pem": KEY.replace("\n", "\r\n"),
    "密钥备份.txt": "服务器的密钥，别丢了\n" + KEY,
    "putty.txt": "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n",
    "age.txt": "# created: 2026-01-01\n# public key: age1qqq\nAGE-SECRET-KEY-1" + "Q" * 58 + "\n",
    "credentials.txt": "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = "
    + "a1B2" * 10
    + "\n",
    "jwk.json": json.dumps({"kty": "RSA", "n": PLAIN, "e": "AQAB", "d": PLAIN}),
    "jwks.json": json.dumps({"keys": [{"kty": "oct", "k": "AyM1"}]}),
    "UTC--2026": json.dumps({"version": 3, "crypto": {"ciphertext": "00", "kdf": "scrypt", "cipher": "aes-128-ctr"}}),
    "electrum": json.dumps({"seed_version": 17, "wallet_type": "standard", "keystore": {"xprv": "xprv9"}}),
    "google.json": json.dumps({"type": "service_account", "private_key": KEY}),
    "aws.json": json.dumps({"AccessKey": {"SecretAccessKey": "x"}}),
}
HARMLESS = {
    "cert.pem": pem("CERTIFICATE"),
    "id_rsa.pub": "ssh-rsa " + PLAIN + " ly@desk\n",
    "public.asc": pem("PGP PUBLIC KEY BLOCK"),
    "explained.md": "# Keys\n\nA file that begins with -----BEGIN RSA PRIVATE KEY----- which is PEM, must not be sent to anybody.\n",
    "notes.txt": PROSE,
    "document.txt": PROSE + KEY + PROSE,
    "public jwk.json": json.dumps({"kty": "RSA", "n": PLAIN, "e": "AQAB"}),
    "data.json": json.dumps({"keys": ["d", "k"], "crypto": "BTC", "type": "service_account"}),
    "broken.json": "{" * 5000,
    "list.json": json.dumps([1, "二", None]),
}  # fmt: skip


def what(path: Path, text: str) -> str:
    path.write_bytes(text.encode("utf-16") if path.name.startswith("utf16") else text.encode())
    data = path.read_bytes()
    return whole_secret(path, data[:HEAD_BYTES], len(data))


@pytest.mark.parametrize("name", SECRETS)
def test_a_key_file_is_known(tmp_path: Path, name: str) -> None:
    assert what(tmp_path / name, SECRETS[name])


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_no_key_file_is_not(tmp_path: Path, name: str) -> None:
    assert what(tmp_path / name, HARMLESS[name]) == ""


@pytest.mark.parametrize(
    "magic", [b"\x03\xd9\xa2\x9a\x67\xfbK\xb5", b"\xfe\xed\xfe\xed\0\0\0\2", b"kych\0\1", b"openssh-key-v1\0"]
)
def test_binary_stores_are_known_however_large(tmp_path: Path, magic: bytes) -> None:
    assert whole_secret(tmp_path / "not read", magic + bytes(100), 1 << 30)


def cut(*texts: str) -> str:
    segments = [Segment(text, Anchor(line=number)) for number, text in enumerate(texts, 1)]
    return "\n".join(segment.text for segment in without_keys(segments))


@pytest.mark.parametrize(
    "key", [KEY, ENCRYPTED, PGP, KEY.replace("\n", "\r\n"), KEY.replace("\n", "\\n"), "> " + KEY.replace("\n", "\n> ")]
)
def test_a_quoted_key_is_cut_out_and_the_rest_stays(key: str) -> None:
    left = cut(f"before 之前\n{key}\nafter 之后")
    assert "before 之前" in left
    assert "after 之后" in left
    assert not any(line in left for line in LINES.split())


@pytest.mark.parametrize("key", [KEY, ENCRYPTED, PGP])
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_key_spread_over_paragraphs_is_cut_out(key: str, size: int) -> None:
    lines = ["租金五千二百元", *key.splitlines(), "The deposit is 3,700 dollars."]
    parts = ["\n".join(lines[at : at + size]) for at in range(0, len(lines), size)]
    left = cut(*parts)
    assert "租金五千二百元" in left
    assert "The deposit is 3,700 dollars." in left
    assert not any(line in left for line in LINES.split())


def test_a_key_without_an_end_does_not_swallow_the_document() -> None:
    left = cut(
        "-----BEGIN RSA PRIVATE KEY-----\n" + LINES + "and then the text goes on\n\nfor many paragraphs", "第二段"
    )
    assert left.endswith("and then the text goes on\n\nfor many paragraphs\n第二段")
    assert not any(line in left for line in LINES.split()[:-1])


def test_secret_values_are_cut_out() -> None:
    assert (
        cut('export AWS_SECRET_ACCESS_KEY="' + "a1B2" * 10 + '" # 密钥') == 'export AWS_SECRET_ACCESS_KEY="[…]" # 密钥'
    )
    assert cut("AGE-SECRET-KEY-1" + "Q" * 58 + " 备用") == "[…] 备用"


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "PRIVATE KEY 是私钥",
        "-----BEGIN RSA PRIVATE KEY-----",
        "x" * 100_000,
        "-----BEGIN " * 5000,
        "= " * 50_000,
    ],
)
def test_text_without_keys_stays_as_it_is(text: str) -> None:
    assert cut(text).replace("[…]", "-----BEGIN RSA PRIVATE KEY-----") == text


class TestThroughTheWorker:
    def read(self, path: Path) -> Extraction:
        with ExtractPool(1, ExtractLimits()) as pool:
            return pool.submit(str(path), path.stat().st_size).result(60)

    def test_a_key_file_is_skipped(self, tmp_path: Path) -> None:
        path = tmp_path / "服务器.txt"
        path.write_text(KEY, encoding="utf-8")
        extraction = self.read(path)
        assert (extraction.state, extraction.reason, extraction.chunks) == (FileState.SKIPPED, Reason.SECRET, ())

    def test_a_document_is_read_without_its_key(self, tmp_path: Path) -> None:
        path = tmp_path / "手册.md"
        path.write_text("# 手册\n\n" + PROSE + "\n\n```\n" + ENCRYPTED + "```\n\n" + PROSE, encoding="utf-8")
        extraction = self.read(path)
        text = "\n".join(chunk.text for chunk in extraction.chunks)
        assert extraction.state is FileState.INDEXED
        assert "1,850 dollars" in text
        assert not any(line in text for line in LINES.split())
