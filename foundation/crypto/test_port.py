"""SM2, SM3, SM4 (密码应用): both libraries against the published examples, each other and malformed input. R157."""

from __future__ import annotations

import random
from typing import ClassVar

import pytest
from asn1crypto import core

from foundation.crypto import CryptoError, CryptoPort, crypto, sm2
from foundation.crypto.gmssl import Gmssl
from foundation.crypto.port import DEFAULT_ID
from foundation.crypto.tongsuo import Tongsuo

LIBRARIES: list[CryptoPort] = [Tongsuo(), Gmssl()]
both = pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)

# GB/T 32918.5-2017 (GM/T 0003.5) annex A.2
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
MESSAGE = b"message digest"
DIGEST = bytes.fromhex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640")
R = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
S = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA

# YD/T 3957 (基于 LTE 的车联网安全证书管理系统), the example of verifying; the digest e is printed, its message is not whole
ROAD_PRIVATE = bytes.fromhex("179E18AEE33872E1605E99E8BC6120F795E7C8F8A9CE607A4A7178682353A169")
ROAD_PUBLIC = bytes.fromhex(
    "041E5F89A574082C8B3611FBA8D065F308B48F64EEEF71303C75BA8E95D5BE8942"
    "7784EF220941DEEBCF5B3E3465980A309167346FFE050AE1007C2D2F3F105774"
)
ROAD_DIGEST = bytes.fromhex("7AB12A19B645DFC636E20EA7AEB0E55EF3F3683887B2E076A8EB3294904EE5D4")
ROAD_R = 0xDDF9075DD2D94705A12F425E51CB274CB8F4AE65B31C7CDDCD31C2BC3C552881
ROAD_S = 0x208611DE09A7CC4E4876E69EF2E7C06A8539A467F20B0EA7FEEB2AFE9D595CC4

# RFC 8998 appendix A.1
GCM = {
    "key": "0123456789ABCDEFFEDCBA9876543210",
    "nonce": "00001234567800000000ABCD",
    "aad": "FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2",
    "plain": "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
    "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
    "cipher": "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    "83DE3541E4C2B58177E065A9BF7B62EC",
}


def _der(r: int, s: int) -> bytes:
    class Pair(core.Sequence):  # type: ignore[misc]  # its base has no type
        _fields: ClassVar = [("r", core.Integer), ("s", core.Integer)]

    return bytes(Pair({"r": r, "s": s}).dump())


def _gcm() -> dict[str, bytes]:
    return {name: bytes.fromhex(value) for name, value in GCM.items()}


def test_this_process_computes_with_tongsuo() -> None:
    assert crypto().name == "tongsuo"


@both
def test_sm3_gives_the_digests_of_gmt_0004(library: CryptoPort) -> None:
    assert library.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert library.sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


@both
@pytest.mark.parametrize("size", [1, 16, 63, 64, 65, 200])
def test_hmac_is_two_nested_digests(library: CryptoPort, size: int) -> None:
    key, data = b"k" * size, "市场主体".encode()
    block = (library.sm3(key) if size > 64 else key).ljust(64, b"\0")
    inner = library.sm3(bytes(byte ^ 0x36 for byte in block) + data)
    assert library.hmac_sm3(key, data) == library.sm3(bytes(byte ^ 0x5C for byte in block) + inner)


@both
def test_sm2_verifies_the_signature_printed_in_gmt_0003(library: CryptoPort) -> None:
    assert library.sm2_public(PRIVATE) == PUBLIC
    assert library.sm2_digest(PUBLIC, MESSAGE) == DIGEST
    assert library.sm2_verify(PUBLIC, MESSAGE, _der(R, S))
    assert library.sm2_verify_digest(PUBLIC, DIGEST, _der(R, S))
    assert not library.sm2_verify(PUBLIC, MESSAGE + b".", _der(R, S))
    assert not library.sm2_verify(PUBLIC, MESSAGE, _der(R, S), signer_id=b"ALICE123@YAHOO.COM")


@both
def test_sm4_gcm_gives_the_cipher_text_of_rfc_8998(library: CryptoPort) -> None:
    given = _gcm()
    assert library.sm4_gcm_encrypt(given["key"], given["nonce"], given["plain"], given["aad"]) == given["cipher"]
    assert library.sm4_gcm_decrypt(given["key"], given["nonce"], given["cipher"], given["aad"]) == given["plain"]


@both
def test_a_changed_blob_key_nonce_or_aad_does_not_open(library: CryptoPort) -> None:
    given = _gcm()
    for name in ("key", "nonce", "cipher", "aad"):
        for position in (0, len(given[name]) - 1):
            changed = bytearray(given[name])
            changed[position] ^= 1
            value = {**given, name: bytes(changed)}
            with pytest.raises(CryptoError, match="校验不通过"):
                library.sm4_gcm_decrypt(value["key"], value["nonce"], value["cipher"], value["aad"])
    with pytest.raises(CryptoError, match="不完整"):
        library.sm4_gcm_decrypt(given["key"], given["nonce"], given["cipher"][:15], given["aad"])


@both
def test_keys_and_nonces_of_the_wrong_size_are_refused(library: CryptoPort) -> None:
    with pytest.raises(CryptoError):
        library.sm4_gcm_encrypt(b"k" * 32, b"n" * 12, b"")
    with pytest.raises(CryptoError):
        library.sm4_gcm_encrypt(b"k" * 16, b"n" * 16, b"")
    with pytest.raises(CryptoError):
        library.hmac_sm3(b"", b"data")
    for private in (b"", bytes(32), b"\xff" * 32, sm2.N.to_bytes(32, "big"), (sm2.N - 1).to_bytes(32, "big")):
        with pytest.raises(CryptoError):
            library.sm2_sign(private, MESSAGE)
        with pytest.raises(CryptoError):
            library.sm2_sign_digest(private, DIGEST)
    with pytest.raises(CryptoError):
        library.sm2_sign_digest(PRIVATE, DIGEST[:-1])
    for signer_id in (b"", b"i" * 8192):
        with pytest.raises(CryptoError):
            library.sm2_sign(PRIVATE, MESSAGE, signer_id=signer_id)


def test_both_libraries_accept_each_others_thousand_random_signatures() -> None:
    dice = random.Random(20261124)
    first, second = LIBRARIES
    for turn in range(1000):
        if turn % 20 == 0:
            key = dice.choice(LIBRARIES).sm2_keygen()
        signer, verifier = (first, second) if turn % 2 else (second, first)
        message, signer_id = dice.randbytes(dice.randrange(0, 300)), dice.choice([DEFAULT_ID, dice.randbytes(9)])
        signature = signer.sm2_sign(key.private, message, signer_id=signer_id, public=key.public)
        assert verifier.sm2_verify(key.public, message, signature, signer_id=signer_id)
        assert not verifier.sm2_verify(key.public, message + b"\0", signature, signer_id=signer_id)
        assert first.sm3(message) == second.sm3(message)
        assert first.hmac_sm3(key.private, message) == second.hmac_sm3(key.private, message)
        blob = first.sm4_gcm_encrypt(key.private[:16], key.private[16:28], message, signer_id)
        assert blob == second.sm4_gcm_encrypt(key.private[:16], key.private[16:28], message, signer_id)
        assert second.sm4_gcm_decrypt(key.private[:16], key.private[16:28], blob, signer_id) == message


def test_an_empty_text_is_encrypted_by_both_libraries_alike() -> None:
    first, second = LIBRARIES
    for aad in (b"", b"Q1", b"a" * 16, b"a" * 33):
        blob = first.sm4_gcm_encrypt(b"k" * 16, b"n" * 12, b"", aad)
        assert blob == second.sm4_gcm_encrypt(b"k" * 16, b"n" * 12, b"", aad)
        assert [each.sm4_gcm_decrypt(b"k" * 16, b"n" * 12, blob, aad) for each in LIBRARIES] == [b"", b""]
        for library in LIBRARIES:
            with pytest.raises(CryptoError):
                library.sm4_gcm_decrypt(b"k" * 16, b"n" * 12, blob, aad + b"!")


def test_both_libraries_derive_the_same_public_keys() -> None:
    for library in LIBRARIES:
        for _ in range(10):
            key = library.sm2_keygen()
            assert [each.sm2_public(key.private) for each in LIBRARIES] == [key.public, key.public]


@both
def test_the_forms_of_gmt_0009_hold(library: CryptoPort) -> None:
    """7.1 key data, 7.3 signature data, 8.1 and 8.2 Z and e, 10 the identifier; the numbers are those of GM/T 0003.5."""
    assert DEFAULT_ID.hex() == "31323334353637383132333435363738"
    curve = b"".join(number.to_bytes(32, "big") for number in (sm2.A, sm2.B, sm2.GX, sm2.GY))
    z = library.sm3(b"\0\x80" + DEFAULT_ID + curve + PUBLIC[1:])
    assert library.sm3(z + MESSAGE) == DIGEST
    assert library.sm2_digest(PUBLIC, MESSAGE, signer_id=DEFAULT_ID) == DIGEST
    assert (PUBLIC[0], len(PUBLIC)) == (4, 65)
    assert library.sm2_verify(PUBLIC, MESSAGE, bytes.fromhex(f"3046022100{R:064x}022100{S:064x}"))
    assert not library.sm2_verify(PUBLIC, MESSAGE, bytes.fromhex(f"30440220{R:064x}0220{S:064x}"))


@both
def test_sm2_verifies_the_signature_printed_in_another_standard(library: CryptoPort) -> None:
    assert library.sm2_public(ROAD_PRIVATE) == ROAD_PUBLIC
    assert library.sm2_verify_digest(ROAD_PUBLIC, ROAD_DIGEST, _der(ROAD_R, ROAD_S))
    assert not library.sm2_verify_digest(ROAD_PUBLIC, ROAD_DIGEST, _der(ROAD_R, ROAD_S - 1))
    assert not library.sm2_verify_digest(ROAD_PUBLIC, DIGEST, _der(ROAD_R, ROAD_S))


@both
def test_a_digest_is_signed_without_the_public_key(library: CryptoPort) -> None:
    signature = library.sm2_sign_digest(PRIVATE, DIGEST)
    assert all(each.sm2_verify(PUBLIC, MESSAGE, signature) for each in LIBRARIES)


@both
def test_many_messages_are_signed_in_order(library: CryptoPort) -> None:
    messages = [b"one", b"two", b"three"]
    signatures = library.sign_many(PRIVATE, messages)
    assert [
        library.sm2_verify(PUBLIC, message, value) for message, value in zip(messages, signatures, strict=True)
    ] == [
        True,
        True,
        True,
    ]
    assert not library.sm2_verify(PUBLIC, messages[0], signatures[1])


@both
def test_signatures_are_the_shortest_der(library: CryptoPort) -> None:
    for _ in range(50):
        signature = library.sm2_sign(PRIVATE, MESSAGE, public=PUBLIC)
        pair = core.load(signature, strict=True).native
        assert signature == _der(*pair.values())


def _malformed() -> dict[str, bytes]:
    good = _der(R, S)
    long_r = b"\x02\x22\x00\x00" + R.to_bytes(32, "big")
    return {
        "empty": b"",
        "cut": good[:-1],
        "one byte too many": good + b"\0",
        "trailing bytes inside": b"\x30" + bytes([good[1] + 1]) + good[2:] + b"\0",
        "not a sequence": b"\x31" + good[1:],
        "long form of the length": b"\x30\x81" + good[1:],
        "padded r": b"\x30" + bytes([len(long_r) + 35]) + long_r + good[-35:],
        "negative r": _der(R - (1 << 256), S),
        "r is nought": _der(0, S),
        "s is nought": _der(R, 0),
        "r beyond n": _der(R + sm2.N, S),
        "s is n": _der(R, sm2.N),
        "r and s swapped": _der(S, R),
        "raw r and s": R.to_bytes(32, "big") + S.to_bytes(32, "big"),
        "three numbers": b"\x30" + bytes([good[1] + 3]) + good[2:] + b"\x02\x01\x01",
        "noise": bytes(range(70)),
    }


@both
@pytest.mark.parametrize("case", sorted(_malformed()))
def test_a_malformed_signature_is_false_and_no_exception(library: CryptoPort, case: str) -> None:
    assert library.sm2_verify(PUBLIC, MESSAGE, _malformed()[case]) is False
    assert library.sm2_verify_digest(PUBLIC, DIGEST, _malformed()[case]) is False
    assert library.sm2_verify(PUBLIC, MESSAGE, _der(R, S)) is True


@both
def test_a_malformed_public_key_verifies_nothing(library: CryptoPort) -> None:
    off_curve = PUBLIC[:-1] + bytes([PUBLIC[-1] ^ 1])
    infinity = b"\x04" + bytes(64)
    for public in (b"", PUBLIC[1:], off_curve, infinity, b"\x02" + PUBLIC[1:33]):
        assert library.sm2_verify(public, MESSAGE, _der(R, S)) is False
        assert library.sm2_verify_digest(public, DIGEST, _der(R, S)) is False
        with pytest.raises(CryptoError):
            library.sm2_digest(public, MESSAGE)


def test_a_key_pair_does_not_print_its_private_number() -> None:
    key = crypto().sm2_keygen()
    assert key.private.hex() not in repr(key)
    assert repr(key.private) not in repr(key)
