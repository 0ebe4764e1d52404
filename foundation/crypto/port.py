"""The crypto port (密码服务, 密评, R157): SM2, SM3 and SM4 in our own words.

Whatever computes stands behind `CryptoPort`: a library in this process, or a cloud's signature and encryption services.
A signature that does not hold is an answer (`False`); a key or a blob that cannot be used is a `CryptoError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

DEFAULT_ID = b"1234567812345678"
"""The signer's identifier that GM/T 0009 prescribes where none is agreed."""

PRIVATE_BYTES = 32
PUBLIC_BYTES = 65
DIGEST_BYTES = 32
SM4_KEY_BYTES = 16
GCM_NONCE_BYTES = 12
GCM_TAG_BYTES = 16


class CryptoError(Exception):
    """A key, nonce or blob cannot be used, or a tag does not fit. The message is Chinese and names no secret."""


@dataclass(frozen=True)
class Sm2Key:
    """A key pair of SM2 (GM/T 0003)."""

    private: bytes = field(repr=False)
    """32 bytes, big endian."""
    public: bytes
    """65 bytes: 0x04, x, y."""


class CryptoPort(Protocol):
    """What the house asks of a crypto library or service."""

    name: str
    """For the health page."""

    def sm3(self, data: bytes) -> bytes:
        """SM3 digest, 32 bytes (GM/T 0004)."""
        ...

    def hmac_sm3(self, key: bytes, data: bytes) -> bytes:
        """HMAC over SM3, 32 bytes. The key may have any length but nought."""
        ...

    def sm4_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, aad: bytes = b"") -> bytes:
        """SM4-GCM (GM/T 0002): cipher text and its tag of 16 bytes. Key 16 bytes; nonce 12, used once."""
        ...

    def sm4_gcm_decrypt(self, key: bytes, nonce: bytes, cipher: bytes, aad: bytes = b"") -> bytes:
        """The plain text; CryptoError when cipher text, tag, nonce, key or aad differ from what was encrypted."""
        ...

    def sm2_keygen(self) -> Sm2Key:
        """A fresh key pair."""
        ...

    def sm2_public(self, private: bytes) -> bytes:
        """The public key of `private`, 65 bytes."""
        ...

    def sm2_sign(
        self, private: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID, public: bytes | None = None
    ) -> bytes:
        """SM2-with-SM3 signature, DER of (r, s). Naming the public key saves computing it, half the cost."""
        ...

    def sign_many(
        self,
        private: bytes,
        messages: Sequence[bytes],
        *,
        signer_id: bytes = DEFAULT_ID,
        public: bytes | None = None,
    ) -> list[bytes]:
        """One signature per message, in order: one call for a whole ceremony."""
        ...

    def sm2_verify(self, public: bytes, message: bytes, signature: bytes, *, signer_id: bytes = DEFAULT_ID) -> bool:
        """Whether the signature holds. Anything malformed, the key included, is False."""
        ...

    def sm2_digest(self, public: bytes, message: bytes, *, signer_id: bytes = DEFAULT_ID) -> bytes:
        """e = SM3(Z ‖ message), where Z binds the signer's identifier and key: what SM2 really signs."""
        ...

    def sm2_sign_digest(self, private: bytes, digest: bytes) -> bytes:
        """Signature over e, 32 bytes, which already binds Z."""
        ...

    def sm2_verify_digest(self, public: bytes, digest: bytes, signature: bytes) -> bool:
        """Whether the signature over e holds. Anything malformed is False."""
        ...
