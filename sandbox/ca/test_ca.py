"""电子认证机构: real chains, event certificates for verified people only, organisations, revocation."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.clock.models import ClockOffset
from foundation.crypto import Sm2Key, crypto
from foundation.crypto.x509 import (
    Certificate,
    Subject,
    certificate_request,
    parse,
    parse_crl,
    parse_many,
    to_pem,
    verify_chain,
)
from foundation.crypto.x509.testing import openssl_verifies_hop
from sandbox.ca.authority import issuer
from sandbox.ca.models import AuthorityKey
from sandbox.testing import Caller
from sandbox.verification.models import Session
from sandbox.world.models import Company, Person


def verified(code: str = "P01", *, passed: bool = True) -> str:
    """A verification of this person that is decided; its 认证流水号."""
    person = Person.objects.get(pk=code)
    session = Session.objects.create(
        session_no=f"HY{code}",
        token=code,
        client="signing",
        ref="r",
        name=person.name,
        id_type=person.id_type,
        id_number=person.id_number,
        purpose="face",
        return_url="http://127.0.0.1/",
        created_at=clock.now(),
        expires_at=clock.wall(),
        passed=passed,
        serial_no=f"RZ{code}",
        decided_at=clock.now(),
    )
    return str(session.serial_no)


def request_event(caller: Caller, key: Sm2Key, **changed: Any) -> dict[str, Any]:
    sent = {
        "public_key_base64": base64.b64encode(key.public).decode(),
        "subject_name": "张示例",
        "subject_ref": "310***********9190",
        "not_after_minutes": 30,
        **changed,
    }
    reply = caller.post("/ca/certificates/event", sent)
    return {"status": reply.status, **reply.json()}


def chain_of(told: dict[str, Any], browser: Client) -> tuple[Certificate, Certificate, Certificate]:
    """Leaf, issuing authority, root, the latter two as downloaded."""
    root = parse(browser.get("/ca/root.pem").content)
    sub = parse(browser.get("/ca/sub.pem").content)
    assert [one.der for one in parse_many(told["chain_pem"])] == [sub.der, root.der]
    return parse(told["cert_pem"]), sub, root


def test_an_event_certificate_chains_to_the_root_for_us_and_for_openssl(signing: Caller, browser: Client) -> None:
    key = crypto().sm2_keygen()
    told = request_event(signing, key, verification_serial_no=verified())
    leaf, sub, root = chain_of(told, browser)
    assert leaf.public == key.public
    assert leaf.subject == Subject("张示例", serial_number="310***********9190")
    assert verify_chain(leaf, roots=[root], intermediates=[sub], at=clock.now()).ok
    for below, above in ((leaf, sub), (sub, root), (root, root)):
        assert openssl_verifies_hop(below, above)
    assert leaf.not_after - clock.now() < timedelta(minutes=31)


def test_the_key_may_come_in_a_request_that_proves_it(signing: Caller) -> None:
    key = crypto().sm2_keygen()
    request = to_pem(certificate_request(key, Subject("张示例")), "CERTIFICATE REQUEST")
    told = request_event(signing, key, public_key_base64="", csr_pem=request, verification_serial_no=verified())
    assert parse(told["cert_pem"]).public == key.public


@pytest.mark.parametrize(
    ("serial", "name", "error"),
    [("RZ1", "张示例", "not_verified"), ("RZP02", "张示例", "other_person"), ("RZP03", "王测试", "not_verified")],
)
def test_nobody_gets_a_certificate_without_his_own_passed_verification(
    signing: Caller, serial: str, name: str, error: str
) -> None:
    verified("P02")
    verified("P03", passed=False)
    told = request_event(signing, crypto().sm2_keygen(), verification_serial_no=serial, subject_name=name)
    assert (told["status"], told["error"]) == (409, error)


def test_an_old_verification_gives_no_certificate(signing: Caller) -> None:
    serial = verified()
    ClockOffset.move_to(timedelta(hours=25))
    told = request_event(signing, crypto().sm2_keygen(), verification_serial_no=serial)
    assert told["error"] == "verification_old"


def test_certificates_follow_the_legal_clock(signing: Caller) -> None:
    ClockOffset.move_to(timedelta(days=400))
    told = request_event(signing, crypto().sm2_keygen(), verification_serial_no=verified())
    assert parse(told["cert_pem"]).not_before > clock.wall() + timedelta(days=399)


@pytest.mark.parametrize(
    "changed",
    [
        {"public_key_base64": "AAAA"},
        {"public_key_base64": "?"},
        {"public_key_base64": "", "csr_pem": "x"},
        {"public_key_base64": ""},
    ],
)
def test_what_is_no_key_is_refused(signing: Caller, changed: dict[str, str]) -> None:
    told = request_event(signing, crypto().sm2_keygen(), verification_serial_no=verified(), **changed)
    assert (told["status"], told["error"]) == (422, "invalid")


def organisation(caller: Caller, name: str, code: str) -> tuple[int, dict[str, Any]]:
    public = base64.b64encode(crypto().sm2_keygen().public).decode()
    sent = {"public_key_base64": public, "organisation_name": name, "organisation_code": code}
    reply = caller.post("/ca/certificates/organisation", sent)
    return reply.status, reply.json()


def test_a_registration_authority_and_a_company_get_certificates(reg: Caller, browser: Client) -> None:
    company = Company.objects.get(pk="C01")
    for name, code in (("上海市浦东新区市场监督管理局", "310115"), (company.name, company.uscc)):
        status, told = organisation(reg, name, code)
        leaf, sub, root = chain_of(told, browser)
        assert status == 201
        assert (leaf.subject.common_name, leaf.subject.serial_number) == (name, code)
        assert verify_chain(leaf, roots=[root], intermediates=[sub], at=clock.now()).ok


def test_an_unknown_organisation_and_a_wrong_name_are_refused(reg: Caller) -> None:
    assert organisation(reg, "某某局", "999999")[0] == 404
    assert organisation(reg, "上海别家公司", Company.objects.get(pk="C01").uscc)[0] == 409


def test_a_revoked_certificate_stands_on_the_list(signing: Caller, browser: Client) -> None:
    told = request_event(signing, crypto().sm2_keygen(), verification_serial_no=verified())
    leaf, sub, root = chain_of(told, browser)
    assert parse_crl(browser.get("/ca/crl").content).entries == ()
    assert signing.post("/ca/certificates/revoke", {"serial": told["serial"], "reason": "试"}).status == 200
    found = parse_crl(browser.get("/ca/crl").content)
    chain = verify_chain(
        leaf, roots=[root], intermediates=[sub], at=clock.now() + timedelta(seconds=2), revocations=[found]
    )
    assert [problem.code for problem in chain.problems] == ["revoked"]
    assert signing.post("/ca/certificates/revoke", {"serial": "1"}).status == 404


def test_a_wrong_answer_is_a_certificate_of_somebody_else(
    signing: Caller, browser: Client, fault: Callable[..., None]
) -> None:
    key = crypto().sm2_keygen()
    fault("ca", mode="wrong")
    leaf = parse(request_event(signing, key, verification_serial_no=verified())["cert_pem"])
    assert leaf.public != key.public
    assert leaf.subject.common_name != "张示例"


@pytest.mark.usefixtures("world")
def test_the_authority_is_made_once_and_its_keys_are_not_in_clear() -> None:
    first, second = issuer("root"), issuer("root")
    assert first.certificate.der == second.certificate.der
    assert AuthorityKey.objects.count() == 2
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM ca_authoritykey")
        stored = [bytes(row[0]) for row in cursor.fetchall()]
    assert all(first.key.private.hex().encode() not in one and first.key.private not in one for one in stored)
