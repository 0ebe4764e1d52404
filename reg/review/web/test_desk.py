"""The desk's buttons: two taps are one, whichever comes first."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.identity.models import LoginSession, StaffUser
from foundation.identity.sessions import KEY
from foundation.outbox.models import OutboxMessage
from reg.casefile.models import Case
from reg.materials.models import UploadPart
from reg.review.models import Claim
from reg.testing import company, person, submitted

pytestmark = pytest.mark.django_db
ONE = {"idempotency_key": "a" * 32}


@pytest.fixture(autouse=True)
def _plain_static(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def desk() -> Client:
    """The browser of an examiner of 浦东."""
    user = StaffUser.objects.create(username="shen1", name="韩审一", role="examiner", office="310115")
    moment = clock.wall()
    ends = moment.replace(year=moment.year + 1)
    LoginSession.objects.create(
        ref="desk", staff=user, method="password", started_at=moment, seen_at=moment, ends_at=ends
    )
    client = Client()
    session = client.session
    session[KEY] = "desk"
    session.save()
    return client


def twice(desk: Client, path: str, **typed: str) -> None:
    """The same page sent twice leads to the same place."""
    first, second = (desk.post(path, {**ONE, **typed}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]


def test_the_next_case_is_one_case_however_often_it_is_asked_for(desk: Client) -> None:
    for leader, one in (("P01", "C01"), ("P69", "C33")):
        submitted(person(leader), company(one))
    twice(desk, "/desk/next")
    assert Claim.objects.count() == 1


def test_a_point_is_noted_once_and_another_of_the_same_page_is_refused(desk: Client) -> None:
    case = submitted(person("P01"), company("C01"))
    here = f"/desk/cases/{case.number}"
    desk.post(f"{here}/claim")
    twice(desk, f"{here}/points", about="item:liaison", text="请写全名", basis="")
    assert case.points.count() == 1
    other = desk.post(f"{here}/points", {**ONE, "about": "item:liaison", "text": "另一处"})
    assert other.status_code == 409
    assert "这个页面用过了" in other.content.decode()


@pytest.mark.parametrize(("do", "event"), [("return", "CaseReturned"), ("approve", "CaseApproved")])
def test_a_decision_is_made_once(desk: Client, do: str, event: str) -> None:
    case = submitted(person("P01"), company("C01"))
    here = f"/desk/cases/{case.number}"
    desk.post(f"{here}/claim")
    if do == "return":
        desk.post(f"{here}/points", {"about": "item:liaison", "text": "请写全名"})
    twice(desk, f"{here}/decide", do=do)
    assert OutboxMessage.objects.filter(event=event).count() == 1
    assert Case.objects.get().decisions.count() == 1


@pytest.mark.row("R147", part="PDF有效性校验")
def test_the_examiner_reads_that_a_paper_was_mended_and_from_which_file(desk: Client) -> None:
    case = submitted(person("P01"), company("C01"))
    desk.post(f"/desk/cases/{case.number}/claim")
    stored = case.papers.exclude(file=None)[0].file
    upload = case.uploads.create(
        line="address_proof", title="证明", file=stored, pages=1, revision=1, made=1, changed_at=clock.wall()
    )
    part = {"upload": upload, "order": 1, "original": stored, "kind": "pdf"}
    UploadPart.objects.create(**part, name="合同.pdf", mended_from="ab" * 32, mended=["去掉 2 个附件"])
    UploadPart.objects.create(**part, name="发票.pdf")
    page = desk.get(f"/desk/cases/{case.number}/uploads/address_proof").content.decode()
    assert "合同.pdf 传上来时收不下，申请人用的是系统整理后的文件：去掉 2 个附件。" in page
    assert "ab" * 32 in page
    assert "发票.pdf" not in page
