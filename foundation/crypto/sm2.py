"""What both libraries share about SM2 (GM/T 0003.2, GM/T 0009): the curve, Z, and the shape of keys and signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from foundation.crypto.port import DIGEST_BYTES, PRIVATE_BYTES, PUBLIC_BYTES, CryptoError

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

_CURVE = b"".join(number.to_bytes(32, "big") for number in (A, B, GX, GY))
_LONGEST_ID = 0xFFFF // 8


def digest_of(sm3: Callable[[bytes], bytes], public: bytes, message: bytes, signer_id: bytes) -> bytes:
    """e = SM3(Z ‖ message)."""
    return sm3(_signer(sm3, public, signer_id) + message)


@lru_cache(maxsize=512)
def _signer(sm3: Callable[[bytes], bytes], public: bytes, signer_id: bytes) -> bytes:
    """Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ public)."""
    entl = (len(require_id(signer_id)) * 8).to_bytes(2, "big")
    return sm3(entl + signer_id + _CURVE + require_public(public)[1:])


def require_id(signer_id: bytes) -> bytes:
    """`signer_id` when it has 1 to 8,191 bytes, else CryptoError."""
    if not 1 <= len(signer_id) <= _LONGEST_ID:
        raise CryptoError("签名者标识须为 1 至 8191 字节")
    return signer_id


def require_private(private: bytes) -> bytes:
    """`private` when it is a number from 1 to n-2, else CryptoError."""
    if len(private) != PRIVATE_BYTES or not 1 <= int.from_bytes(private, "big") <= N - 2:
        raise CryptoError("不是有效的 SM2 私钥")
    return private


def is_public(public: bytes) -> bool:
    """Whether these 65 bytes are a point of the curve."""
    if len(public) != PUBLIC_BYTES or public[0] != 4:
        return False
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    return x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0


def require_public(public: bytes) -> bytes:
    """`public` when it is a point of the curve, else CryptoError."""
    if not is_public(public):
        raise CryptoError("不是有效的 SM2 公钥")
    return public


def require_digest(digest: bytes) -> bytes:
    """`digest` when it has 32 bytes, else CryptoError."""
    if len(digest) != DIGEST_BYTES:
        raise CryptoError("待签名摘要须为 32 字节")
    return digest


def is_signature(signature: bytes) -> bool:
    """Whether these bytes are the one DER encoding of two numbers r, s from 1 to n-1 (GM/T 0009, 7.3)."""
    if len(signature) < 8 or signature[0] != 0x30 or signature[1] != len(signature) - 2:
        return False
    rest = signature[2:]
    for _ in range(2):
        if len(rest) < 3 or rest[0] != 2 or not 1 <= rest[1] <= 33 or rest[1] > len(rest) - 2:
            return False
        body, rest = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        padded = len(body) > 1 and body[0] == 0 and body[1] < 0x80
        if padded or body[0] >= 0x80 or not 1 <= int.from_bytes(body, "big") < N:
            return False
    return not rest
