"""Encrypted payloads (重要数据存储机密性, R157): SM4-GCM, with the id of the key in the blob so that keys can rotate."""

from __future__ import annotations

import os

from django.conf import settings

from foundation.crypto import CryptoError, crypto
from foundation.crypto.keyring import Keyring, keyring

MAGIC = b"Q1"
NONCE = 12


def _ring() -> Keyring:
    return keyring(settings.QIDENG_PROJECT)


def encrypt(plain: bytes, *, purpose: bytes = b"") -> bytes:
    """Encrypt with the current key. `purpose` is bound to the blob: it must be named again to open it."""
    ring = _ring()
    nonce = os.urandom(NONCE)
    head = MAGIC + bytes([len(ring.current)]) + ring.current.encode()
    return head + nonce + crypto().sm4_gcm_encrypt(ring.data_keys[ring.current], nonce, plain, head + purpose)


def decrypt(blob: bytes, *, purpose: bytes = b"") -> bytes:
    """Open a blob of `encrypt`. CryptoError when it was changed, or its key is not in the ring."""
    head, nonce, body = _split(blob)
    key = _ring().data_keys.get(_id_in(head))
    if key is None:
        raise CryptoError(f"没有编号为 {_id_in(head)} 的数据密钥")
    return crypto().sm4_gcm_decrypt(key, nonce, body, head + purpose)


def key_id(blob: bytes) -> str:
    """Which key opens this blob."""
    return _id_in(_split(blob)[0])


def needs_rotation(blob: bytes) -> bool:
    """True when the blob was encrypted with a key that is no longer the current one."""
    return key_id(blob) != _ring().current


def _id_in(head: bytes) -> str:
    return head[3:].decode("ascii", "replace")


def _split(blob: bytes) -> tuple[bytes, bytes, bytes]:
    if blob[:2] != MAGIC or len(blob) < 4:
        raise CryptoError("不是加密数据")
    end = 3 + blob[2]
    return blob[:end], blob[end : end + NONCE], blob[end + NONCE :]
