"""数字证书: what we issue is what openssl accepts, and every fault of a chain is named. R141."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import pytest

from foundation.crypto import crypto
from foundation.crypto.x509 import (
    EVENT,
    ISSUING,
    ROOT,
    Certificate,
    CertificateError,
    Chain,
    Issuer,
    Profile,
    Purpose,
    Revoked,
    Subject,
    certificate_request,
    issue_certificate,
    issue_crl,
    parse,
    parse_crl,
    parse_many,
    public_pem,
    public_spki,
    read_public,
    read_request,
    to_pem,
    verify_chain,
)
from foundation.crypto.x509.issue import moment
from foundation.crypto.x509.testing import (
    BEGIN,
    NOON,
    Authority,
    openssl,
    openssl_verifies_hop,
    openssl_verifies_value,
)

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")
AUTHORITY = Authority.make()
PERSON = AUTHORITY.person("李𬎆赟")


def check(certificate: Certificate, **changes: object) -> Chain:
    given = {
        "roots": [AUTHORITY.root.certificate],
        "intermediates": [AUTHORITY.sub.certificate],
        "at": NOON + timedelta(minutes=5),
        **changes,
    }
    return verify_chain(certificate, **given)  # type: ignore[arg-type]  # a bag of keywords


def codes(chain: Chain) -> list[str]:
    return [problem.code for problem in chain.problems]


def test_a_persons_event_certificate_is_good_while_it_lasts() -> None:
    chain = check(PERSON.certificate)
    assert chain.ok
    assert [each.subject.common_name for each in chain.path] == ["李𬎆赟", "测试签发机构", "测试根证书"]


def test_openssl_accepts_every_hop_and_reads_the_names() -> None:
    root, sub = AUTHORITY.root.certificate, AUTHORITY.sub.certificate
    company = AUTHORITY.company("上海企登测试有限公司").certificate
    for below, above in ((root, root), (sub, root), (PERSON.certificate, sub), (company, sub)):
        assert openssl_verifies_hop(below, above)
    assert not openssl_verifies_hop(PERSON.certificate, root)
    _, text = openssl("x509", "-noout", "-text", "-nameopt", "utf8", data=PERSON.certificate.pem.encode())
    assert "CN=李𬎆赟" in text
    assert "SM2-with-SM3" in text
    assert "Digital Signature, Non Repudiation" in text


def test_openssl_accepts_what_our_key_signed() -> None:
    value = crypto().sm2_sign(PERSON.key.private, b"to be signed")
    assert openssl_verifies_value(public_pem(PERSON.key.public), b"to be signed", value)
    assert not openssl_verifies_value(public_pem(PERSON.key.public), b"to be signed!", value)


def test_der_and_pem_give_the_same_certificate() -> None:
    certificate = PERSON.certificate
    assert parse(certificate.pem) == parse(certificate.der) == certificate
    bundle = certificate.pem + AUTHORITY.sub.certificate.pem
    assert parse_many(bundle) == [certificate, AUTHORITY.sub.certificate]
    with pytest.raises(CertificateError, match="读到 2 张"):
        parse(bundle)


def test_a_certificate_counts_only_between_its_times() -> None:
    assert codes(check(PERSON.certificate, at=NOON - timedelta(seconds=1))) == ["not_yet_valid"]
    late = check(PERSON.certificate, at=NOON + timedelta(minutes=31))
    assert codes(late) == ["expired"]
    assert late.problems[0].message == "证书“李𬎆赟”在 2026-11-24 12:31:00 时已过有效期（至 2026-11-24 12:30:00）"


def test_an_expired_authority_is_named_too() -> None:
    assert codes(check(PERSON.certificate, at=BEGIN + timedelta(days=3651))) == ["expired", "expired"]


def test_a_foreign_root_is_not_trusted() -> None:
    other = Authority.make("别家")
    assert codes(check(PERSON.certificate, roots=[other.root.certificate])) == ["no_issuer"]
    lookalike = Authority.make("测试").person("李𬎆赟").certificate
    assert codes(check(lookalike)) in (["no_issuer"], ["signature"])
    own = Issuer(AUTHORITY.root.certificate, AUTHORITY.root.key).certificate
    assert codes(check(own, roots=[other.root.certificate], purpose=Purpose.ANY)) == ["untrusted"]


def test_a_forged_certificate_is_named_as_forged() -> None:
    forged_by = Issuer(AUTHORITY.sub.certificate, crypto().sm2_keygen())
    forged = issue_certificate(
        issuer=forged_by,
        subject=Subject("李𬎆赟"),
        public=PERSON.key.public,
        profile=EVENT,
        not_before=NOON,
        minutes=30,
    )
    chain = check(forged)
    assert codes(chain) == ["signature"]
    assert "伪造" in chain.problems[0].message


def test_a_changed_certificate_does_not_verify() -> None:
    der = bytearray(PERSON.certificate.der)
    position = bytes(der).index("李".encode())
    der[position : position + 3] = "孙".encode()
    assert codes(check(parse(bytes(der)))) == ["signature"]


def test_the_intermediate_must_be_given() -> None:
    assert codes(check(PERSON.certificate, intermediates=[])) == ["no_issuer"]


@pytest.mark.parametrize(
    ("profile", "sentence"),
    [
        (Profile(key_usage=frozenset({"key_encipherment"})), "用途不包括数字签名"),
        (
            Profile(key_usage=frozenset({"digital_signature"}), extended_usage=frozenset({"time_stamping"})),
            "限定了别的用途",
        ),
    ],
    ids=["encryption only", "time stamps only"],
)
def test_a_certificate_for_another_purpose_signs_no_document(profile: Profile, sentence: str) -> None:
    certificate = AUTHORITY.person("李明", profile=profile).certificate
    chain = check(certificate)
    assert codes(chain) == ["purpose"]
    assert sentence in chain.problems[0].message
    assert check(certificate, purpose=Purpose.ANY).ok


def test_an_authority_signs_no_document() -> None:
    assert codes(check(AUTHORITY.sub.certificate, intermediates=[])) == ["purpose"]


def test_a_person_issues_no_certificate() -> None:
    with pytest.raises(CertificateError, match="不是签发机构"):
        issue_certificate(
            issuer=PERSON,
            subject=Subject("借名者"),
            public=PERSON.key.public,
            profile=EVENT,
            not_before=NOON,
            minutes=1,
        )
    as_authority = Issuer(replace(PERSON.certificate, is_ca=True), PERSON.key)
    sneaked = issue_certificate(
        issuer=as_authority,
        subject=Subject("借名者"),
        public=PERSON.key.public,
        profile=EVENT,
        not_before=NOON,
        minutes=10,
    )
    chain = check(sneaked, intermediates=[PERSON.certificate, AUTHORITY.sub.certificate])
    assert "not_ca" in codes(chain)


def test_an_authority_below_the_issuing_one_is_one_too_many() -> None:
    key = crypto().sm2_keygen()
    third = issue_certificate(
        issuer=AUTHORITY.sub,
        subject=Subject("第三级"),
        public=key.public,
        profile=ISSUING,
        not_before=BEGIN,
        not_after=BEGIN + timedelta(days=900),
    )
    leaf = issue_certificate(
        issuer=Issuer(third, key),
        subject=Subject("李明"),
        public=PERSON.key.public,
        profile=EVENT,
        not_before=NOON,
        minutes=30,
    )
    chain = check(leaf, intermediates=[third, AUTHORITY.sub.certificate])
    assert [(problem.code, problem.message[:8]) for problem in chain.problems] == [
        ("path_length", "“测试签发机构，"),
        ("path_length", "“测试根证书，企"),
    ]


def test_a_certificate_lies_within_its_issuers_time() -> None:
    common = {"issuer": AUTHORITY.sub, "subject": Subject("李明"), "public": PERSON.key.public, "profile": EVENT}
    for begin, end in (
        (NOON, NOON + timedelta(days=9999)),
        (BEGIN - timedelta(days=1), NOON),
        (NOON, NOON),
    ):
        with pytest.raises(CertificateError):
            issue_certificate(**common, not_before=begin, not_after=end)  # type: ignore[arg-type]  # a bag of keywords
    with pytest.raises(CertificateError, match="时区"):
        moment(NOON.replace(tzinfo=None))


def test_a_revoked_certificate_counts_until_it_was_taken_back() -> None:
    company = AUTHORITY.company("上海企登测试有限公司").certificate
    revoked = [Revoked(company.serial, NOON)]
    text = to_pem(
        issue_crl(issuer=AUTHORITY.sub, revoked=revoked, number=1, this_update=NOON, next_update=NOON + timedelta(1)),
        "X509 CRL",
    )
    found = parse_crl(text)
    assert codes(check(company, revocations=[found])) == ["revoked"]
    assert check(company, revocations=[found], at=NOON - timedelta(minutes=1)).ok
    assert check(PERSON.certificate, revocations=[found]).ok
    foreign = issue_crl(
        issuer=Issuer(AUTHORITY.sub.certificate, crypto().sm2_keygen()),
        revoked=revoked,
        number=2,
        this_update=NOON,
        next_update=NOON + timedelta(1),
    )
    assert check(company, revocations=[parse_crl(foreign)]).ok
    assert (
        parse_crl(
            issue_crl(issuer=AUTHORITY.sub, revoked=[], number=3, this_update=NOON, next_update=NOON + timedelta(1))
        ).entries
        == ()
    )


def test_a_request_proves_that_its_key_is_held() -> None:
    request = certificate_request(PERSON.key, Subject("李明"))
    assert read_request(request) == read_request(to_pem(request, "CERTIFICATE REQUEST")) == PERSON.key.public
    with pytest.raises(CertificateError, match="签名不成立"):
        read_request(request[:-1] + bytes([request[-1] ^ 1]))
    done, said = openssl(
        "req", "-verify", "-noout", "-inform", "DER", "-vfyopt", "distid:1234567812345678", data=request
    )
    assert done, said


def test_public_keys_are_read_in_every_usual_dress() -> None:
    public = PERSON.key.public
    spki = public_spki(public)
    for dress in (public, spki, public_pem(public), base64.b64encode(spki), base64.b64encode(public).decode()):
        assert read_public(dress) == public
    for wrong in (b"", b"\x30\x00", b"\x04" + bytes(64), "bm90aGluZw=="):
        with pytest.raises(CertificateError):
            read_public(wrong)


@pytest.mark.parametrize("noise", [b"", b"\x30\x03\x02\x01\x01", b"%PDF-1.7", b"-----BEGIN CERTIFICATE-----\nxx\n"])
def test_noise_is_no_certificate(noise: bytes) -> None:
    for read in (parse, parse_crl, read_request):
        with pytest.raises(CertificateError):
            read(noise)


def test_an_issuer_is_a_certificate_with_its_own_key() -> None:
    assert Issuer.of(AUTHORITY.sub.certificate.pem, AUTHORITY.sub.key.private).key == AUTHORITY.sub.key
    with pytest.raises(CertificateError, match="不匹配"):
        Issuer.of(AUTHORITY.sub.certificate.pem, PERSON.key.private)
    assert ROOT.ca
    assert ISSUING.ca
    assert not EVENT.ca


def test_a_certificate_whose_byte_was_changed_is_read_or_refused_in_words() -> None:
    der = PERSON.certificate.der
    for at in range(len(der)):
        try:
            parse(der[:at] + bytes([der[at] ^ 1]) + der[at + 1 :])
        except CertificateError:
            continue


def test_a_signature_value_has_whole_bytes() -> None:
    """One and the same certificate cannot be written in two ways."""
    even = next(one for one in iter(lambda: AUTHORITY.person("李示例").certificate, None) if not one.der[-1] & 1)
    at = len(even.der) - len(even.signature) - 1
    assert even.der[at] == 0
    with pytest.raises(CertificateError, match="整字节"):
        parse(even.der[:at] + b"\1" + even.der[at + 1 :])
