"""验证: good files pass, every attack is refused for its own reason, in words a person understands. R139, R141."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from foundation.crypto import crypto
from foundation.crypto.x509 import Revoked, issue_crl, parse_crl
from foundation.crypto.x509.testing import NOON
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.attacks import ATTACKS, certified
from signing.pdf.forgery import FIRST, SIGNERS, fields_only, once, once_packed, then_sign, twice
from signing.pdf.sign import prepare
from signing.pdf.testing import LINES, own_pdf
from signing.pdf.verify import verify_pdf

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")


@pytest.mark.parametrize("make", [once, twice, once_packed, lambda: then_sign(once_packed()), lambda: certified(2)])
def test_what_the_attacks_start_from_is_good(make: Callable[[], bytes]) -> None:
    report = verify_pdf(make(), SIGNERS.roots)
    assert report.ok, report.sentences


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_with_its_reason(name: str) -> None:
    attack = ATTACKS[name]
    report = verify_pdf(attack.make(), SIGNERS.roots)
    assert not report.ok
    found = {problem.code: problem.message for problem in report.all_problems}
    assert attack.code in found, report.sentences
    assert attack.sentence in found[attack.code]


def test_a_file_without_signatures_is_not_good() -> None:
    for pdf in (own_pdf(), fields_only()):
        report = verify_pdf(pdf, SIGNERS.roots)
        assert not report.ok
        assert [str(problem) for problem in report.problems] == ["文件里没有签名"]


def test_every_single_bit_of_a_signed_file_matters() -> None:
    pdf = once()
    for at in range(11, len(pdf), max(1, len(pdf) // 150)):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        assert not verify_pdf(changed, SIGNERS.roots).ok, at


def test_a_file_cut_anywhere_is_not_good() -> None:
    pdf = twice()
    for at in range(len(pdf) // 40, len(pdf), len(pdf) // 40):
        assert not verify_pdf(pdf[:at], SIGNERS.roots).ok, at


def test_an_earlier_state_is_what_the_first_signer_signed() -> None:
    report = verify_pdf(twice()[: len(once())], SIGNERS.roots)
    assert report.ok
    assert len(report.signatures) == 1


def test_the_report_says_who_when_and_what_came_after() -> None:
    report = verify_pdf(twice(), SIGNERS.roots)
    assert report.sentences == [
        "李𬎆赟于 2026-11-24 12:00:00 在“legal_representative”处的签名有效。之后：“liaison”处又签了名。",
        "王小明于 2026-11-24 12:00:00 在“liaison”处的签名有效。之后文件没有变化。",
    ]
    value = json.loads(json.dumps(report.as_json(), ensure_ascii=False))
    assert value["ok"] is True
    assert value["signatures"][0]["signed_at"] == "2026-11-24T12:00:00+08:00"
    assert value["signatures"][0]["issuer"] == "测试签发机构，企登测试"


def test_the_first_signer_of_a_swapped_page_is_warned_and_the_second_is_not_blamed() -> None:
    report = verify_pdf(ATTACKS["content swapped between two signatures"].make(), SIGNERS.roots)
    first, second = report.signatures
    assert first.intact
    assert second.ok
    assert first.sentence == (
        "李𬎆赟于 2026-11-24 12:00:00 在“legal_representative”处的签名无效：签名之后改动了第 1 页的内容。"
        "之后：签名之后改动了第 1 页的内容；“liaison”处又签了名。"
    )


def test_another_time_may_be_asked_for() -> None:
    late = verify_pdf(once(), SIGNERS.roots, at=NOON + timedelta(days=1))
    assert [problem.code for problem in late.all_problems] == ["expired"]
    assert late.signatures[0].intact
    assert not late.signatures[0].chain_ok


def test_a_revoked_certificate_counts_only_before_it_was_taken_back() -> None:
    entry = Revoked(SIGNERS.person.certificate.serial, NOON - timedelta(minutes=1))
    found = parse_crl(
        issue_crl(
            issuer=SIGNERS.authority.sub,
            revoked=[entry],
            number=1,
            this_update=NOON,
            next_update=NOON + timedelta(days=1),
        )
    )
    report = verify_pdf(once(), SIGNERS.roots, revocations=[found])
    assert [problem.code for problem in report.all_problems] == ["revoked"]


def test_the_container_of_other_chinese_authorities_is_read() -> None:
    """GM/T 0010: the same shape under its own identifiers. One that mixes both is refused."""
    who = SIGNERS.person
    look = Appearance("李𬎆赟", None, LINES)
    prepared = prepare(fields_only(), FIRST, look, who.certificate.der, SIGNERS.chain, NOON, container=cms.GM)
    value = crypto().sm2_sign(who.key.private, prepared.to_be_signed)

    def filled(container: cms.Container) -> bytes:
        content = cms.container_of(who.certificate, prepared.chain, prepared.to_be_signed, value, container).hex()
        start, end = prepared.gap
        return prepared.pdf[: start + 1] + content.encode().ljust(end - start - 2, b"0") + prepared.pdf[end - 1 :]

    assert verify_pdf(filled(cms.GM), SIGNERS.roots).ok
    for mixed in (cms.STD, replace(cms.GM, data=cms.STD.data), replace(cms.STD, data=cms.GM.data)):
        report = verify_pdf(filled(mixed), SIGNERS.roots)
        assert [problem.code for problem in report.all_problems] == ["container"]
