"""整理 as pages: a refused PDF is offered put right, with script and without; yes and no; nothing else is lost. R147."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from foundation.pdf import spoils
from foundation.pdf.testing import small_pdf
from reg.casefile.models import Case
from reg.cases.web.test_pages import browser, text
from reg.cases.web.test_uploads import SCRIPT, _plain_static, case, client, pdf, photo, url, work
from reg.materials.models import MendedFile, UploadPart

__all__ = ["_plain_static", "case", "client"]
pytestmark = [pytest.mark.django_db, pytest.mark.row("R147", part="PDF有效性校验")]


def parcel(name: str = "合同<b>.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, small_pdf(2, spoil=spoils.attachment), content_type="application/pdf")


def at(case: Case, one: MendedFile, name: str = "upload-mending", *more: object) -> str:
    return url(case, name, one.pk, *more)


def test_one_refused_file_leads_to_its_offer_with_reason_steps_and_pages(client: Client, case: Case) -> None:
    answer = client.post(url(case), {"files": [parcel()]})
    one = MendedFile.objects.get()
    assert answer["Location"] == at(case, one)
    page = client.get(at(case, one))
    words = text(page)
    assert "合同&lt;b&gt;.pdf：这份 PDF 里夹带了别的文件（附件）。" in page.content.decode()
    for said in ("去掉 1 个附件", "附件要交的，请另外上传", "每一页看到的内容没有变", "用整理后的文件", "重新选择文件"):
        assert said in words
    shown = client.get(at(case, one, "upload-mending-page", 2))
    assert Image.open(io.BytesIO(shown.content)).width == 1080
    assert client.get(at(case, one, "upload-mending-page", 3)).status_code == 404


def test_yes_takes_the_file_in_and_the_list_says_so(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [parcel()]})
    one = MendedFile.objects.get()
    for _ in range(2):
        assert client.post(at(case, one, "upload-mending-answer"), {"do": "take"})["Location"] == url(case)
    assert UploadPart.objects.count() == 1
    work()
    assert "PDF，整理过" in text(client.get(url(case)))
    assert client.get(at(case, one)).status_code == 404


def test_no_leads_back_to_choose_another_file(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [parcel()]})
    one = MendedFile.objects.get()
    assert client.post(at(case, one, "upload-mending-answer"), {"do": "explode"}).status_code == 404
    assert client.post(at(case, one, "upload-mending-answer"), {"do": "decline"})["Location"] == url(case)
    assert not MendedFile.objects.exists()
    assert "没有收" not in text(client.get(url(case)))


def test_the_other_files_of_the_same_form_are_taken_and_the_offer_waits_in_the_list(client: Client, case: Case) -> None:
    answer = client.post(url(case), {"files": [pdf(1, "一.pdf"), parcel("二.pdf"), photo("三.jpg")]})
    assert answer["Location"] == url(case)
    assert [part.name for part in UploadPart.objects.all()] == ["一.pdf", "三.jpg"]
    page = client.get(url(case))
    assert "没有收：这份 PDF 里夹带了别的文件" in text(page)
    assert f'href="{at(case, MendedFile.objects.get())}"' in page.content.decode()


def test_with_script_the_list_comes_back_and_says_that_the_file_was_not_taken(client: Client, case: Case) -> None:
    answer = client.post(url(case), {"files": [parcel()]}, headers=SCRIPT)
    assert answer.status_code == 202
    assert "可以整理后用，看一看" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_only_who_acts_for_the_company_sees_the_offer(client: Client, case: Case) -> None:
    client.post(url(case), {"files": [parcel()]})
    one = MendedFile.objects.get()
    for address in (at(case, one), at(case, one, "upload-mending-page", 1)):
        assert browser("P09").get(address).status_code == 404
        assert browser("P13").get(address).status_code == 403
    assert browser("P13").post(at(case, one, "upload-mending-answer"), {"do": "take"}).status_code == 403
    other = url(case, "upload-mending", one.pk, line="resolution")
    assert client.get(other).status_code == 404
