"""Seals tokens: AES-256-GCM, bound to the firm and the company that they are for.

So a row that somebody copies to another firm, or to another company, can't be opened there. A key has a name, which
stands beside what it has sealed: keys are changed by putting a new one first, and sealing again.
"""

import base64
import binascii
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.bounds import Bound
from domain.ids import FirmId, RealmId

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_NAME = Bound(r"^[A-Za-z0-9_-]+$", 40, "1 to 40 letters, digits, dashes or underscores")

Purpose = Literal["tokens", "sign_in"]


class WrongKeysError(Exception):
    """What was given as keys can't be used as such; says which one, and never repeats it."""


class SealedByOtherKeyError(Exception):
    """None of our keys has sealed this, or it is not where it was sealed for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """What stands in the database: the key's name, and nonce and ciphertext together."""

    key_id: str
    box: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """For whom something is sealed, and as what."""

    firm: FirmId
    realm: RealmId
    purpose: Purpose = "tokens"

    def associated(self) -> bytes:
        """Write it so that no two owners are written alike."""
        return orjson.dumps([self.purpose, self.firm, self.realm])


class VaultKeys:
    """The keys by their names; the first one seals."""

    def __init__(self, keys: Iterable[tuple[str, bytes]]) -> None:
        self._keys = {name: AESGCM(key) for name, key in keys}
        self.first = next(iter(self._keys))

    def seal(self, owner: Owner, plain: bytes) -> Sealed:
        """Seal it with the first key."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + self._keys[self.first].encrypt(nonce, plain, owner.associated())
        return Sealed(key_id=self.first, box=box)

    def open(self, owner: Owner, sealed: Sealed) -> bytes:
        """Open it.

        Raises:
            SealedByOtherKeyError: we don't have the key, or it was sealed for somebody else.
        """
        key = self._keys.get(sealed.key_id)
        if key is None:
            raise SealedByOtherKeyError(f"none of the keys is named {sealed.key_id}")
        try:
            return key.decrypt(sealed.box[:NONCE_BYTES], sealed.box[NONCE_BYTES:], owner.associated())
        except InvalidTag:
            raise SealedByOtherKeyError(f"key {sealed.key_id} does not open it") from None


def read_keys(text: str) -> VaultKeys:
    """Read keys: `NAME:KEY`, separated by commas or lines; the first one seals, the others only open.

    Raises:
        WrongKeysError: one is not so written, not of 32 bytes, or there is none.
    """
    keys: dict[str, bytes] = {}
    for number, line in enumerate(text.replace(",", "\n").split("\n"), 1):
        if not line.strip():
            continue
        name, _, written = line.strip().partition(":")
        if not KEY_NAME.holds(name) or name in keys:
            raise WrongKeysError(f"key {number}: expected NAME:KEY, each name once, of {KEY_NAME.expected}")
        try:
            key = base64.b64decode(written, validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(key) != KEY_BYTES:
            raise WrongKeysError(f"key {name}: expected {KEY_BYTES} bytes in base64 behind its name")
        keys[name] = key
    if not keys:
        raise WrongKeysError("expected NAME:KEY; `client-sync vault new-key` makes one")
    return VaultKeys(keys.items())


def new_key(name: str) -> str:
    """Make a key, written as settings take it."""
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"
