"""Places and names of keys, wallets, password stores, browser profiles and credentials.

A *place* is left out with everything in it, names included: what stands in it is named by programs, or
is itself telling (the entries of a password store). A *file* that a person keeps among other files is
found by its name and never read. Names that do not tell enough (`.pem`, `.asc`, `.key`) are left to
:mod:`indexer.extract.secrets`, which looks inside.
"""

from __future__ import annotations

import re

from indexer.rules.globs import NameGlobs

_SEPARATOR = re.compile(r"[/\\]")

_FOLDERS = """
.ssh · .gnupg · .pki · .password-store · .aws · .azure · .kube · .oci · .bluemix · .config/gcloud · .config/gh · .config/op
.local/share/keyrings · .gnome2/keyrings · .local/share/kwalletd · share/apps/kwallet · .local/share/gnupg · .local/share/pass
library/keychains · users/*/library/passwords · appdata/roaming/gnupg · system32/config
appdata/roaming/microsoft/credentials · appdata/local/microsoft/credentials · appdata/roaming/microsoft/protect
appdata/roaming/microsoft/crypto · appdata/local/microsoft/vault · appdata/roaming/microsoft/vault
.mozilla/firefox · .librewolf · .waterfox · firefox/profiles · librewolf/profiles · .tor-browser
.config/google-chrome · .config/google-chrome-beta · com.google.chrome/config/google-chrome · .config/chromium · bravesoftware/brave-browser · .config/microsoft-edge · .config/vivaldi
.config/opera · .config/yandex-browser · google/chrome/user data · chromium/user data · microsoft/edge/user data · vivaldi/user data
yandexbrowser/user data · 360chrome/chrome/user data · tencent/qqbrowser/user data · appdata/roaming/opera software
application support/google/chrome · application support/chromium · application support/microsoft edge · application support/vivaldi
application support/com.operasoftware.opera · users/*/library/safari · users/*/library/cookies · com.apple.safari
.bitcoin · .litecoin · .dogecoin · .dashcore · .zcash · .monero · .bitmonero · .electrum · .electrum-ltc · .ethereum/keystore
.config/exodus · .config/atomic · .config/solana · .config/ledger live · .multibit · .armory · .wasabiwallet · .sparrow
roaming/bitcoin · roaming/litecoin · roaming/dogecoin · roaming/electrum · roaming/exodus · roaming/atomic · roaming/ethereum/keystore
roaming/armory · application support/bitcoin · application support/exodus · application support/atomic · application support/electrum
library/ethereum/keystore · ethereum/keystore
"""
_FILES_IN_PLACES = """
.docker/config.json · .cargo/credentials · .cargo/credentials.toml · .m2/settings.xml · .gem/credentials · .config/hub
.terraform.d/credentials.tfrc.json · .composer/auth.json · rclone/rclone.conf · .config/pypoetry/auth.toml · .subversion/auth
"""


def _places(text: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Places by their last part; each is what must stand before it."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for place in text.replace("\n", " · ").split(" · "):
        *before, last = place.strip().split("/")
        if last:
            found[last] = (*found.get(last, ()), tuple(before))
    return found


_SECRET_FOLDERS = _places(_FOLDERS)
_SECRET_FILES = _places(_FILES_IN_PLACES)

_NAMES = (
    "*.kdbx", "*.kdb", "*.ppk", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.keychain", "*.keychain-db", "*.psafe3", "*.enpassdb",
    "*.agilekeychain", "*.opvault", "*.1pux", "*.1pif", "*.wallet", "wallet.dat", "*.ovpn", "*.env", ".env.*", "*.tfstate",
    "logins.json", "key3.db", "key4.db", "signons.sqlite", "cookies.sqlite", "login data", "login data for account",
    ".netrc", "_netrc", ".pgpass", "pgpass.conf", ".npmrc", ".yarnrc", ".pypirc", ".git-credentials", ".htpasswd", ".my.cnf", ".s3cfg", ".boto",
    "credentials", "credentials.json", "client_secret*.json", "service-account*.json", "service_account*.json", "accesskeys*.csv",
    "rootkey*.csv", "*passwords.csv", "bitwarden_export*", "lastpass*export*", "keepass*.csv", "keepass*.xml",
)  # fmt: skip
_SECRET_NAMES = NameGlobs(_NAMES)
_KEY_NAME = re.compile(r"id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[_-][^.]*)?(?:\.(?:old|bak|key|pem|ppk|txt))?")
_HARMLESS = re.compile(r"\.env\.(?:md|example|sample|template|dist|defaults?)|.*\.(?:example|sample|template)\.env")


def is_secret_place(path: str) -> bool:
    """Whether the folder at `path` itself is such a place. Both separators part a path, on every system."""
    return _ends_in(path, _SECRET_FOLDERS)


def lies_in_secret_place(path: str) -> str:
    """The outermost secret place at or above the folder `path`; empty when there is none."""
    ends = [*[match.start() for match in _SEPARATOR.finditer(path)][1:], len(path)]
    return next((path[:end] for end in ends if is_secret_place(path[:end])), "")


def is_secret_file(path: str) -> bool:
    """Whether a file's name, or its name with its folders, says that it holds secrets."""
    name = path[max(path.rfind("/"), path.rfind("\\")) + 1 :].casefold()
    if name.startswith("id_") and _KEY_NAME.fullmatch(name):
        return True
    if _SECRET_NAMES.match(name):
        return not _HARMLESS.fullmatch(name)
    return name in _SECRET_FILES and _ends_in(path, _SECRET_FILES)


def _ends_in(path: str, places: dict[str, tuple[tuple[str, ...], ...]]) -> bool:
    *before, last = _SEPARATOR.split(path.casefold().rstrip("/\\"))
    return any(_is_end(before, place) for place in places.get(last, ()))


def _is_end(parts: list[str], place: tuple[str, ...]) -> bool:
    end = parts[-len(place) :] if place else []
    return len(end) == len(place) and all(wanted in (part, "*") for part, wanted in zip(end, place, strict=True))
