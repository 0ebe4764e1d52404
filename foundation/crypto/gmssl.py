"""The second implementation (GmSSL by gmssl_pyx): tests hold it against the first, and it can take its place."""

from __future__ import annotations

from collections.abc import Sequence
from hmac import compare_digest

import gmssl_pyx

from foundation.crypto import sm2
from foundation.crypto.port import (
    DEFAULT_ID,
    GCM_NONCE_BYTES,
    GCM_TAG_BYTES,
    SM4_KEY_BYTES,
    CryptoError,
    Sm2Key,
)

_TAG_DIFFERS = "密文校验不通过，内容被改动或密钥不对"


class Gmssl:
    """CryptoPort over GmSSL alone."""

    name = "gmssl"

    def sm3(self, data: bytes) -> bytes:
        return bytes(gmssl_pyx.sm3_hash(data))

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        if not key:
            raise CryptoError("HMAC 密钥不能为空")
        return bytes(gmssl_pyx.sm3_hmac(key, data))

    def sm4_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes = b"") -> bytes:
        _require_sm4(key, nonce)
        if not plain:
            return _tag_of_nothing(key, nonce, aad)
        body, tag = gmssl_pyx.sm4_gcm_encrypt(key, nonce, aad, plain)
        return bytes(body + tag)

    def sm4_gcm_decrypt(self, key: bytes, nonce: bytes, cipher: bytes, aad: bytes = b"") -> bytes:
        _require_sm4(key, nonce)
        if len(cipher) < GCM_TAG_BYTES:
            raise CryptoError("密文不完整")
        if len(cipher) == GCM_TAG_BYTES:
            if not compare_digest(cipher, _tag_of_nothing(key, nonce, aad)):
                raise CryptoError(_TAG_DIFFERS)
            return b""
        try:
            return bytes(gmssl_pyx.sm4_gcm_decrypt(key, nonce, aad, cipher[:-GCM_TAG_BYTES], cipher[-GCM_TAG_BYTES:]))
        except gmssl_pyx.GmsslInnerError:
            raise CryptoError(_TAG_DIFFERS) from None

    def sm2_keygen(self) -> Sm2Key:
        public, private = gmssl_pyx.sm2_key_generate()
        return Sm2Key(private=private, public=b"\x04" + public)

    def sm2_public(self, private: bytes) -> bytes:
        return b"\x04" + _times_generator(int.from_bytes(sm2.require_private(private), "big"))

    def sm2_sign(
        self, private: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID, public: bytes | None = None
    ) -> bytes:
        public = sm2.require_public(public or self.sm2_public(private))
        return bytes(gmssl_pyx.sm2_sign(sm2.require_private(private), public[1:], message, sm2.require_id(signer_id)))

    def sign_many(
        self,
        private: bytes,
        messages: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
        public: bytes | None = None,
    ) -> list[bytes]:
        public = public or self.sm2_public(private)
        return [self.sm2_sign(private, message, signer_id=signer_id, public=public) for message in messages]

    def sm2_verify(self, public: bytes, message: bytes, signature: bytes, *, signer_id: bytes = DEFAULT_ID) -> bool:
        if not sm2.is_public(public) or not sm2.is_signature(signature):
            return False
        try:
            return bool(gmssl_pyx.sm2_verify(public[1:], message, signature, sm2.require_id(signer_id)))
        except gmssl_pyx.GmsslInnerError:
            return False

    def sm2_digest(self, public: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID) -> bytes:
        return sm2.digest_of(self.sm3, public, message, signer_id)

    def sm2_sign_digest(self, private: bytes, digest: bytes) -> bytes:
        return bytes(gmssl_pyx.sm2_sign_sm3_digest(sm2.require_private(private), sm2.require_digest(digest)))

    def sm2_verify_digest(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        if len(digest) != 32 or not sm2.is_public(public) or not sm2.is_signature(signature):
            return False
        try:
            return bool(gmssl_pyx.sm2_verify_sm3_digest(public[1:], digest, signature))
        except gmssl_pyx.GmsslInnerError:
            return False


def _require_sm4(key: bytes, nonce: bytes) -> None:
    if len(key) != SM4_KEY_BYTES or len(nonce) != GCM_NONCE_BYTES:
        raise CryptoError("SM4 密钥须为 16 字节，初始向量须为 12 字节")


def _tag_of_nothing(key: bytes, nonce: bytes, aad: bytes) -> bytes:
    """GCM of an empty text, which GmSSL's wrapper refuses: GHASH over the aad, masked with the first counter block."""
    zero = bytes(16)
    hash_key = int.from_bytes(gmssl_pyx.sm4_ctr_encrypt(key, zero, zero), "big")
    mask = int.from_bytes(gmssl_pyx.sm4_ctr_encrypt(key, nonce + b"\0\0\0\1", zero), "big")
    padded = aad + bytes(-len(aad) % 16) + (len(aad) * 8).to_bytes(8, "big") + bytes(8)
    total = 0
    for start in range(0, len(padded), 16):
        total = _gf_times(total ^ int.from_bytes(padded[start : start + 16], "big"), hash_key)
    return (total ^ mask).to_bytes(16, "big")


def _gf_times(one: int, two: int) -> int:
    product = 0
    for bit in range(127, -1, -1):
        if one >> bit & 1:
            product ^= two
        two = two >> 1 ^ (0xE1 << 120 if two & 1 else 0)
    return product


def _times_generator(factor: int) -> bytes:
    """`factor` × G in plain arithmetic: GmSSL's wrapper cannot derive a public key. Slow, and for tests' keys only."""
    total: tuple[int, int] | None = None
    power = (sm2.GX, sm2.GY)
    while factor:
        if factor & 1:
            total = power if total is None else _add(total, power)
        power = _add(power, power)
        factor >>= 1
    x, y = total or (0, 0)
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


def _add(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    if one == two:
        slope = (3 * one[0] * one[0] + sm2.A) * pow(2 * one[1], -1, sm2.P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, sm2.P)
    x = (slope * slope - one[0] - two[0]) % sm2.P
    return x, (slope * (one[0] - x) - one[1]) % sm2.P
