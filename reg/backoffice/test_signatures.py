"""签名溯源 at the desk: what a number leads to, of one's own cases, masked for the auditor, written down. R141, R148."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from foundation.audit.models import AuditEvent
from foundation.identity.actor import NotVisible
from reg.backoffice.signatures import evidence_export
from reg.backoffice.testing import Sister, desk_of, sister_system, text
from reg.casefile.models import Case
from reg.testing import company, draft, person, staff, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.row("R141", part="溯源"), pytest.mark.row("R148", part="签名追溯")]
CODE, NUMBER = "a" * 32, "310115202611230000017-01-02-1"


@pytest.fixture
def sister(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sister]:
    with sister_system() as system:
        monkeypatch.setenv("SIGNING_BASE_URL", system.base)
        yield system


@pytest.fixture
def case(sister: Sister) -> Case:
    """A case that the authority of 浦东 has, one signed document of it, and one of somebody's draft."""
    found = submitted(person("P01"), company("C01"))
    hidden = draft(person("P01"), company("C01"))
    mine = said(found, code=CODE)
    sister.says["/api/trace"] = (200, {"documents": [mine, said(hidden, title="别件的文书")]})
    sister.says[f"/api/evidence/{CODE}"] = (200, b"PK\x03\x04zip")
    return found


def said(case: Case, *, title: str = "股东会决议", **changes: Any) -> dict[str, Any]:
    """A document as 电子签名 tells it."""
    step = {
        "at": "2026-11-24T04:00:00Z",
        "what": "签名",
        "who": "卫甲",
        "numbers": {"签署流水号": NUMBER},
        "note": "以股东身份",
        "bad": False,
    }
    refused = {**step, "what": "拒绝了一次尝试", "who": "", "numbers": {}, "note": "入口凭证用过了", "bad": True}
    told = {
        "document": "D1",
        "title": title,
        "state": "已签齐",
        "case_no": case.number,
        "company": "上海星岚示例科技有限公司",
        "found_as": ["签署流水号"],
        "code": None,
        "verify_url": "https://sign.example/verify/x/",
        "stamped_at": None,
        "stamp_problem": "没有回应",
        "steps": [step, refused],
    }
    return {**told, **changes}


def test_an_examiner_sees_the_whole_way_of_a_document_of_his_office(sister: Sister, case: Case) -> None:
    page = text(desk_of("shen1").get("/desk/signatures", {"q": NUMBER}))
    for words in (
        "股东会决议",
        "按签署流水号查到",
        "2026-11-24 12:00:00",
        "卫甲",
        NUMBER,
        "拒绝了一次尝试",
        "没有回应，系统会自动再取",
    ):
        assert words in page
    assert "别件的文书" not in page
    method, path, body = sister.asked[-1]
    assert (method, path, body) == ("POST", "/api/trace", {"number": NUMBER, "staff": "shen1", "masked": False})
    event = AuditEvent.objects.get(verb="signature.trace")
    assert (event.actor, event.obj_ref, event.details) == ("shen1", NUMBER, {"count": 1})


def test_an_examiner_of_another_office_finds_nothing(sister: Sister, case: Case) -> None:
    desk = desk_of("shen3")
    page = text(desk.get("/desk/signatures", {"q": NUMBER}))
    assert "没有查到" in page
    assert "股东会决议" not in page
    assert desk.get(f"/desk/signatures/{CODE}/evidence.zip").status_code == 404


def test_the_auditor_asks_for_masked_and_exports_nothing(sister: Sister, case: Case) -> None:
    desk = desk_of("ji1")
    page = desk.get("/desk/signatures", {"q": NUMBER}).content.decode()
    assert sister.asked[-1][2]["masked"] is True
    assert "导出证据" not in page
    assert f"/desk/audit/cases/{case.number}" in page
    assert desk.get(f"/desk/signatures/{CODE}/evidence.zip").status_code == 404


def test_evidence_goes_out_to_who_sees_the_whole_case_and_is_recorded(sister: Sister, case: Case) -> None:
    for who in ("shen1", "du1"):
        answer = desk_of(who).get(f"/desk/signatures/{CODE}/evidence.zip")
        assert answer["Content-Type"] == "application/zip"
        assert answer.content.startswith(b"PK")
        assert sister.asked[-1][1:] == (f"/api/evidence/{CODE}", {"staff": who})
    assert set(AuditEvent.objects.filter(verb="signature.export").values_list("actor", "obj_ref")) == {
        ("shen1", CODE),
        ("du1", CODE),
    }
    assert desk_of("shen1").get(f"/desk/signatures/{'b' * 32}/evidence.zip").status_code == 404


def test_who_sees_masked_may_not_take_the_evidence_whatever_page_he_came_by(sister: Sister, case: Case) -> None:
    for who in ("ji1", "shen3", "yun1"):
        with pytest.raises(NotVisible):
            evidence_export(actor=staff(who), code=CODE)
    assert evidence_export(actor=staff("du1"), code=CODE).startswith(b"PK")


def test_a_silent_sister_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNING_BASE_URL", "http://127.0.0.1:9")
    assert "请过一会儿再看" in text(desk_of("du1").get("/desk/signatures", {"q": NUMBER}))
    assert desk_of("du1").get(f"/desk/signatures/{CODE}/evidence.zip").status_code == 302


def test_a_name_is_neither_asked_nor_written_down(sister: Sister, case: Case) -> None:
    asked = len(sister.asked)
    assert "没有查到" in text(desk_of("shen1").get("/desk/signatures", {"q": "张示例 310101"}))
    assert len(sister.asked) == asked
    assert not AuditEvent.objects.filter(verb="signature.trace").exists()
