"""国密算法 as the client needs them: SM3, and SM2-with-SM3 signatures (GM/T 0003, 0009) by 铜锁 (tongsuopy).

The signer's identifier is the one that GM/T 0009 prescribes where none is agreed, 1234567812345678.
"""

from __future__ import annotations

from tongsuopy.crypto import exceptions, hashes
from tongsuopy.crypto.asymciphers import ec
from tongsuopy.crypto.serialization import Encoding, PublicFormat

N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""How many points the curve has."""


def sm3(data: bytes) -> bytes:
    """SM3 digest, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return bytes(digest.finalize())


def sign(private: bytes, message: bytes) -> bytes:
    """Signature of `message`, DER of (r, s). `private` has 32 bytes, big endian; ValueError for one that is no key."""
    return bytes(_private(private).sign(message, ec.ECDSA(hashes.SM3())))


def public_of(private: bytes) -> bytes:
    """The public key, 65 bytes: 0x04, x, y."""
    return bytes(_private(private).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is one of `message` by the owner of `public`. Anything malformed is False."""
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SM2(), public)
        key.verify(signature, message, ec.ECDSA(hashes.SM3()))
    except (exceptions.InvalidSignature, exceptions.InternalError, ValueError, TypeError):
        return False
    return True


def _private(private: bytes) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(private, "big")
    if len(private) != 32 or not 1 <= number <= N - 2:
        raise ValueError("不是有效的 SM2 私钥")
    return ec.derive_private_key(number, ec.SM2())
