"""签署: fields are added once, signing only appends, what is prepared survives, values are checked before they are written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.status import SignatureCoverageLevel

from foundation.crypto import crypto
from foundation.crypto.x509.testing import NOON
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.errors import SigningError
from signing.pdf.fields import pages, signature_fields
from signing.pdf.library import LibraryFile, read_pdf
from signing.pdf.sign import Prepared, merge, prepare
from signing.pdf.slots import Slot, add_signature_fields
from signing.pdf.testing import (
    LINES,
    SLOTS,
    Signers,
    blank_pdf,
    handwriting,
    hybrid_pdf,
    linearized_pdf,
    own_pdf,
    saved,
    stream_pdf,
)
from signing.pdf.verify import verify_pdf

SIGNERS = Signers.make()
KINDS: dict[str, Callable[[], bytes]] = {
    "ours": own_pdf,
    "with a cross-reference stream": stream_pdf,
    "hybrid": hybrid_pdf,
    "linearized": linearized_pdf,
    "rotated by 90": lambda: blank_pdf(2, rotation=90),
    "rotated by 180, packed": lambda: blank_pdf(2, rotation=180, packed=True),
    "rotated by 270, its corner elsewhere": lambda: blank_pdf(2, rotation=270, box=(10, 20, 605, 862)),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def refusal(code: str) -> pytest.RaisesExc[SigningError]:
    return pytest.RaisesExc(SigningError, check=lambda error: error.code == code)


@every_kind
@pytest.mark.row("R139", part="合章")
@pytest.mark.row("R139", part="验章")
def test_two_people_and_a_company_sign_and_everything_holds(kind: str) -> None:
    signed = SIGNERS.signed_by_all(KINDS[kind]())
    report = verify_pdf(signed, SIGNERS.roots)
    assert report.ok, report.sentences
    assert [each.signer for each in report.signatures] == ["李𬎆赟", "王小明", "上海企登测试科技发展有限公司"]
    assert [each.covers for each in report.signatures] == ["revision", "revision", "whole"]
    assert report.signatures[0].changed_since == ("“liaison”处又签了名", "“seal”处又签了名")
    assert report.signatures[2].changed_since == ()
    assert {each.reason for each in report.signatures} == {"签署公司登记申请书"}


@every_kind
def test_signing_only_appends(kind: str) -> None:
    original = KINDS[kind]()
    with_fields = add_signature_fields(original, SLOTS)
    once = SIGNERS.sign(with_fields, "liaison", SIGNERS.person)
    twice = SIGNERS.sign(once, "seal", SIGNERS.company)
    assert with_fields.startswith(original)
    assert once.startswith(with_fields)
    assert twice.startswith(once)


@every_kind
def test_other_readers_open_the_result_without_repair(kind: str) -> None:
    signed = SIGNERS.signed_by_all(KINDS[kind]())
    with pikepdf.open(io.BytesIO(signed), attempt_recovery=False) as pdf:
        assert not pdf.get_warnings()
        names = [str(field.T) for field in pdf.Root.AcroForm.Fields]
    assert names == [slot.name for slot in SLOTS]


@pytest.mark.parametrize("kind", ["ours", "with a cross-reference stream"])
def test_pyhanko_sees_whole_revisions_and_no_foreign_change(kind: str) -> None:
    reader = PdfFileReader(io.BytesIO(SIGNERS.signed_by_all(KINDS[kind]())))
    embedded = reader.embedded_signatures
    levels = [each.evaluate_signature_coverage() for each in embedded]
    assert levels == [
        SignatureCoverageLevel.ENTIRE_REVISION,
        SignatureCoverageLevel.ENTIRE_REVISION,
        SignatureCoverageLevel.ENTIRE_FILE,
    ]


@pytest.mark.row("R139", part="生成签名原文")
def test_what_was_prepared_survives_a_restart() -> None:
    pdf = add_signature_fields(own_pdf(), SLOTS)
    prepared = SIGNERS.prepare(pdf, "seal", SIGNERS.company)
    stored = prepared.to_json()
    value = crypto().sm2_sign(SIGNERS.company.key.private, prepared.to_be_signed)
    again = Prepared.from_json(stored)
    assert again == prepared
    assert verify_pdf(merge(again, value), SIGNERS.roots).ok


def test_a_signer_that_takes_digests_signs_e() -> None:
    prepared = SIGNERS.prepare(add_signature_fields(own_pdf(), SLOTS), "seal", SIGNERS.company)
    value = crypto().sm2_sign_digest(SIGNERS.company.key.private, prepared.sm2_digest)
    assert verify_pdf(merge(prepared, value), SIGNERS.roots).ok


def test_the_state_may_leave_the_document_out_and_then_wants_the_same_one_back() -> None:
    pdf = add_signature_fields(own_pdf(), SLOTS)
    prepared = SIGNERS.prepare(pdf, "seal", SIGNERS.company)
    short = prepared.to_json(base=pdf)
    assert len(short) < len(prepared.to_json()) / 2
    assert Prepared.from_json(short, base=pdf) == prepared
    for other in (None, own_pdf(), pdf[:-1] + b" "):
        with refusal("state"):
            Prepared.from_json(short, base=other)
    with refusal("state"):
        prepared.to_json(base=own_pdf() + b"!")


def test_a_stored_state_that_was_changed_is_refused() -> None:
    prepared = SIGNERS.prepare(add_signature_fields(own_pdf(), SLOTS), "seal", SIGNERS.company)
    state = json.loads(prepared.to_json())
    other = SIGNERS.prepare(add_signature_fields(blank_pdf(2), SLOTS), "seal", SIGNERS.company)
    for changed in (
        {"digest": "00" * 32},
        {"pdf": json.loads(other.to_json())["pdf"]},
        {"format": 3},
        {"container": "xml"},
    ):
        with refusal("state"):
            Prepared.from_json(json.dumps({**state, **changed}))
    with refusal("state"):
        Prepared.from_json("{}")


def test_a_wrong_value_is_not_written() -> None:
    prepared = SIGNERS.prepare(add_signature_fields(own_pdf(), SLOTS), "liaison", SIGNERS.person)
    by_another = crypto().sm2_sign(SIGNERS.other.key.private, prepared.to_be_signed)
    of_another = crypto().sm2_sign(SIGNERS.person.key.private, prepared.to_be_signed + b"!")
    for value in (by_another, of_another, b"", b"\x30\x00"):
        with refusal("value"):
            merge(prepared, value)


def test_a_field_is_signed_once() -> None:
    signed = SIGNERS.sign(add_signature_fields(own_pdf(), SLOTS), "liaison", SIGNERS.person)
    with refusal("signed"):
        SIGNERS.sign(signed, "liaison", SIGNERS.other)
    with refusal("no_field"):
        SIGNERS.sign(signed, "nobody", SIGNERS.other)


def test_the_signing_time_attribute_is_optional_and_agrees() -> None:
    person = SIGNERS.person
    pdf = add_signature_fields(own_pdf(), SLOTS)
    look = Appearance("李𬎆赟", None, LINES)
    prepared = prepare(
        pdf,
        "liaison",
        look,
        person.certificate.der,
        SIGNERS.chain,
        NOON,
        location="上海",
        container=replace(cms.STD, states_time=True),
    )
    report = verify_pdf(merge(prepared, crypto().sm2_sign(person.key.private, prepared.to_be_signed)), SIGNERS.roots)
    assert report.ok
    assert report.signatures[0].signed_at == NOON
    with refusal("time"):
        prepare(pdf, "liaison", look, person.certificate.der, [], NOON.replace(tzinfo=None))


def test_the_chain_may_come_from_outside_instead_of_the_file() -> None:
    prepared = prepare(
        add_signature_fields(own_pdf(), SLOTS),
        "liaison",
        Appearance("李𬎆赟"),
        SIGNERS.person.certificate.der,
        [],
        NOON + timedelta(minutes=1),
    )
    signed = merge(prepared, crypto().sm2_sign(SIGNERS.person.key.private, prepared.to_be_signed))
    assert [problem.code for problem in verify_pdf(signed, SIGNERS.roots).all_problems] == ["no_issuer"]
    assert verify_pdf(signed, SIGNERS.roots, SIGNERS.chain).ok


# ---------------------------------------------------------------- fields


def test_fields_are_invisible_until_signed() -> None:
    plain, with_fields = own_pdf(), add_signature_fields(own_pdf(), SLOTS)
    assert _pixels(plain, 0) == _pixels(with_fields, 0)
    signed = SIGNERS.sign(with_fields, "liaison", SIGNERS.person)
    assert _pixels(signed, 0) != _pixels(plain, 0)
    assert _pixels(signed, 1) == _pixels(plain, 1)


def _pixels(pdf: bytes, page: int) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    picture = document[page].render(scale=0.5, may_draw_forms=True).to_pil().tobytes()
    document.close()
    return bytes(picture)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_slot_lies_where_it_is_seen_on_a_rotated_page(rotation: int) -> None:
    pdf = add_signature_fields(blank_pdf(rotation=rotation, box=(10, 20, 605, 862)), [Slot("only", 0, 40, 60, 200, 80)])
    signed = SIGNERS.sign(pdf, "only", SIGNERS.person, look=Appearance("李𬎆赟", handwriting(), LINES))
    document = pypdfium2.PdfDocument(signed)
    document.init_forms()
    picture = document[0].render(scale=1, may_draw_forms=True).to_pil().convert("L").point(lambda value: 255 - value)
    document.close()
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert 38 <= left <= 120
    assert 150 <= right <= 242
    assert 58 <= picture.height - bottom <= 70
    assert 120 <= picture.height - top <= 142


def test_existing_forms_and_annotations_stay() -> None:
    pdf = pikepdf.open(io.BytesIO(blank_pdf(2)))
    note = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([note]))
    text = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="备注"))
    pdf.Root.AcroForm = pdf.make_indirect(pikepdf.Dictionary(Fields=pdf.make_indirect(pikepdf.Array([text]))))
    for packed in (False, True):
        with_fields = add_signature_fields(saved(pdf, packed=packed), [Slot("签名一", 0, 60, 80, 180, 70)])
        with pikepdf.open(io.BytesIO(with_fields)) as after:
            assert [str(field.T) for field in after.Root.AcroForm.Fields] == ["备注", "签名一"]
            assert [str(each.Subtype) for each in after.pages[0].obj.Annots] == ["/Text", "/Widget"]
        assert verify_pdf(SIGNERS.sign(with_fields, "签名一", SIGNERS.person), SIGNERS.roots).ok


def test_page_sizes_come_from_above_when_the_page_has_none() -> None:
    pdf = pikepdf.open(io.BytesIO(blank_pdf(1)))
    del pdf.pages[0].obj["/MediaBox"]
    pdf.Root.Pages.MediaBox = pikepdf.Array([0, 0, 300, 400])
    pdf.Root.Pages.Rotate = 90
    page = pages(read_pdf(saved(pdf)))[0]
    assert page.size == (400, 300)


@pytest.mark.row("R147", part="判断是否可以签署")
@pytest.mark.parametrize(
    ("slot", "code"),
    [
        (Slot("a", 3, 60, 80, 180, 70), "slot_page"),
        (Slot("a", -1, 60, 80, 180, 70), "slot_page"),
        (Slot("a", 0, 500, 80, 180, 70), "slot_place"),
        (Slot("a", 0, 60, 80, 5, 70), "slot_place"),
        (Slot("a", 0, 20, 20, 500, 400), "slot_place"),
        (Slot("a.b", 0, 60, 80, 180, 70), "slot_name"),
        (Slot("", 0, 60, 80, 180, 70), "slot_name"),
    ],
)
def test_a_slot_that_does_not_fit_is_refused(slot: Slot, code: str) -> None:
    with refusal(code):
        add_signature_fields(own_pdf(), [slot])


@pytest.mark.row("R147", part="判断是否可以签署")
def test_a_document_that_cannot_take_fields_is_refused() -> None:
    fields = add_signature_fields(own_pdf(), SLOTS)
    with refusal("slot_name"):
        add_signature_fields(fields, SLOTS[:1])
    with refusal("slot_name"):
        add_signature_fields(own_pdf(), [SLOTS[0], SLOTS[0]])
    with refusal("no_slot"):
        add_signature_fields(own_pdf(), [])
    with refusal("signed"):
        add_signature_fields(SIGNERS.sign(fields, "liaison", SIGNERS.person), [Slot("later", 0, 60, 300, 180, 70)])
    xfa = pikepdf.open(io.BytesIO(own_pdf()))
    xfa.Root.AcroForm = pikepdf.Dictionary(Fields=[], XFA=pikepdf.Array([]))
    with refusal("xfa"):
        add_signature_fields(saved(xfa), SLOTS)


@pytest.mark.row("R147", part="判断是否为标准PDF")
@pytest.mark.parametrize("noise", [b"", b"%PDF-1.7", b"MZ" + bytes(900), own_pdf()[:-400], own_pdf()[500:]])
def test_what_is_no_standard_pdf_is_refused(noise: bytes) -> None:
    with refusal("structure"):
        add_signature_fields(noise, SLOTS)
    report = verify_pdf(noise, SIGNERS.roots)
    assert not report.ok
    assert report.problems[0].code == "structure"


@pytest.mark.parametrize("packed", [False, True])
def test_an_encrypted_document_is_refused(packed: bool) -> None:
    pdf, out = pikepdf.open(io.BytesIO(own_pdf())), io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(out, encryption=pikepdf.Encryption(owner="o", user=""), object_stream_mode=mode)
    with refusal("encrypted"):
        add_signature_fields(out.getvalue(), SLOTS)


def test_later_fields_are_added_before_the_first_signature_too() -> None:
    pdf = add_signature_fields(add_signature_fields(own_pdf(), SLOTS[:1]), SLOTS[1:])
    assert [field.name for field in signature_fields(read_pdf(pdf))] == [slot.name for slot in SLOTS]
    report = verify_pdf(SIGNERS.sign(pdf, "seal", SIGNERS.company), SIGNERS.roots)
    assert report.ok, report.sentences


def test_a_file_of_the_simple_kind_reads_the_same_by_the_library() -> None:
    signed = SIGNERS.signed_by_all(own_pdf())
    simple, library = read_pdf(signed), LibraryFile.read(signed)
    assert simple.revisions == library.revisions
    for revision in range(simple.revisions):
        assert simple.changed(revision) == library.changed(revision)
        assert simple.ends(revision) == library.ends(revision)
        for number in simple.changed(revision):
            assert simple.value(number, revision) == library.value(number, revision)


@pytest.mark.parametrize("packed", [False, True])
def test_a_picture_that_happens_to_spell_references_can_be_signed_by_two(*, packed: bool) -> None:
    first = read_pdf(blank_pdf(2, packed=packed)).size
    spelt = b" ".join(b"%d 0 R" % number for number in range(first, first + 60))
    pdf = pikepdf.open(io.BytesIO(blank_pdf(2, packed=packed)))
    picture = pdf.make_stream(spelt + b"\n" + bytes(300_000), Subtype=pikepdf.Name.Image)
    picture.Filter = pikepdf.Name.DCTDecode  # written as it is
    pdf.pages[0].obj.Picture = picture
    whole = saved(pdf, packed=packed)
    assert spelt in whole
    report = verify_pdf(SIGNERS.signed_by_all(whole), SIGNERS.roots)
    assert report.ok, report.sentences
    assert len(report.signatures) == 3
