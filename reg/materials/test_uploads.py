"""上传、合并、预览. R035, R147: photographs become one straight PDF, whatever happens on the way."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from django.db import connections
from PIL import Image, ImageDraw

from foundation.files.models import StoredFile
from foundation.files.services import FileTooLarge, file_read, file_store, file_sweep
from foundation.identity.actor import Forbidden
from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.merge import merge
from foundation.pdf.render import page_count, page_sizes
from foundation.pdf.testing import picture, small_pdf
from foundation.pdf.verdict import Admitted
from reg.casefile.models import Case
from reg.casefile.states import State, WrongState
from reg.materials import tasks, uploads
from reg.materials.models import Upload, UploadPart
from reg.materials.plan import Line
from reg.materials.uploads import (
    UploadRefused,
    part_add,
    part_change,
    part_move,
    part_receive,
    part_remove,
    parts_order,
)
from reg.testing import company, draft, person

PROOF = Line("address_proof", "变更后住所的使用相关文件", "upload", codes=("company.change.address.01",), laws="")
LEGAL = person("P01")


CORNERS = ((150, 120), (1130, 210), (1190, 1520), (90, 1590))


@cache
def sheet(page: int, *, blur: float = 0.0, shift: int = 0) -> bytes:
    """A page with writing, photographed crooked on a dark table."""
    flat = Image.new("RGB", (1000, 1414), (248, 248, 246))
    draw = ImageDraw.Draw(flat)
    for line in range(18):
        draw.text(
            (90, 110 + line * 66),
            f"{page * 31 + line * page} Lorem ipsum {'dolor sit ' * (page + line % 3)}"[:44],
            fill=(20, 20, 24),
            font_size=40,
        )
    corners = np.array([[0, 0], [1000, 0], [1000, 1414], [0, 1414]], np.float32)
    place = cv2.getPerspectiveTransform(corners, np.array(CORNERS, np.float32) + shift)
    photo = cv2.warpPerspective(
        np.asarray(flat),
        place,
        (1280, 1700),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(66, 52, 44),
    )
    if blur:
        photo = cv2.GaussianBlur(photo, (0, 0), blur)
    out = io.BytesIO()
    Image.fromarray(photo).save(out, "JPEG", quality=90)
    return out.getvalue()


@pytest.fixture
def case(db: None) -> Case:
    return draft(LEGAL, company("C01"))


def send(case: Case, content: bytes, name: str = "照片.jpg", place: int | None = None) -> UploadPart:
    return part_receive(actor=LEGAL, case=case, line=PROOF, name=name, content=content, place=place)


def put(case: Case, content: bytes, name: str = "照片.jpg", place: int | None = None) -> UploadPart:
    """The same for a file that passed the examination."""
    kind = sniff(content)
    pages = page_count(content) if kind is Kind.PDF else 1
    admitted = Admitted(kind=kind, pages=pages, page_sizes=((595.0, 842.0),) * pages)
    stored = file_store(content, kind=str(kind))
    return part_add(actor=LEGAL, case=case, line=PROOF, name=name, stored=stored, admitted=admitted, place=place)


def work(case: Case) -> Upload:
    """What the worker does with the waiting job."""
    upload = Upload.objects.get(case=case, line=PROOF.key)
    tasks.upload_make(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def whole(upload: Upload) -> bytes:
    assert upload.file is not None
    return file_read(upload.file)


# ---- together ----


@pytest.mark.row("R035", part="证明材料上传")
@pytest.mark.row("R035", part="住所使用相关文件")
def test_three_crooked_photographs_become_one_straight_pdf(case: Case) -> None:
    for page in (1, 2, 3):
        put(case, sheet(page))
    upload = work(case)
    assert (upload.ready, upload.pages, upload.problem) == (True, 3, "")
    assert all(part.found and not part.unclear for part in upload.parts.all())
    for width, height in page_sizes(whole(upload)):
        assert height / width == pytest.approx(2**0.5, rel=0.02)


@pytest.mark.row("R035", part="自备文书合并处理")
def test_pdfs_and_photographs_are_joined_in_their_order(case: Case) -> None:
    put(case, small_pdf(2), "合同.pdf")
    put(case, sheet(1))
    upload = work(case)
    assert upload.pages == 3
    with pikepdf.open(io.BytesIO(whole(upload))) as pdf:
        pictures = [len(page.get_images()) for page in pdf.pages]
    assert pictures == [0, 0, 1]
    part_move(actor=LEGAL, upload=upload, part_id=upload.parts.last().pk, by=-1)  # type: ignore[union-attr]  # parts were just added
    with pikepdf.open(io.BytesIO(whole(work(case)))) as pdf:
        assert [len(page.get_images()) for page in pdf.pages] == [1, 0, 0]


def test_until_the_worker_is_done_there_is_no_file(case: Case) -> None:
    put(case, small_pdf(1))
    upload = work(case)
    assert upload.ready
    put(case, small_pdf(2))
    upload.refresh_from_db()
    assert (upload.ready, upload.working) == (False, True)
    assert work(case).pages == 3


def test_taking_everything_out_leaves_nothing_to_do(case: Case) -> None:
    part = put(case, small_pdf(1))
    upload = work(case)
    part_remove(actor=LEGAL, upload=upload, part_id=part.pk)
    upload.refresh_from_db()
    assert (upload.ready, upload.working, upload.pages) == (False, False, 0)


# ---- what is not good enough ----


def test_a_blurred_page_is_taken_again_or_confirmed(case: Case) -> None:
    put(case, sheet(1))
    blurred = put(case, sheet(2, blur=9.0))
    upload = work(case)
    assert not upload.ready
    assert "第 2 页不清楚" in upload.problem
    part_change(actor=LEGAL, upload=upload, part_id=blurred.pk, accepted=True)
    assert work(case).ready
    part_change(actor=LEGAL, upload=upload, part_id=blurred.pk, accepted=False)
    assert not work(case).ready
    part_remove(actor=LEGAL, upload=upload, part_id=blurred.pk)
    put(case, sheet(2))
    assert work(case).pages == 2


def test_the_photograph_as_it_was_taken_can_be_kept_and_turned(case: Case) -> None:
    part = put(case, sheet(1))
    straight = whole(work(case))
    upload = part.upload
    part_change(actor=LEGAL, upload=upload, part_id=part.pk, keep_original=True)
    assert whole(work(case)) != straight
    part_change(actor=LEGAL, upload=upload, part_id=part.pk, keep_original=False)
    assert whole(work(case)) == straight
    part_change(actor=LEGAL, upload=upload, part_id=part.pk, turn=True)
    ((width, height),) = page_sizes(whole(work(case)))
    assert width > height


def test_the_same_page_twice_is_noticed(case: Case) -> None:
    put(case, sheet(2))
    put(case, sheet(2, shift=25))
    assert any("看起来是同一页" in hint for hint in work(case).hints)


# ---- what is refused ----


@pytest.mark.row("R035", part="自备文书上传")
@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ\x90\x00" + bytes(3000), "合同.pdf", "这是电脑程序"),
        (small_pdf(1, encryption=pikepdf.Encryption(owner="o", user="u")), "合同.pdf", "加了密码"),
        (b"PK\x03\x04" + bytes(100), "合同.jpg", "压缩包"),
        (b"", "空.pdf", "空的"),
        (b"%PDF-1.7 nothing here", "坏.pdf", "再传"),
        (b"\xff\xd8\xff" + bytes(200), "坏.jpg", "照片"),
        (picture((100, 120)), "小图.jpg", "太小"),
        (b"<html><script>alert(1)</script>", "x.pdf", "网页"),
    ],
    ids=["program", "password", "zip", "empty", "broken pdf", "broken photo", "thumbnail", "web page"],
)
def test_what_is_no_paper_stays_out_with_a_sentence_that_teaches(
    case: Case, content: bytes, name: str, sentence: str
) -> None:
    send(case, small_pdf(1), "好.pdf")
    with pytest.raises(UploadRefused) as refused:
        send(case, content, name)
    assert sentence in refused.value.message
    assert UploadPart.objects.filter(upload__case=case).count() == 1


def test_a_scripted_pdf_stays_out(case: Case) -> None:
    def script(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    with pytest.raises(UploadRefused, match="脚本"):
        send(case, small_pdf(1, spoil=script))


def test_the_same_file_twice_is_one(case: Case) -> None:
    put(case, small_pdf(1))
    with pytest.raises(UploadRefused, match="和第 1 个是同一个"):
        put(case, small_pdf(1))
    assert work(case).pages == 1


def test_more_than_a_hundred_pages_do_not_come_in(case: Case) -> None:
    put(case, small_pdf(99))
    with pytest.raises(UploadRefused, match="最多 100 页"):
        put(case, small_pdf(2))
    put(case, picture())


def test_a_case_holds_two_hundred_megabytes(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    put(case, small_pdf(1))
    monkeypatch.setattr(uploads, "MAX_CASE_BYTES", len(small_pdf(1)) + 100)
    with pytest.raises(UploadRefused, match="超过 200 MB"):
        put(case, small_pdf(3))


def test_a_file_that_is_too_long_is_refused_while_it_comes_in(db: None) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(10_000):
            yield bytes(1024 * 1024)

    with pytest.raises(FileTooLarge):
        file_store(endless(), kind="pdf")


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>.jpg", "名" * 500, "\u202egpj.exe", ""])
def test_a_hostile_name_is_only_a_name(case: Case, name: str) -> None:
    part = put(case, small_pdf(1), name)
    part.refresh_from_db()
    assert len(part.name) <= 120
    assert part.original.path.startswith("files/")


# ---- who, and when ----


def test_only_who_may_edit_uploads_and_only_while_the_case_is_open(case: Case) -> None:
    with pytest.raises(Forbidden):
        part_receive(actor=person("P09"), case=case, line=PROOF, name="x", content=small_pdf(1))
    part = put(case, sheet(1))
    Case.objects.filter(pk=case.pk).update(state=State.SIGNING)
    case.refresh_from_db()
    acts: list[Callable[[], object]] = [
        lambda: put(case, small_pdf(2)),
        lambda: part_remove(actor=LEGAL, upload=part.upload, part_id=part.pk),
        lambda: part_change(actor=LEGAL, upload=part.upload, part_id=part.pk, turn=True),
        lambda: parts_order(actor=LEGAL, upload=part.upload, order=[]),
    ]
    for act in acts:
        with pytest.raises(WrongState):
            act()


def test_a_part_of_another_upload_is_not_touched(case: Case) -> None:
    mine = put(case, small_pdf(1))
    other = draft(person("P02"), company("C02"))
    foreign = part_receive(actor=person("P02"), case=other, line=PROOF, name="x", content=small_pdf(2))
    part_remove(actor=LEGAL, upload=mine.upload, part_id=foreign.pk)
    parts_order(actor=LEGAL, upload=mine.upload, order=[foreign.pk, mine.pk])
    assert UploadPart.objects.filter(pk=foreign.pk).exists()


# ---- evidence and sweeping ----


def test_bytes_taken_out_of_a_draft_are_swept_those_of_a_submitted_case_never(case: Case) -> None:
    part = put(case, small_pdf(1))
    upload = work(case)
    made, original = upload.file_id, part.original_id
    part_remove(actor=LEGAL, upload=upload, part_id=part.pk)
    StoredFile.objects.update(stored_at="2020-01-01T00:00:00Z")
    file_sweep()
    assert not StoredFile.objects.filter(pk__in=[made, original]).exists()


def test_what_was_submitted_stays_as_evidence_when_it_is_replaced(case: Case) -> None:
    part = put(case, small_pdf(1))
    upload = work(case)
    made, original = upload.file_id, part.original_id
    Case.objects.filter(pk=case.pk).update(first_submitted_at="2026-11-20T08:00:00Z")
    part_remove(actor=LEGAL, upload=upload, part_id=part.pk)
    StoredFile.objects.update(stored_at="2020-01-01T00:00:00Z")
    file_sweep()
    assert StoredFile.objects.filter(pk__in=[made, original]).count() == 2
    assert [past.file_id for past in upload.past.all()] == [made]


# ---- bad days ----


def test_a_worker_killed_between_straightening_and_merging_continues(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*args: Any, **kwargs: Any) -> bytes:
        raise Killed

    for page in (1, 2):
        put(case, sheet(page))
    with monkeypatch.context() as patched:
        patched.setattr(uploads, "merge", die)
        with pytest.raises(Killed):
            work(case)
    upload = Upload.objects.get(case=case)
    assert upload.working
    straight = list(upload.parts.values_list("straight_id", flat=True))
    assert all(straight)
    assert work(case).pages == 2
    assert list(upload.parts.values_list("straight_id", flat=True)) == straight


def test_a_merge_of_parts_that_were_changed_meanwhile_is_thrown_away(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(case, small_pdf(1))
    slow = merge

    def meanwhile(files: list[bytes]) -> bytes:
        monkeypatch.setattr(uploads, "merge", slow)
        put(case, small_pdf(2))
        return slow(files)

    monkeypatch.setattr(uploads, "merge", meanwhile)
    upload = work(case)
    assert (upload.ready, upload.working) == (False, True)
    assert work(case).pages == 3


@pytest.mark.django_db(transaction=True)
def test_eight_files_sent_at_once_stand_in_the_order_they_were_chosen() -> None:
    case = draft(LEGAL, company("C01"))
    places = list(range(1, 9))
    random.Random(5).shuffle(places)
    errors: list[BaseException] = []

    def one(place: int) -> None:
        try:
            send(case, small_pdf(1, size=(300.0 + place, 500.0)), f"{place}.pdf", place)
        except Exception as error:  # told in the assertion below
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    upload = work(case)
    assert Upload.objects.filter(case=case).count() == 1
    assert [part.name for part in upload.parts.all()] == [f"{n}.pdf" for n in range(1, 9)]
    assert [round(width) for width, _ in page_sizes(whole(upload))] == [300 + n for n in range(1, 9)]
    assert page_count(whole(upload)) == 8
