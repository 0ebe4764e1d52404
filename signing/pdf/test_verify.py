"""验证: good files pass, every attack is refused for its own reason, in words a person understands. R139, R141."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.crypto import crypto
from foundation.crypto.x509 import Revoked, issue_crl, parse_crl
from foundation.crypto.x509.testing import NOON
from signing.pdf import cms
from signing.pdf.apart import verify_apart
from signing.pdf.appearance import Appearance
from signing.pdf.attacks import ATTACKS
from signing.pdf.attacks_trust import stamped
from signing.pdf.fields import find_field
from signing.pdf.forgery import (
    FIRST,
    SIGNERS,
    certified,
    fields_only,
    hole,
    once,
    once_packed,
    then_sign,
    twice,
    update,
)
from signing.pdf.library import read_pdf
from signing.pdf.sign import prepare
from signing.pdf.syntax import write_dict
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


def in_the_hole(pdf: bytes, at: int) -> bool:
    start = pdf.index(hole(pdf))
    return start < at < start + len(hole(pdf)) - 1


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(once()) - 1), byte=st.integers(0, 255))
def test_no_other_byte_anywhere_is_good_unless_it_means_the_same(at: int, byte: int) -> None:
    """A digit of the value may be written large or small: what stands in the hole is the same value."""
    pdf = once()
    changed = pdf[:at] + bytes([byte]) + pdf[at + 1 :]
    same = in_the_hole(pdf, at) and pdf[at : at + 1].lower() == bytes([byte]).lower()
    assert verify_pdf(changed, SIGNERS.roots).ok == (changed == pdf or same)


@settings(max_examples=150, deadline=None)
@given(
    make=st.sampled_from([once, twice, once_packed]),
    parts=st.lists(
        st.tuples(st.floats(0, 1), st.sampled_from(["flip", "cut", "drop", "double", "nought"])), min_size=1, max_size=4
    ),
)
def test_a_mangled_file_is_never_good_and_never_breaks_the_verifier(
    make: Callable[[], bytes], parts: list[tuple[float, str]]
) -> None:
    pdf = make()
    for share, how in parts:
        at = max(0, int(share * (len(pdf) - 1)))
        more = min(at + 40, len(pdf))
        pdf = {
            "flip": pdf[:at] + bytes(each ^ 0x41 for each in pdf[at : at + 1]) + pdf[at + 1 :],
            "cut": pdf[: max(at, 8)],
            "drop": pdf[:at] + pdf[more:],
            "double": pdf[:more] + pdf[at:more] + pdf[more:],
            "nought": pdf[:at] + bytes(more - at) + pdf[more:],
        }[how]
    report = verify_pdf(pdf, SIGNERS.roots)
    assert not report.ok or pdf in {once(), twice(), once_packed()}
    assert all(problem.code and problem.message for problem in report.all_problems)


@pytest.mark.parametrize("make", [once, twice])
def test_every_shortening_by_a_few_bytes_is_told(make: Callable[[], bytes]) -> None:
    for less in range(1, 40):
        assert not verify_pdf(make()[:-less], SIGNERS.roots).ok, less


def looped(prev: int) -> bytes:
    """The table names itself, or one behind it, as the one before."""
    return re.sub(rb"/Prev \d+", b"/Prev %d" % prev, once())


def deep(opening: bytes) -> bytes:
    return update(once(), {read_pdf(once()).size: opening * 20_000})


@pytest.mark.parametrize(
    "make",
    [
        lambda: looped(int(re.findall(rb"startxref\n(\d+)", once())[-1])),
        lambda: looped(len(once()) - 1),
        lambda: looped(0),
        lambda: deep(b"["),
        lambda: deep(b"<</A "),
        lambda: once().replace(b"/Count 3", b"/Count 9"),
        lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * 50_000,
        lambda: b"%PDF-1.7\nstartxref\n9\n%%EOF\n",
        lambda: b"%PDF-",
        lambda: b"",
    ],
)
def test_endless_and_bottomless_files_end_in_a_refusal(make: Callable[[], bytes]) -> None:
    report = verify_pdf(make(), SIGNERS.roots)
    assert not report.ok
    assert report.all_problems


def test_a_place_without_size_or_hidden_from_the_start_is_good_and_told() -> None:
    """ISO 32000-2, 12.7.5.5 allows it; nobody may take a drawn name elsewhere for this signature."""
    for entry in ({b"Rect": b"[0 0 0 0]"}, {b"F": b"2"}):
        file = read_pdf(fields_only())
        field = find_field(file, FIRST)
        start = update(fields_only(), {field.number: write_dict({**field.entries, **entry})})
        report = verify_pdf(SIGNERS.sign(start, FIRST, SIGNERS.person), SIGNERS.roots)
        assert report.ok, report.sentences
        assert not report.signatures[0].shown
        assert "页面上看不到这个签名" in report.sentences[0]
    assert verify_pdf(once(), SIGNERS.roots).signatures[0].shown


def test_the_unsigned_list_of_algorithms_must_name_ours() -> None:
    mark = b"310c300a06082a811ccf55018311"
    changed = once().replace(mark, mark[:-4] + b"7311", 1)
    assert [problem.code for problem in verify_pdf(changed, SIGNERS.roots).all_problems] == ["container"]


@pytest.mark.parametrize(("minutes", "found"), [(9, set()), (11, {"future"})])
def test_a_signature_of_the_future_is_not_good_yet(minutes: int, found: set[str]) -> None:
    for verify in (verify_pdf, verify_apart):
        report = verify(once(), SIGNERS.roots, now=NOON - timedelta(minutes=minutes))
        assert {problem.code for problem in report.all_problems} == found
        assert all("还没有到" in problem.message for problem in report.all_problems)


def test_a_time_stamp_over_the_value_may_stand_in_the_container() -> None:
    report = verify_pdf(stamped(lambda value: value, after=timedelta(minutes=1)), SIGNERS.roots)
    assert report.ok, report.sentences


def test_what_is_not_signed_in_a_container_is_read_strictly_too() -> None:
    """Numbers of versions, and what may follow the value, are protected by nothing."""
    whole = hole(once())
    signer = whole.rindex(b"0201013")
    for at in (whole.index(b"020101"), signer):
        changed = once().replace(whole, whole[:at] + b"04" + whole[at + 2 :], 1)
        assert [problem.code for problem in verify_pdf(changed, SIGNERS.roots).all_problems] == ["container"]


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
