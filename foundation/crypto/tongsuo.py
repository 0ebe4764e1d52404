"""SM2 by 铜锁 (tongsuopy), SM3 and SM4 by `cryptography`: what this house computes with.

tongsuopy's documented classes know one signer's identifier and derive the public key on every load; the same library's
EVP calls sign a finished digest with the private number alone, at half the cost and for any identifier.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from tongsuopy.backends.tongsuo import backend
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.serialization import Encoding, PublicFormat

from foundation.crypto import sm2
from foundation.crypto.port import (
    DEFAULT_ID,
    GCM_NONCE_BYTES,
    GCM_TAG_BYTES,
    SM4_KEY_BYTES,
    CryptoError,
    Sm2Key,
)

_lib, _ffi = backend._lib, backend._ffi
_LONGEST_SIGNATURE = 80


class Tongsuo:
    """CryptoPort over tongsuopy and cryptography. Holds no private key; loaded public keys are remembered."""

    name = "tongsuo"

    def sm3(self, data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        if not key:
            raise CryptoError("HMAC 密钥不能为空")
        mac = hmac.HMAC(key, hashes.SM3())
        mac.update(data)
        return mac.finalize()

    def sm4_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes = b"") -> bytes:
        _require_sm4(key, nonce)
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def sm4_gcm_decrypt(self, key: bytes, nonce: bytes, cipher: bytes, aad: bytes = b"") -> bytes:
        _require_sm4(key, nonce)
        if len(cipher) < GCM_TAG_BYTES:
            raise CryptoError("密文不完整")
        body, tag = cipher[:-GCM_TAG_BYTES], cipher[-GCM_TAG_BYTES:]
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(aad)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag:
            raise CryptoError("密文校验不通过，内容被改动或密钥不对") from None

    def sm2_keygen(self) -> Sm2Key:
        private = os.urandom(32)
        while not 1 <= int.from_bytes(private, "big") <= sm2.N - 2:
            private = os.urandom(32)
        return Sm2Key(private=private, public=self.sm2_public(private))

    def sm2_public(self, private: bytes) -> bytes:
        number = int.from_bytes(sm2.require_private(private), "big")
        key = ec.derive_private_key(number, ec.SM2()).public_key()
        return bytes(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def sm2_sign(
        self, private: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID, public: bytes | None = None
    ) -> bytes:
        return self.sign_many(private, [message], signer_id=signer_id, public=public)[0]

    def sign_many(
        self,
        private: bytes,
        messages: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
        public: bytes | None = None,
    ) -> list[bytes]:
        public = public or self.sm2_public(private)
        key = _load_private(private)
        return [_sign(key, self.sm2_digest(public, message, signer_id=signer_id)) for message in messages]

    def sm2_verify(self, public: bytes, message: bytes, signature: bytes, *, signer_id: bytes = DEFAULT_ID) -> bool:
        if not sm2.is_public(public) or not sm2.is_signature(signature):
            return False
        return self.sm2_verify_digest(public, self.sm2_digest(public, message, signer_id=signer_id), signature)

    def sm2_digest(self, public: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID) -> bytes:
        return sm2.digest_of(self.sm3, public, message, signer_id)

    def sm2_sign_digest(self, private: bytes, digest: bytes) -> bytes:
        return _sign(_load_private(private), sm2.require_digest(digest))

    def sm2_verify_digest(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        if len(digest) != 32 or not sm2.is_public(public) or not sm2.is_signature(signature):
            return False
        context = _ffi.gc(_lib.EVP_PKEY_CTX_new(_load_public(public), _ffi.NULL), _lib.EVP_PKEY_CTX_free)
        backend.openssl_assert(_lib.EVP_PKEY_verify_init(context) == 1)
        holds = bool(_lib.EVP_PKEY_verify(context, signature, len(signature), digest, len(digest)) == 1)
        if not holds:
            backend._consume_errors()
        return holds


def _require_sm4(key: bytes, nonce: bytes) -> None:
    if len(key) != SM4_KEY_BYTES or len(nonce) != GCM_NONCE_BYTES:
        raise CryptoError("SM4 密钥须为 16 字节，初始向量须为 12 字节")


@cache
def _curve() -> Any:
    """A key without a number, kept for its curve: to copy one costs a fifteenth of looking it up by name."""
    return backend._ec_key_new_by_curve(ec.SM2())


def _load_private(private: bytes) -> Any:
    """An EVP_PKEY that can sign: the private number without its point."""
    sm2.require_private(private)
    key = _ffi.gc(_lib.EC_KEY_new(), _lib.EC_KEY_free)
    backend.openssl_assert(_lib.EC_KEY_set_group(key, _lib.EC_KEY_get0_group(_curve())) == 1)
    number = _ffi.gc(_lib.BN_bin2bn(private, len(private), _ffi.NULL), _lib.BN_clear_free)
    backend.openssl_assert(_lib.EC_KEY_set_private_key(key, number) == 1)
    return backend._ec_cdata_to_evp_pkey(key)


@lru_cache(maxsize=512)
def _load_public(public: bytes) -> Any:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SM2(), public)._evp_pkey


def _sign(key: Any, digest: bytes) -> bytes:
    context = _ffi.gc(_lib.EVP_PKEY_CTX_new(key, _ffi.NULL), _lib.EVP_PKEY_CTX_free)
    backend.openssl_assert(_lib.EVP_PKEY_sign_init(context) == 1)
    size = _ffi.new("size_t *", _LONGEST_SIGNATURE)
    buffer = _ffi.new("unsigned char[]", _LONGEST_SIGNATURE)
    backend.openssl_assert(_lib.EVP_PKEY_sign(context, buffer, size, digest, len(digest)) == 1)
    return bytes(_ffi.buffer(buffer, size[0]))
