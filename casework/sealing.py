"""Secrets at rest: AES-256-GCM under keys of the environment, each sealed value naming the key it needs.

A sealed value is opened only for the purpose it was sealed for, so that values cannot be exchanged between places.
A new key is put in front of SEALING_KEYS; the old ones stay behind it until nothing names them any more.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

NONCE = 12
KEY = 32


class CannotOpen(Exception):
    """The value was changed, belongs elsewhere, or its key is gone."""


def keyring(entries: list[str]) -> dict[str, bytes]:
    """Reads entries such as "2026a:<base64 of 32 bytes>", the first being the one to seal with.

    Raises ImproperlyConfigured, with a sentence for whoever sets up the portal.
    """
    keys = {}
    for entry in entries:
        name, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name.isalnum() or len(key) != KEY or len(set(key)) < KEY // 2:
            raise ImproperlyConfigured(
                "SEALING_KEYS needs entries such as 2026a:KEY, KEY being 32 random bytes in base64."
            )
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("SEALING_KEYS is empty; it needs at least one entry such as 2026a:KEY.")
    return keys


def new_entry(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(KEY)).decode()}"


def seal(data: bytes, *, purpose: str) -> bytes:
    """The data encrypted under the first key. Only `unseal` with the same purpose opens it."""
    name, key = next(iter(settings.SEALING_KEYS.items()))
    nonce = secrets.token_bytes(NONCE)
    return name.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, data, purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    name, _, rest = sealed.partition(b":")
    key = settings.SEALING_KEYS.get(name.decode("ascii", "replace"))
    if key is None:
        raise CannotOpen("The key of this value is not in SEALING_KEYS.")
    try:
        return AESGCM(key).decrypt(rest[:NONCE], rest[NONCE:], purpose.encode())
    except (InvalidTag, ValueError) as problem:
        raise CannotOpen("The value was changed, or sealed for another purpose.") from problem


def seal_text(text: str, *, purpose: str) -> str:
    return base64.b64encode(seal(text.encode(), purpose=purpose)).decode()


def unseal_text(sealed: str, *, purpose: str) -> str:
    return unseal(base64.b64decode(sealed), purpose=purpose).decode()
