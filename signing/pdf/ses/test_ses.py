"""电子签章 (GB/T 38540-2020): good seals hold in every kind of file, every forged one is refused for its own reason. R139, R141."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
from PIL import Image

from foundation.crypto import crypto, der
from foundation.crypto.eseal import SealPicture, seal_read
from foundation.crypto.x509 import Revoked, issue_crl, parse_crl
from foundation.crypto.x509.testing import BEGIN, NOON
from signing.pdf.errors import SigningError
from signing.pdf.forgery import FIRST, SIGNERS, fields_only, hole
from signing.pdf.report import SignatureReport
from signing.pdf.ses import read_container
from signing.pdf.ses.attacks import HARMLESS, SEAL_ATTACKS, extended, sealed, stamped, with_info, with_other_versions
from signing.pdf.sign import Prepared, merge
from signing.pdf.slots import add_signature_fields
from signing.pdf.test_sign import KINDS, refusal
from signing.pdf.testing import SLOTS, own_pdf, seal_picture
from signing.pdf.verify import verify_pdf

pytestmark = pytest.mark.row("R141", part="PDF签名有效性验证")


def signature_dictionary(pdf: bytes, field: str = "seal") -> pikepdf.Object:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = next(each for each in opened.Root.AcroForm.Fields if str(each.T) == field)
        return pikepdf.Object.parse(found.V.unparse(resolved=True))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.row("R139", part="生成签名原文")
@pytest.mark.row("R139", part="合章")
@pytest.mark.row("R139", part="验章")
def test_a_person_signs_and_the_company_seals_and_everything_holds(kind: str) -> None:
    pdf = SIGNERS.sign(add_signature_fields(KINDS[kind](), SLOTS), FIRST, SIGNERS.person)
    prepared = SIGNERS.prepare_seal(pdf)
    parts = der.items(der.only(prepared.to_be_signed, der.SEQUENCE).body)
    assert (parts[1].whole, der.bits_in(parts[3].whole)) == (seal_read(parts[1].whole).der, prepared.digest)
    signed = merge(prepared, crypto().sm2_sign(SIGNERS.company.key.private, prepared.to_be_signed))
    assert signed.startswith(pdf)
    report = verify_pdf(signed, SIGNERS.roots)
    assert report.ok, report.sentences
    assert [each.seal and each.seal.es_id for each in report.signatures] == [None, "31000020260100000017"]


@pytest.mark.row("R139", part="验章")
@pytest.mark.parametrize("name", SEAL_ATTACKS)
def test_an_attack_on_a_seal_is_refused_with_its_reason(name: str) -> None:
    attack = SEAL_ATTACKS[name]
    report = verify_pdf(attack.make(), SIGNERS.roots)
    assert not report.ok
    found = {problem.code: problem.message for problem in report.all_problems}
    assert set(found) == {attack.code}, report.sentences
    assert attack.sentence in found[attack.code]


def test_the_report_names_seal_number_and_maker() -> None:
    (found,) = verify_pdf(sealed(), SIGNERS.roots).signatures
    assert found.sentence == (
        "上海企登测试科技发展有限公司于 2026-11-24 12:00:00 在“seal”处的签章有效。"
        "印章：上海企登测试科技发展有限公司，编号 31000020260100000017，制章者 测试制章机构，"
        "有效期 2026-01-02 至 2027-01-02。之后文件没有变化。"
    )
    told = SignatureReport.from_json(json.loads(json.dumps(found.as_json())))
    assert told.sentence == found.sentence


def test_the_dictionary_says_what_other_software_looks_for() -> None:
    written = signature_dictionary(sealed())
    assert (str(written.Filter), str(written.SubFilter)) == ("/Qideng.GMPkiLite", "/GM.sm2seal")
    container = bytes(written.Contents)
    signature = read_container(container)
    assert bytes(written.Cert[0]) == signature.certificate.der == SIGNERS.company.certificate.der
    assert bytes(written.Cert[1]) == SIGNERS.chain[0]
    assert signature.covered == tuple(int(each) for each in list(written.ByteRange)[1:])
    covered = sealed()[: signature.covered[0]] + sealed()[signature.covered[1] :]
    assert signature.digest == crypto().sm3(covered)


def test_the_page_shows_the_picture_of_the_seal_pixel_by_pixel() -> None:
    picture = seal_picture(colours=True)
    signed = with_info(replace(SIGNERS.seal_info(), picture=picture))
    assert verify_pdf(signed, SIGNERS.roots).ok
    with pikepdf.open(io.BytesIO(signed)) as opened:
        field = next(each for each in opened.Root.AcroForm.Fields if str(each.T) == "seal")
        image = field.AP.N.Resources.XObject.X0.Resources.XObject.I
        shown = Image.frombytes("RGB", (240, 240), image.read_bytes())
        shown.putalpha(Image.frombytes("L", (240, 240), image.SMask.read_bytes()))
    assert shown.tobytes() == Image.open(io.BytesIO(picture.data)).tobytes()


def test_a_photograph_may_be_the_picture_and_what_cannot_be_shown_is_refused() -> None:
    out = io.BytesIO()
    Image.open(io.BytesIO(seal_picture().data)).convert("RGB").save(out, "JPEG")
    assert verify_pdf(
        with_info(replace(SIGNERS.seal_info(), picture=SealPicture("jpg", out.getvalue(), 42, 42))), SIGNERS.roots
    ).ok
    for bad in (SealPicture("ofd", b"x", 40, 40), SealPicture("PNG", b"x", 40, 40)):
        with refusal("seal_picture"):
            with_info(replace(SIGNERS.seal_info(), picture=bad))


def test_a_seal_stays_good_when_fonts_and_libraries_are_of_another_version() -> None:
    report = verify_pdf(with_other_versions(), SIGNERS.roots)
    assert report.ok, report.sentences


@pytest.mark.parametrize(
    "make",
    [
        lambda: with_info(
            replace(SIGNERS.seal_info(), certificates=(), digests=(crypto().sm3(SIGNERS.company.certificate.der),))
        ),
        lambda: SIGNERS.sign_with_seal(fields_only(), extended(HARMLESS, tagged=True)),
        lambda: SIGNERS.sign_with_seal(fields_only(), extended(HARMLESS, tagged=False)),
        lambda: stamped(lambda value: value, after=timedelta(minutes=1)),
    ],
    ids=["listed by digest", "extension with its tag", "extension without its tag", "with a time stamp"],
)
def test_other_forms_that_the_standard_allows_are_read(make: Callable[[], bytes]) -> None:
    report = verify_pdf(make(), SIGNERS.roots)
    assert report.ok, report.sentences


def test_the_chain_comes_with_the_file_and_trust_does_not() -> None:
    assert verify_pdf(sealed(), SIGNERS.roots).ok
    assert not verify_pdf(sealed(), [SIGNERS.maker.certificate]).ok
    assert {each.code for each in verify_pdf(sealed(), []).all_problems} == {"no_issuer", "maker_no_issuer"}


def test_a_revoked_maker_or_signer_counts_only_before_it_was_taken_back() -> None:
    for who, at, codes in (
        (SIGNERS.company, NOON - timedelta(minutes=1), {"revoked"}),
        (SIGNERS.company, NOON + timedelta(minutes=1), set()),
        (SIGNERS.maker, BEGIN, {"maker_revoked"}),
        (SIGNERS.maker, NOON, set()),
    ):
        entry = Revoked(who.certificate.serial, at)
        day = timedelta(days=1)
        told = issue_crl(
            issuer=SIGNERS.authority.sub, revoked=[entry], number=1, this_update=at, next_update=NOON + day
        )
        report = verify_pdf(sealed(), SIGNERS.roots, revocations=[parse_crl(told)])
        assert {each.code for each in report.all_problems} == codes


def test_every_single_bit_of_a_sealed_file_matters() -> None:
    pdf = sealed()
    gap = pdf.index(hole(pdf))
    for at in (*range(11, len(pdf), max(1, len(pdf) // 120)), *range(gap + 1, gap + len(hole(pdf)) - 1, 97)):
        changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
        assert not verify_pdf(changed, SIGNERS.roots).ok, at


@pytest.mark.row("R139", part="合章")
def test_what_was_prepared_survives_and_remembers_its_container() -> None:
    prepared = SIGNERS.prepare_seal(fields_only())
    value = crypto().sm2_sign(SIGNERS.company.key.private, prepared.to_be_signed)
    kept = Prepared.from_json(prepared.to_json(base=fields_only()), base=fields_only())
    assert kept == prepared
    assert verify_pdf(merge(kept, value), SIGNERS.roots).ok
    with pytest.raises(SigningError, match="没有写入文件"):
        merge(kept, crypto().sm2_sign(SIGNERS.company.key.private, b"another paper"))


def test_a_state_that_was_stored_before_there_were_seals_is_completed_as_it_was_begun() -> None:
    prepared = SIGNERS.prepare(add_signature_fields(own_pdf(), SLOTS), "seal", SIGNERS.company)
    state = json.loads(prepared.to_json())
    del state["container"]
    state |= {"format": 1, "pdf": base64.b64encode(prepared.pdf).decode()}
    kept = Prepared.from_json(json.dumps(state))
    assert kept == prepared
    assert verify_pdf(merge(kept, crypto().sm2_sign(SIGNERS.company.key.private, kept.to_be_signed)), SIGNERS.roots).ok
