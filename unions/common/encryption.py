"""Words about a person, encrypted: AES-256-GCM under a ring of keys, and keyed prints by which equal values are found.

FIELD_KEYS holds secrets of 32 characters or more, the one to write with first; older ones still open what they sealed
until `manage.py rotate_field_keys` has sealed it anew. A token reads "key.base64": the key's own id, nonce and ciphertext.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE = 12  # bytes


class Unopened(Exception):
    """A token that no key of the ring opens: the key is missing, or the token was changed or moved."""


@dataclass(frozen=True)
class Key:
    """Three keys out of one secret: what tells it from others, what seals, what prints are made with."""

    id: str
    cipher: AESGCM
    index: bytes


@cache
def _key(secret: str) -> Key:
    def derived(purpose: bytes) -> bytes:
        return hmac.digest(secret.encode(), b"xinbao field " + purpose, "sha256")

    return Key(derived(b"id").hex()[:8], AESGCM(derived(b"cipher")), derived(b"index"))


def _ring() -> dict[str, Key]:
    """Key id → key; the first is the one to write with."""
    keys = [_key(secret) for secret in settings.FIELD_KEYS]
    return {key.id: key for key in keys}


def key_ids() -> list[str]:
    """What tells the keys of the ring apart; nothing can be opened with it."""
    return [*_ring()]


def _current() -> Key:
    return next(iter(_ring().values()))


def seal(text: str, place: str) -> str:
    """The token of `text`. `place` (table and column) is bound in: a token moved elsewhere does not open."""
    key, nonce = _current(), os.urandom(_NONCE)
    sealed = key.cipher.encrypt(nonce, text.encode(), place.encode())
    return f"{key.id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(token: str, place: str) -> str:
    """What `token` says. Raises `Unopened`."""
    key_id, _, packed = token.partition(".")
    key = _ring().get(key_id)
    if key is None:
        raise Unopened(f"no key {key_id} in FIELD_KEYS")
    try:
        raw = base64.urlsafe_b64decode(packed)
        return key.cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()).decode()
    except (ValueError, InvalidTag) as error:
        raise Unopened(f"a token in {place} was changed") from error


def current_prefix() -> str:
    """What tokens under the key in use begin with."""
    return f"{_current().id}."


def print_of(kind: str, value: str) -> str:
    """The print of a normalised value under the key in use: equal values of one kind, equal prints. "" for ""."""
    return _print(_current(), kind, value) if value else ""


def prints_of(kind: str, value: str) -> set[str]:
    """The prints of a value under every key of the ring: what a search must ask for while keys change."""
    return {_print(key, kind, value) for key in _ring().values()} if value else set()


def _print(key: Key, kind: str, value: str) -> str:
    return hmac.new(key.index, f"{kind}:{value}".encode(), hashlib.sha256).hexdigest()
