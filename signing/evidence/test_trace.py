"""溯源: every number of a signature leads to its document and to all that happened with it, in order. R141, R148."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from foundation.audit.models import AuditEvent
from foundation.files.services import file_read
from signing.ceremonies.models import Ceremony, SignatureRecord
from signing.evidence.models import EvidenceRecord
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.tasks.models import Document
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, come_back, document, prove, slot, work

pytestmark = [pytest.mark.django_db, pytest.mark.row("R141", part="溯源"), pytest.mark.row("R148", part="签名追溯")]
Enter = Callable[..., Browser]


@pytest.fixture
def story(reg: Caller, world: World, enter: Enter) -> Document:
    """A face that was not seen at first, then a signature; beside it another document that nobody signed."""
    slots = [slot(PERSONS["P13"])]
    reg.order(batch(world, [document(world, "D1", slots, pages=1), document(world, "D2", [slot(PERSONS["P04"])])]))
    arrive(world)
    paper = Document.objects.get(ref="D1")
    browser = enter("P13")
    browser.agree(paper)
    ceremony = Ceremony.objects.get()
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(browser, world.pass_check(passed=False))
    prove(browser, world)
    work()
    return Document.objects.get(pk=paper.pk)


def ask(reg: Caller, number: str, *, masked: bool = False) -> list[dict[str, Any]]:
    answer = reg.post("/api/trace", {"number": number, "staff": "examiner1", "masked": masked})
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["documents"]
    return found


@pytest.mark.row("R141", part="流水号绑定")
@pytest.mark.row("R148", part="签名业务流水号贯穿签名流程")
def test_every_number_leads_to_the_document(reg: Caller, story: Document) -> None:
    row, kept = SignatureRecord.objects.get(), EvidenceRecord.objects.get()
    identity = row.task.subject.verifications.get(purpose="identity", state="passed")
    pdf = story.current
    assert pdf is not None
    numbers = {
        row.sign_no: "签署流水号",
        row.verification_no: "认证流水号",
        identity.serial_no: "认证流水号",
        row.ceremony_no: "签署过程编号",
        row.certificate_serial: "证书序列号",
        f"00:{row.certificate_serial.upper()}": "证书序列号",
        str(int(row.certificate_serial, 16)): "证书序列号",
        pdf.sm3: "文件摘要",
        pdf.sha256.upper(): "文件摘要",
        story.sha256: "文件摘要",
        kept.sm3: "文件摘要",
        kept.code: "验签码",
    }
    for number, kind in numbers.items():
        found = ask(reg, str(number))
        assert [(each["document"], kind in each["found_as"]) for each in found] == [("D1", True)], number
    assert [each["document"] for each in ask(reg, row.business_no)] == ["D2", "D1"]
    for nothing in ("不存在的编号", "123", "0" * 64, ""):
        answer = reg.post("/api/trace", {"number": nothing, "staff": "x"})
        assert answer.status_code == 422 or answer.json()["documents"] == []


@pytest.mark.parametrize("number", ["LQ-01", "7"])
def test_a_short_case_number_leads_to_its_documents_too(reg: Caller, world: World, number: str) -> None:
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])])], case_no=number))
    assert [(each["document"], each["found_as"]) for each in ask(reg, number)] == [("D1", ["业务流水号"])]
    assert AuditEvent.objects.get(verb="evidence.trace").obj_ref == number


@pytest.mark.parametrize("name", ["卫甲", "Li", "Wei J", "-"])
def test_what_may_be_a_name_is_neither_looked_for_nor_written_down(reg: Caller, story: Document, name: str) -> None:
    assert ask(reg, name) == []
    assert not AuditEvent.objects.filter(verb="evidence.trace").exists()


def test_the_steps_stand_in_order_with_their_numbers(reg: Caller, story: Document) -> None:
    (found,) = ask(reg, SignatureRecord.objects.get().sign_no)
    said = [step["what"] for step in found["steps"]]
    times = [step["at"][:19] for step in found["steps"]]
    assert times == sorted(times)
    for earlier, later in (
        ("发起签署", "看完，确认内容属实"),
        ("看完，确认内容属实", "实名核验没有通过"),
        ("实名核验没有通过", "实名核验通过"),
        ("实名核验通过", "刷脸核验通过"),
        ("刷脸核验通过", "签名"),
        ("签名", "签名私钥已销毁"),
        ("签名", "存签名证据"),
    ):
        assert said.index(earlier) < said.index(later), said
    signed = next(step for step in found["steps"] if step["what"] == "签名")
    assert set(signed["numbers"]) == {"签署流水号", "认证流水号", "证书序列号", "签后文件 SM3"}
    assert signed["who"] == "卫甲"
    assert {"文书已签齐", "盖上可信时间戳", "签名私钥已销毁", "签发事件证书"} <= set(said)
    bad = [step["what"] for step in found["steps"] if step["bad"]]
    assert bad == ["实名核验没有通过"]


def test_a_refused_attempt_stands_in_the_trace(reg: Caller, story: Document) -> None:
    row = SignatureRecord.objects.get()
    attempt_refuse(Reason.BORROWED, obj_kind="task", obj_ref=row.sign_no)
    (found,) = ask(reg, row.sign_no)
    assert [s["note"] for s in found["steps"] if s["what"] == "拒绝了一次尝试"] == ["拿别人的或别次的核验来签"]


def test_masked_shows_no_name_and_no_whole_address(reg: Caller, story: Document) -> None:
    (found,) = ask(reg, SignatureRecord.objects.get().sign_no, masked=True)
    assert "卫甲" not in str(found)
    assert "*甲" in str(found)
    assert "127.0.0.1" not in str(found["steps"])
    assert "127.0.*.*" in str(found["steps"])


def test_that_it_was_asked_is_recorded_with_who_asked(reg: Caller, story: Document) -> None:
    number = SignatureRecord.objects.get().sign_no
    ask(reg, number)
    event = AuditEvent.objects.get(verb="evidence.trace")
    assert (event.actor, event.obj_ref, event.details) == ("examiner1", number, {"count": 1})


def test_another_system_finds_nothing(reg: Caller, story: Document) -> None:
    assert Caller("sandbox").post("/api/trace", {"number": story.batch.matter.number, "staff": "x"}).status_code == 401


def test_staff_gets_all_parts_of_the_evidence_and_it_is_recorded(reg: Caller, story: Document) -> None:
    kept = EvidenceRecord.objects.get()
    answer = reg.post(f"/api/evidence/{kept.code}", {"staff": "examiner1"})
    assert answer["Content-Type"] == "application/zip"
    assert AuditEvent.objects.get(verb="evidence.export").actor == "examiner1"
    assert reg.post(f"/api/evidence/{'0' * 32}", {"staff": "x"}).status_code == 404


def test_the_command_prints_the_same(reg: Caller, story: Document) -> None:
    out = io.StringIO()
    call_command("trace", SignatureRecord.objects.get().verification_no, stdout=out)
    assert "刷脸核验通过；*甲；认证流水号" in out.getvalue()
    assert story.current is not None
    assert file_read(story.current).startswith(b"%PDF")
    with pytest.raises(CommandError, match="没有查到"):
        call_command("trace", "没有这个编号")
