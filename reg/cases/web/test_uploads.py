"""上传 as pages: with script and without, what is refused, what the pictures show, who may look. R035."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from foundation.files.models import StoredFile
from foundation.pdf.testing import picture, small_pdf
from reg.casefile.models import Case
from reg.casefile.states import State
from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser, text
from reg.materials import tasks
from reg.materials.models import Upload, UploadPart
from reg.materials.services import own_paper_choose
from reg.testing import answer, company, tell_truth

pytestmark = pytest.mark.django_db
HOME = {
    "district": "310115", "town": "310115009", "road": "上南路", "lane": "9872", "number_kind": "号", "number": "4", "room": "802",
    "kind": "self_owned", "full": "上海市浦东新区上南路9872弄4号802室",
}  # fmt: skip
SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def client() -> Client:
    company("C01")
    return browser("P01")


@pytest.fixture
def case(client: Client) -> Case:
    """A company that moves to a house without a title, so that a proof is asked for."""
    made = case_open(actor=actor_of("P01"), entity=company("C01"), chosen=["domicile"])
    answer(made, actor_of("P01"), "domicile", HOME)
    tell_truth(made)
    return made


def url(case: Case, name: str = "upload", *more: object, line: str = "address_proof") -> str:
    return reverse(name, args=[case.number, line, *more])


def photo(name: str = "第一页.jpg", *, text: str = "Page 1") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture(text=text), content_type="image/jpeg")


def pdf(pages: int = 1, name: str = "合同.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, small_pdf(pages), content_type="application/pdf")


def work() -> Upload:
    upload = Upload.objects.get()
    tasks.upload_make(upload_id=upload.pk)
    upload.refresh_from_db()
    return upload


def test_the_page_says_what_to_hand_in_and_how_to_take_it(client: Client, case: Case) -> None:
    page = text(client.get(url(case)))
    assert "变更后住所的使用相关文件" in page
    assert "产权证（不动产权证书、房地产权证）" in page
    assert "四个角都拍进去" in page


@pytest.mark.row("R035", part="文书上传下载")
def test_several_files_come_in_by_one_plain_form(client: Client, case: Case) -> None:
    response = client.post(url(case), {"files": [pdf(2), photo()]})
    assert response.status_code == 302
    assert [(part.name, part.order) for part in UploadPart.objects.all()] == [("合同.pdf", 1), ("第一页.jpg", 2)]
    waiting = text(client.get(url(case)))
    assert "正在拉直、检查" in waiting
    assert "看看好了没有" in waiting
    work()
    assert "已合成 3 页" in text(client.get(url(case)))


def test_a_file_that_is_no_paper_is_said_by_its_name_and_the_others_come_in(client: Client, case: Case) -> None:
    program = SimpleUploadedFile("合同<b>.pdf", b"MZ" + bytes(500), content_type="application/pdf")
    client.post(url(case), {"files": [program, pdf()]})
    page = client.get(url(case))
    assert "“合同&lt;b&gt;.pdf”：这是电脑程序" in page.content.decode()
    assert UploadPart.objects.count() == 1


def test_with_script_each_file_is_answered_with_the_list_or_a_sentence(client: Client, case: Case) -> None:
    good = client.post(url(case), {"files": [pdf()]}, headers=SCRIPT)
    assert good.status_code == 200
    assert 'class="q-up"' in good.content.decode()
    assert "<html" not in good.content.decode()
    bad = client.post(url(case), {"files": [SimpleUploadedFile("a.exe", b"MZ" + bytes(99))]}, headers=SCRIPT)
    assert bad.status_code == 422
    assert "这是电脑程序" in bad.content.decode()
    none = client.post(url(case), {}, headers=SCRIPT)
    assert "还没有选文件" in none.content.decode()


def test_a_file_over_twenty_megabytes_is_not_read(client: Client, case: Case) -> None:
    big = SimpleUploadedFile("大.pdf", b"%PDF-1.7" + bytes(20 * 1024 * 1024), content_type="application/pdf")
    response = client.post(url(case), {"files": [big]}, headers=SCRIPT)
    assert response.status_code == 422
    assert "超过 20 MB" in response.content.decode()


def test_two_gigabytes_are_refused_by_their_length(client: Client, case: Case) -> None:
    response = client.post(
        url(case), b"--x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2 * 1024**3)
    )
    assert response.status_code == 413
    assert "太大" in text(response)


@pytest.mark.row("R035", part="证明材料预览")
def test_the_pages_are_shown_as_pictures(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [pdf(2)]})
    work()
    page = client.get(url(case)).content.decode()
    assert url(case, "upload-page", 2) in page
    shown = client.get(url(case, "upload-page", 2))
    assert shown["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).width == 1080
    small = client.get(url(case, "upload-page", 1) + "?size=thumb")
    assert Image.open(io.BytesIO(small.content)).width < 250
    for wrong in (url(case, "upload-page", 3), url(case, "upload-page", 1) + "?size=huge", url(case, "upload-page", 0)):
        assert client.get(wrong).status_code == 404


@pytest.mark.row("R035", part="证明材料预览")
@pytest.mark.parametrize("kept", [None, b"", b"\0\0", b"\0\0\0\1x"], ids=["lost", "emptied", "cut", "changed"])
def test_a_page_or_photograph_whose_file_cannot_be_read_says_so_in_its_place(
    client: Client, case: Case, kept: bytes | None
) -> None:
    client.post(url(case), {"files": [photo()]})
    work()
    part = UploadPart.objects.get()
    addresses = (url(case, "upload-page", 1), url(case, "upload-part", part.pk))
    assert [client.get(address).status_code for address in addresses] == [200, 200]
    for stored in StoredFile.objects.all():
        storages["default"].delete(stored.path)
        if kept is not None:
            storages["default"].save(stored.path, ContentFile(kept))
    for address, width in zip(addresses, (1080, 240), strict=True):
        shown = client.get(address)
        assert (shown.status_code, shown["Content-Type"]) == (503, "image/jpeg")
        assert shown["Cache-Control"] == "private, no-store"
        assert Image.open(io.BytesIO(shown.content)).width == width


def test_every_button_of_a_part_is_a_plain_form(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [pdf(1, "一.pdf"), photo("二.jpg")]})
    work()
    first, second = UploadPart.objects.all()
    client.post(url(case, "upload-change"), {"file": second.pk, "do": "up"})
    assert [part.name for part in UploadPart.objects.all()] == ["二.jpg", "一.pdf"]
    client.post(url(case, "upload-change"), {"file": second.pk, "do": "turn"})
    client.post(url(case, "upload-change"), {"file": second.pk, "do": "original"})
    second.refresh_from_db()
    assert (second.quarters, second.keep_original) == (1, True)
    assert client.get(url(case, "upload-part", second.pk)).status_code == 200
    client.post(url(case, "upload-change"), {"file": second.pk, "do": "delete"})
    assert [part.pk for part in UploadPart.objects.all()] == [first.pk]
    for wrong in ({"do": "explode"}, {"file": "x"}, {}):
        assert client.post(url(case, "upload-change"), wrong).status_code == 404
    assert client.get(url(case, "upload-change")).status_code == 405


def test_dragging_sends_the_order(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [pdf(1, "一.pdf"), pdf(2, "二.pdf"), pdf(3, "三.pdf")]})
    ids = list(UploadPart.objects.values_list("pk", flat=True))
    answer_ = client.post(
        url(case, "upload-order"), {"order": [ids[2], ids[0], "junk", 999999, ids[1]]}, headers=SCRIPT
    )
    assert answer_.status_code == 200
    assert list(UploadPart.objects.values_list("pk", flat=True)) == [ids[2], ids[0], ids[1]]


def test_progress_is_told_until_the_worker_is_done(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [photo()]})
    assert client.get(url(case, "upload-status")).json()["state"] == "running"
    work()
    told = client.get(url(case, "upload-status")).json()
    assert (told["state"], told["done"]) == ("done", told["total"])


def test_an_unclear_page_can_be_confirmed_where_it_stands(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [photo()]})
    work()
    UploadPart.objects.update(unclear=True, remarks=["第 1 页不清楚，请重拍。"])
    client.post(url(case, "upload-change"), {"file": UploadPart.objects.get().pk, "do": "unaccept"})
    assert not work().ready
    page = text(client.get(url(case)))
    assert "还不能用" in page
    assert "看得清，就用这张" in page
    client.post(url(case, "upload-change"), {"file": UploadPart.objects.get().pk, "do": "accept"})
    assert work().ready


@pytest.mark.row("R035", part="自备文书预览")
def test_an_own_paper_is_uploaded_on_the_same_page(client: Client, case: Case) -> None:
    line = "resolution"
    assert client.get(url(case, line=line)).status_code == 404, "it is generated"
    own_paper_choose(actor=actor_of("P01"), case=case, line=line, title="修改公司章程的决议", own=True)
    client.post(url(case, line=line), {"files": [pdf(2)]})
    work()
    assert "自备：" in text(client.get(url(case, line=line)))
    assert client.get(url(case, "upload-page", 2, line=line)).status_code == 200


@pytest.mark.parametrize("line", ["nothing", "application", "../../x", "address_proof2"])
def test_a_line_that_is_not_uploaded_has_no_page(client: Client, case: Case, line: str) -> None:
    assert client.get(f"/cases/{case.number}/uploads/{line}").status_code == 404


def test_strangers_see_nothing_and_shareholders_may_only_look(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [pdf()]})
    work()
    stranger, shareholder = browser("P09"), browser("P13")
    for address in (url(case), url(case, "upload-page", 1), url(case, "upload-status")):
        assert stranger.get(address).status_code == 404
        assert shareholder.get(address).status_code == 200
    assert Client().get(url(case)).status_code == 302
    assert "上传选好的文件" not in text(shareholder.get(url(case)))
    assert shareholder.post(url(case), {"files": [pdf(2)]}).status_code == 403
    assert shareholder.post(url(case, "upload-change"), {"do": "delete"}).status_code == 403


def test_while_others_sign_nothing_can_be_changed(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [pdf()]})
    work()
    Case.objects.filter(pk=case.pk).update(state=State.SIGNING)
    assert client.post(url(case), {"files": [pdf(2)]}).status_code == 409
    assert client.get(url(case, "upload-page", 1)).status_code == 200
    assert UploadPart.objects.count() == 1
