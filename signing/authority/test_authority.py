"""登记机关电子印章: sealed once, the same again, verified."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from django.core.cache import cache

from foundation.crypto import crypto
from foundation.files.models import StoredFile
from foundation.pdf.testing import small_pdf
from signing.authority.models import AuthorityKey, AuthoritySeal
from signing.ceremonies.trust import trust
from signing.pdf.verify import verify_pdf
from signing.test_races import together
from signing.testing import Caller, World

PLACE = {"name": "seal", "page": 0, "x": 380, "y": 120, "width": 110, "height": 110}


def body(**changes: Any) -> dict[str, Any]:
    name = "上海市浦东新区市场监督管理局"
    pdf = base64.b64encode(small_pdf()).decode()
    case = {"case_no": "310115202611230000017", "title": "准予变更登记通知书"}
    return {"ref": "N1", "authority": "310115", "name": name, **case, "pdf_base64": pdf, "slots": [PLACE], **changes}


def test_a_notice_is_sealed_by_the_authority_and_verifies(reg: Caller, world: World) -> None:
    answer = reg.post("/api/authority-seals", body())
    assert answer.status_code == 200
    believed = trust()
    report = verify_pdf(answer.content, believed.roots, believed.intermediates)
    assert report.ok
    assert report.signatures[0].signer == "上海市浦东新区市场监督管理局"
    again = reg.post("/api/authority-seals", body())
    assert again.content == answer.content
    reg.post("/api/authority-seals", body(ref="N2"))
    assert AuthorityKey.objects.count() == 1
    assert world.certificates == 1


def test_a_reference_is_for_one_notice(reg: Caller, world: World) -> None:
    reg.post("/api/authority-seals", body())
    other = base64.b64encode(small_pdf(2)).decode()
    assert reg.post("/api/authority-seals", body(pdf_base64=other)).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_notices_under_one_reference_at_once_one_is_sealed_and_the_other_refused(world: World) -> None:
    cache.clear()
    pages = [base64.b64encode(small_pdf(count)).decode() for count in (1, 2)]

    def ask(pdf: str) -> Any:
        return Caller("reg").post("/api/authority-seals", body(pdf_base64=pdf))

    answers = together(lambda: ask(pages[0]), lambda: ask(pages[1]))
    assert sorted(one.status_code for one in answers) == [200, 409]
    (sealed,) = [one.content for one in answers if one.status_code == 200]
    assert AuthoritySeal.objects.get().file.sm3 == crypto().sm3(sealed).hex()
    assert StoredFile.objects.filter(state=StoredFile.State.REFERENCED).count() == 1


def test_the_authority_down_is_said_and_nothing_is_kept(reg: Caller, world: World) -> None:
    world.faults["ca"] = "down"
    assert reg.post("/api/authority-seals", body()).status_code == 503
    world.faults.clear()
    assert reg.post("/api/authority-seals", body()).status_code == 200


def test_what_is_no_pdf_is_not_sealed(reg: Caller, world: World) -> None:
    assert reg.post("/api/authority-seals", body(pdf_base64="bm90IGEgcGRm")).status_code == 422


@pytest.mark.row("R141", part="溯源")
def test_a_sealed_notice_is_traced_by_case_certificate_and_file(reg: Caller, world: World) -> None:
    sealed = reg.post("/api/authority-seals", body()).content
    reg.post("/api/authority-seals", body(ref="N2", case_no="310115202611230000099"))
    seal = AuthoritySeal.objects.get(ref="N1")

    def traced(number: str) -> dict[str, list[str]]:
        found = reg.post("/api/trace", {"number": number, "staff": "shen1"}).json()["documents"]
        return {one["document"]: one["found_as"] for one in found}

    assert traced("310115202611230000017") == {"N1": ["业务流水号"]}
    assert traced("N1-none") == {}
    assert traced(crypto().sm3(sealed).hex()) == {"N1": ["文件摘要"]}
    assert traced(hashlib.sha256(sealed).hexdigest()) == {"N1": ["文件摘要"]}
    assert set(traced(seal.certificate_serial)) == {"N1", "N2"}
    (shown,) = reg.post("/api/trace", {"number": "310115202611230000017", "staff": "shen1"}).json()["documents"]
    assert (shown["title"], shown["case_no"]) == ("准予变更登记通知书", "310115202611230000017")
    (step,) = shown["steps"]
    assert (step["what"], step["who"]) == ("加盖登记机关印章", "上海市浦东新区市场监督管理局")
    other = Caller("chain_office").post("/api/trace", {"number": seal.case_no, "staff": "shen1"})
    assert other.json() == {"documents": []}, "another business system"
