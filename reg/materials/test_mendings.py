"""整理: an offer is kept once, answered once, forgotten after three days; the hash of what came in stays. R147."""

from __future__ import annotations

import hashlib
import threading
from datetime import timedelta
from functools import cache

import pytest
from django.db import connections

from foundation.audit.models import AuditEvent
from foundation.files.models import StoredFile
from foundation.files.services import file_read
from foundation.identity.actor import Forbidden
from foundation.pdf import spoils
from foundation.pdf.examine import examine_pdf
from foundation.pdf.kinds import Kind
from foundation.pdf.mending import Mended
from foundation.pdf.repair import repaired
from foundation.pdf.testing import small_pdf
from foundation.pdf.verdict import Admitted, rejected
from reg.casefile.models import Case
from reg.materials.mendings import (
    KEPT,
    MOST,
    file_receive,
    mending_decline,
    mending_offer,
    mending_take,
    mendings_sweep,
)
from reg.materials.models import MendedFile, Upload, UploadPart
from reg.materials.test_uploads import LEGAL, PROOF, put, whole, work
from reg.materials.uploads import UploadRefused
from reg.testing import company, draft, person

pytestmark = pytest.mark.row("R147", part="PDF有效性校验")


@pytest.fixture
def case(db: None) -> Case:
    return draft(LEGAL, company("C01"))


@cache
def parcel(pages: int = 1) -> bytes:
    """A PDF with an attachment."""
    return small_pdf(pages, spoil=spoils.attachment)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def offer(case: Case, original: bytes, name: str = "合同.pdf", place: int | None = None) -> MendedFile | None:
    """An offer as `file_receive` makes it, mended here and not in a child."""
    content, _ = repaired(original, for_signing=False)
    found = examine_pdf(content, for_signing=False)
    admitted = Admitted(Kind.PDF, pages=len(found.sizes), page_sizes=())
    mended = Mended(content, admitted, (("attachments", 1), ("rewritten", 1)))
    return mending_offer(LEGAL, case, PROOF, (name, place), sha256(original), rejected("embedded_files"), mended)


def made(case: Case, original: bytes, place: int | None = None) -> MendedFile:
    one = offer(case, original, place=place)
    assert one is not None
    return one


def test_a_refused_file_comes_back_as_an_offer_and_nothing_is_taken_yet(case: Case) -> None:
    one = file_receive(actor=LEGAL, case=case, line=PROOF, name="合同.pdf", content=parcel())
    assert isinstance(one, MendedFile)
    assert (one.why, one.clauses) == (
        "这份 PDF 里夹带了别的文件（附件）。",
        ["去掉 1 个附件", "按标准格式重新写一遍文件"],
    )
    assert not UploadPart.objects.exists()
    assert one.file.state == StoredFile.State.REFERENCED
    examine_pdf(file_read(one.file), for_signing=False)


def test_a_signed_file_is_refused_without_the_advice_to_print_it_anew(case: Case) -> None:
    with pytest.raises(UploadRefused) as caught:
        file_receive(actor=LEGAL, case=case, line=PROOF, name="a.pdf", content=b"junk" + small_pdf(spoil=spoils.locked))
    assert caught.value.message.startswith("这份 PDF 的开头夹着别的内容。文件里已有电子签名")
    assert "打印" not in caught.value.message
    assert not MendedFile.objects.exists()


def test_what_cannot_be_mended_is_refused_as_before(case: Case) -> None:
    with pytest.raises(UploadRefused) as caught:
        file_receive(actor=LEGAL, case=case, line=PROOF, name="a.pdf", content=parcel()[:900])
    assert caught.value.message == str(rejected("truncated"))


def test_a_good_file_is_taken_at_once(case: Case) -> None:
    one = file_receive(actor=LEGAL, case=case, line=PROOF, name="a.pdf", content=small_pdf())
    assert isinstance(one, UploadPart)
    assert not MendedFile.objects.exists()


def test_the_mended_file_becomes_a_part_in_its_place_and_the_first_hash_stays(case: Case) -> None:
    put(case, small_pdf(1), "一.pdf", place=1)
    put(case, small_pdf(3), "三.pdf", place=3)
    one = made(case, parcel(2), place=2)
    part = mending_take(actor=LEGAL, upload=one.upload, mending_id=one.pk)
    assert part is not None
    assert (part.mended_from, part.mended) == (sha256(parcel(2)), ["去掉 1 个附件", "按标准格式重新写一遍文件"])
    assert [each.name for each in one.upload.parts.all()] == ["一.pdf", "合同.pdf", "三.pdf"]
    assert not MendedFile.objects.exists()
    upload = work(case)
    assert upload.pages == 6
    assert b"invoice.xml" not in whole(upload)
    kept = AuditEvent.objects.get(verb="upload.mend")
    assert (kept.details["original"], kept.details["result"]) == (sha256(parcel(2)), part.original.sha256)
    assert kept.details["mended"] == ["去掉 1 个附件", "按标准格式重新写一遍文件"]


def test_the_same_file_again_is_the_same_offer_and_too_many_are_none(case: Case) -> None:
    one = made(case, parcel(1))
    assert made(case, parcel(1)).pk == one.pk
    for pages in range(2, MOST + 1):
        made(case, parcel(pages))
    assert offer(case, parcel(MOST + 1)) is None
    assert MendedFile.objects.count() == MOST


def test_no_lets_the_bytes_be_swept_and_writes_the_answer_down(case: Case) -> None:
    one = made(case, parcel())
    mending_decline(actor=LEGAL, upload=one.upload, mending_id=one.pk)
    mending_decline(actor=LEGAL, upload=one.upload, mending_id=one.pk)
    assert StoredFile.objects.get(pk=one.file_id).state == StoredFile.State.ADMITTED
    assert AuditEvent.objects.filter(verb="upload.decline").count() == 1
    assert mending_take(actor=LEGAL, upload=one.upload, mending_id=one.pk) is None


def test_an_offer_stays_when_there_is_no_room_for_the_file(case: Case) -> None:
    one = made(case, parcel())
    put(case, file_read(one.file))
    with pytest.raises(UploadRefused, match="是同一个"):
        mending_take(actor=LEGAL, upload=one.upload, mending_id=one.pk)
    assert MendedFile.objects.filter(pk=one.pk).exists()


def test_an_offer_nobody_answered_is_forgotten_after_three_days(case: Case) -> None:
    one, fresh = made(case, parcel(1)), made(case, parcel(2))
    MendedFile.objects.filter(pk=one.pk).update(offered_at=one.offered_at - KEPT - timedelta(seconds=1))
    assert mendings_sweep() == 1
    assert list(MendedFile.objects.all()) == [fresh]
    assert StoredFile.objects.get(pk=one.file_id).state == StoredFile.State.ADMITTED


def test_only_who_may_edit_the_case_answers(case: Case) -> None:
    one = made(case, parcel())
    for act in (mending_take, mending_decline):
        with pytest.raises(Forbidden):
            act(actor=person("P13"), upload=one.upload, mending_id=one.pk)
    assert MendedFile.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_yes_said_in_four_windows_at_once_makes_one_part() -> None:
    case = draft(LEGAL, company("C01"))
    one = made(case, parcel())
    errors: list[BaseException] = []

    def say() -> None:
        try:
            mending_take(actor=LEGAL, upload=Upload.objects.get(), mending_id=one.pk)
        except Exception as error:  # told in the assertion below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=say) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert UploadPart.objects.count() == 1
    assert AuditEvent.objects.filter(verb="upload.mend").count() == 1
