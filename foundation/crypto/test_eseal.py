"""电子印章 (SESeal): what is written is read back, what is not exactly a seal is refused, openssl reads it too. R139."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from foundation.crypto import crypto, der
from foundation.crypto.eseal import (
    OF_ORGANISATION,
    OF_PERSON,
    SealError,
    SealInfo,
    SealPicture,
    seal_issue,
    seal_joined,
    seal_problems,
    seal_read,
)
from foundation.crypto.x509 import Issuer
from foundation.crypto.x509.testing import BEGIN, NOON, Authority, openssl, openssl_verifies_value

AUTHORITY = Authority.make()
MAKER, COMPANY = AUTHORITY.company("测试制章机构"), AUTHORITY.company("上海示例有限公司")
INFO = SealInfo(
    vendor="TEST",
    es_id="31000000000001",
    kind=OF_ORGANISATION,
    name="上海示例有限公司",
    certificates=(COMPANY.certificate.der,),
    digests=(),
    created_at=BEGIN,
    valid_from=BEGIN,
    valid_until=BEGIN + timedelta(days=365),
    picture=SealPicture("PNG", b"\x89PNG", 40, 40),
)
SEAL = seal_issue(INFO, MAKER)


def codes(content: bytes, at: datetime = NOON, signer: Issuer = COMPANY) -> set[str]:
    found = seal_problems(
        seal_read(content),
        at=at,
        signer=signer.certificate,
        roots=[AUTHORITY.root.certificate],
        intermediates=[AUTHORITY.sub.certificate],
    )
    return {each.code for each in found}


@pytest.mark.parametrize(
    "info",
    [INFO, replace(INFO, certificates=(), digests=(crypto().sm3(COMPANY.certificate.der), bytes(32)))],
    ids=["certificates", "digests"],
)
def test_what_is_written_is_read_back_and_holds(info: SealInfo) -> None:
    seal = seal_read(seal_issue(info, MAKER))
    assert seal.info == info
    assert seal.info_der == info.encoded()
    assert seal.maker == MAKER.certificate
    assert codes(seal.der) == set()
    assert openssl_verifies_value(public(MAKER.certificate.der), seal.info_der, seal.value)


def public(certificate: bytes) -> str:
    return openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=certificate)[1]


def test_openssl_reads_number_name_and_times() -> None:
    good, said = openssl("asn1parse", "-inform", "DER", data=SEAL)
    assert good
    for words in (":ES", ":TEST", ":31000000000001", ":20260101000000Z", ":20270101000000Z", "SM2-with-SM3"):
        assert words in said


def test_the_first_and_the_last_second_are_good() -> None:
    for at, expected in (
        (INFO.valid_from, set[str]()),
        (INFO.valid_until, set[str]()),
        (INFO.valid_from - timedelta(seconds=1), {"seal_not_yet_valid"}),
        (INFO.valid_until + timedelta(seconds=1), {"seal_expired"}),
    ):
        assert codes(SEAL, at) == expected


def members(content: bytes) -> list[bytes]:
    return [each.whole for each in der.items(der.only(content, der.SEQUENCE).body)]


def info_with(place: int, value: bytes) -> bytes:
    parts = members(INFO.encoded())
    parts[place] = value
    return seal_joined(der.sequence(*parts), MAKER.certificate, b"x")


def header(identity: str = "ES", version: int = 4) -> bytes:
    texts = [der.encode(der.IA5_STRING, each.encode()) for each in (identity, "TEST")]
    return der.sequence(texts[0], der.integer(version), texts[1])


def property_with(place: int, value: bytes) -> bytes:
    parts = members(members(INFO.encoded())[2])
    parts[place] = value
    return info_with(2, der.sequence(*parts))


NO_SEALS = {
    "nothing": b"",
    "something after it": SEAL + b"\0",
    "one part too many": der.sequence(*members(SEAL), der.integer(1)),
    "another algorithm": der.sequence(*members(SEAL)[:2], der.oid("1.2.840.113549.1.1.11"), members(SEAL)[3]),
    "no certificate of a maker": der.sequence(members(SEAL)[0], der.octets(b"x"), *members(SEAL)[2:]),
    "odd bits": der.sequence(*members(SEAL)[:3], der.encode(der.BIT_STRING, b"\x01x")),
    "another header": info_with(0, header("XX")),
    "the fifth version": info_with(0, header(version=5)),
    "a number written long": info_with(
        0, der.sequence(members(header())[0], b"\x02\x02\x00\x04", members(header())[2])
    ),
    "no number": info_with(1, der.encode(der.IA5_STRING, b"")),
    "a name that is no text": property_with(1, der.encode(der.UTF8_STRING, b"\xff")),
    "a name with what cannot be seen": property_with(1, der.encode(der.UTF8_STRING, "上海\u202e公司".encode())),
    "listed in an unknown way": property_with(2, der.integer(3)),
    "nobody listed": property_with(3, der.sequence()),
    "a certificate that is none": property_with(3, der.sequence(der.octets(b"x"))),
    "a time that is none": property_with(4, der.encode(der.GENERALIZED_TIME, b"20261301000000Z")),
    "a local time": property_with(4, der.encode(der.GENERALIZED_TIME, b"20260101000000+0800")),
    "a short year": property_with(4, der.encode(der.UTC_TIME, b"260101000000Z")),
    "a picture without size": info_with(3, replace(INFO.picture, width=0).encoded()),
    "a picture as large as a wall": info_with(3, replace(INFO.picture, height=5000).encoded()),
}


@pytest.mark.parametrize("name", NO_SEALS)
def test_what_is_not_exactly_a_seal_is_refused(name: str) -> None:
    with pytest.raises(SealError):
        seal_read(NO_SEALS[name])


def test_every_changed_byte_of_a_seal_is_noticed() -> None:
    for at in range(0, len(SEAL), 3):
        changed = SEAL[:at] + bytes([SEAL[at] ^ 1]) + SEAL[at + 1 :]
        try:
            assert codes(changed), at
        except SealError:
            continue


def test_times_are_written_in_utc_to_the_second() -> None:
    moment = datetime(2026, 11, 24, 4, 5, 6, 789, tzinfo=UTC)
    assert der.generalized_time(moment)[2:] == b"20261124040506Z"
    assert der.moment_in(der.generalized_time(moment)) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("上海示例有限公司", OF_ORGANISATION, set()),
        ("上海示例有限公司合同专用章", 4, set()),
        ("上海示例有限公司财务专用章", OF_ORGANISATION, set()),
        ("张三", 5, set()),
        ("张三印", OF_PERSON, set()),
        ("欧阳修远法定代表人名章", 5, set()),
        ("阿卜杜拉·买买提", OF_PERSON, set()),
        ("John Smith", OF_PERSON, set()),
        ("张三", OF_ORGANISATION, {"seal_name"}),
        ("上海对手有限公司", OF_ORGANISATION, {"seal_name"}),
        ("上海对手有限公司", OF_PERSON, {"seal_name"}),
        ("上海对手有限公司法定代表人名章", 5, {"seal_name"}),
        ("对手公司", OF_PERSON, {"seal_name"}),
        ("外交部", OF_PERSON, {"seal_name"}),
        ("上海市示例有限公司", OF_ORGANISATION, {"seal_name"}),
    ],
)
def test_a_seal_is_named_after_who_uses_it_unless_it_is_a_persons(name: str, kind: int, expected: set[str]) -> None:
    assert codes(seal_issue(replace(INFO, name=name, kind=kind), MAKER)) == expected


def test_brackets_of_either_width_are_the_same_name() -> None:
    group = AUTHORITY.company("上海示例（集团）有限公司")
    info = replace(INFO, name="上海示例(集团)有限公司公章", certificates=(group.certificate.der,))
    assert codes(seal_issue(info, MAKER), signer=group) == set()
