"""签名证据: kept for every finished document, stamped by an outside clock, exported so that openssl alone can check it."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.crypto import crypto
from foundation.crypto.timestamp import token_problems, token_read
from foundation.identity.actor import Actor
from foundation.operations.watching import LIVE
from signing.ceremonies.models import Verification
from signing.ceremonies.running import ceremony_run
from signing.evidence.content import canonical
from signing.evidence.export import evidence_export
from signing.evidence.keeping import evidence_keep, evidence_sweep, stamps_due
from signing.evidence.models import EvidenceRecord, TimeStamp
from signing.seals.models import SealOrder
from signing.seals.services import seal_settle
from signing.tasks.models import Document
from signing.tasks.states import DocumentState
from signing.testing import (
    COMPANY,
    PERSONS,
    Browser,
    Caller,
    World,
    arrive,
    batch,
    come_back,
    document,
    prove,
    slot,
    work,
)
from signing.watching.alarms import incidents_watch
from signing.watching.models import Incident
from signing.watching.words import incident_said

pytestmark = [pytest.mark.django_db, pytest.mark.row("R141", part="溯源"), pytest.mark.row("R148", part="签名追溯")]
Enter = Callable[..., Browser]


@pytest.fixture
def finished(reg: Caller, world: World, enter: Enter) -> Callable[[], Document]:
    """Two people and a company have signed one document; what follows is done when it is called."""

    def finish() -> Document:
        slots = [
            slot(PERSONS["P13"]),
            slot(PERSONS["P04"], x=230, role="董事"),
            slot(COMPANY, kind="seal", role="申请人", x=400, width=110, height=110),
        ]
        reg.order(batch(world, [document(world, "D1", slots)]))
        arrive(world)
        paper = Document.objects.get()
        for code in ("P13", "P04"):
            person = enter(code)
            person.agree(paper)
            prove(person, world)
            work()
        company = enter("P01", company=True)
        company.agree(paper)
        world.confirm_seal()
        seal_settle(SealOrder.objects.get().ref)
        work()
        return Document.objects.get()

    return finish


def files_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_finished_document_has_its_evidence_with_a_time_stamp(finished: Callable[[], Document], world: World) -> None:
    paper = finished()
    assert paper.state == DocumentState.COMPLETE
    kept = EvidenceRecord.objects.get(document=paper)
    assert len(kept.code) == 32
    assert kept.sm3 == crypto().sm3(canonical(kept.main)).hex()
    assert [line["role"] for line in kept.main["signatures"]] == ["股东", "董事", "申请人"]
    assert paper.current is not None
    assert kept.main["document"]["signed"]["sm3"] == paper.current.sm3
    token = token_read(bytes(kept.stamp.token or b""))
    believed = [world.authority.root.certificate]
    assert token_problems(token, imprint=bytes.fromhex(kept.sm3), roots=believed) == []
    assert kept.stamp.stamped_at == token.at
    verbs = set(AuditEvent.objects.filter(obj_kind="evidence", obj_ref=kept.code).values_list("verb", flat=True))
    assert verbs == {"evidence.keep", "evidence.stamp"}


@pytest.mark.row("R141", part="流水号绑定")
def test_the_evidence_says_who_how_proved_with_what_when_and_from_where(
    finished: Callable[[], Document], world: World
) -> None:
    paper = finished()
    kept = EvidenceRecord.objects.get(document=paper)
    for part, line in zip(kept.parts, kept.main["signatures"], strict=True):
        assert line["part_sm3"] == crypto().sm3(canonical(part)).hex()
        assert all(part["numbers"].values())
        assert part["signed_at"].endswith("+08:00")
    person, _, seal = kept.parts
    assert person["signer"]["name"] == "卫甲"
    assert person["signer"]["id_number"] == "310***********931X"[:3] + "***********" + "931X"
    assert person["proved"]["face"]["no"] == person["numbers"]["verification"]
    assert person["numbers"]["sign"] in person["proved"]["face"]["bound"]
    assert person["proved"]["identity"]["valid_until"]
    assert person["read"]["pages"] == [1, 2]
    assert person["address"] == "127.0.0.1"
    assert seal["signer"] == {"kind": "entity", **COMPANY}
    assert seal["proved"]["order"]
    used = seal["proved"]["seal"]
    assert (used["es_id"], used["name"]) == (world.authority.seal_info.es_id, COMPANY["name"])
    assert used["sm3"] == crypto().sm3(world.seal).hex()
    assert [line.get("seal") for line in kept.main["signatures"]] == [None, None, used["es_id"]]
    assert "卫甲" not in json.dumps(kept.main, ensure_ascii=False)


def test_the_evidence_names_the_identity_check_that_was_good_when_it_was_signed(
    reg: Caller, world: World, enter: Enter
) -> None:
    """Not one that was passed before, yet began to count by a face that was shown after the signature."""
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"]), slot(PERSONS["P04"], x=230)], pages=1)]))
    arrive(world)
    first, second, paper = enter("P13"), enter("P04"), Document.objects.get()
    first.post("/me/identity/", {"days": "60"})
    come_back(first, world.pass_check())
    first.agree(paper)
    prove(first, world)
    work()
    first.post("/me/face/")
    come_back(first, world.pass_check())
    second.agree(paper)
    prove(second, world)
    work()
    later, behind = Verification.objects.filter(purpose="identity").order_by("pk")[:2]
    assert (later.valid_days, behind.valid_days) == (60, 20)
    assert later.valid_until
    part = EvidenceRecord.objects.get().parts[0]
    assert part["proved"]["identity"]["no"] == behind.serial_no


def test_a_finished_document_without_evidence_gets_it(reg: Caller, world: World, enter: Enter) -> None:
    """As after an upgrade, or before its event has been heard."""
    reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)]))
    arrive(world)
    paper, signer = Document.objects.get(), enter("P13")
    signer.agree(paper)
    ceremony_run(ceremony_id=prove(signer, world).pk)
    assert Document.objects.get().state == DocumentState.COMPLETE
    assert not EvidenceRecord.objects.exists()
    evidence_sweep()
    assert EvidenceRecord.objects.get().document == paper
    work()
    assert TimeStamp.objects.get().token


def test_evidence_is_kept_once_and_cannot_be_changed(finished: Callable[[], Document]) -> None:
    kept = evidence_keep(finished())
    assert EvidenceRecord.objects.get() == kept
    for change in (
        lambda: EvidenceRecord.objects.update(sm3="0" * 64),
        lambda: EvidenceRecord.objects.all().delete(),
        lambda: TimeStamp.objects.update(token=b""),
        lambda: TimeStamp.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("fault", "wrong", "why"),
    [
        ("down", {}, "出错了"),
        ("", {"imprint": bytes(32)}, "摘要不符"),
        ("", {"nonce": 1}, "随机数不符"),
        ("", {"policy": "2.25.1"}, "规则"),
    ],
)
def test_a_bad_or_silent_time_stamp_service_holds_nobody_up_and_is_asked_again(
    finished: Callable[[], Document], world: World, fault: str, wrong: dict[str, Any], why: str
) -> None:
    world.faults["timestamp"], world.stamps_wrong = fault, wrong
    paper = finished()
    assert paper.state == DocumentState.COMPLETE
    stamp = TimeStamp.objects.get()
    assert not stamp.token
    assert why in stamp.problem
    assert stamp.next_try_at is not None
    assert stamp.next_try_at > clock.wall()
    world.faults.clear()
    world.stamps_wrong = {}
    stamps_due()
    assert work() == []
    TimeStamp.objects.update(next_try_at=clock.wall())
    stamps_due()
    work()
    stamp.refresh_from_db()
    assert stamp.token
    assert stamp.problem == ""


def test_documents_without_a_stamp_are_listed_for_the_operator_and_alarm_once_they_wait_too_long(
    finished: Callable[[], Document], world: World
) -> None:
    world.faults["timestamp"] = "down"
    paper = finished()
    incidents_watch()
    assert not Incident.objects.exists(), "a minute is no trouble"
    TimeStamp.objects.update(asked_at=clock.wall() - timedelta(minutes=11))
    incidents_watch()
    incidents_watch()
    assert "有 1 份签好的文书等时间戳超过 10 分钟（" in incident_said(Incident.objects.get(closed_at=None))
    stamps = LIVE.validate_python(Caller("reg").get("/internal/watching/live").json()["said"]).stamps
    assert (stamps.waiting, stamps.lines[0].case_no) == (1, paper.batch.matter.number)
    assert "出错了" in stamps.lines[0].why
    world.faults.clear()
    TimeStamp.objects.update(next_try_at=clock.wall())
    stamps_due()
    work()
    incidents_watch()
    assert not Incident.objects.filter(closed_at=None).exists()


def test_an_export_says_how_to_check_it_and_openssl_agrees_with_every_line(
    finished: Callable[[], Document], enter: Enter, world: World, tmp_path: Path
) -> None:
    paper = finished()
    signer = enter("P13")
    answer = signer.get(f"{signer.url(paper)}evidence.zip")
    assert answer["Content-Type"] == "application/zip"
    files = files_of(answer.content)
    assert [name for name in files if name.endswith("part.json")] == ["signatures/1/part.json"]
    assert files["signatures/3/seal/seal.der"] == world.seal
    assert files["signatures/3/seal/picture.png"] == world.authority.seal_info.picture.data
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)
    lines = files["README.txt"].decode().splitlines()
    commands = [number for number, line in enumerate(lines) if line.startswith("  $ ")]
    assert len(commands) > 35
    for number in commands:
        done = subprocess.run(
            ["sh", "-c", lines[number][4:]], cwd=tmp_path, capture_output=True, check=False, text=True
        )
        said = (done.stdout + done.stderr).lower()
        assert done.returncode == 0, (lines[number], said)
        assert lines[number + 1].removeprefix("  = ").lower() in said, (lines[number], said)


def test_the_list_of_an_export_holds_every_file_and_is_signed(finished: Callable[[], Document]) -> None:
    finished()
    kept = EvidenceRecord.objects.get()
    files = files_of(evidence_export(actor=Actor.system("test"), record=kept))
    lines = [line.split("  ") for line in files["manifest.txt"].decode().splitlines()]
    listed = {name: digest for digest, name in lines}
    assert set(listed) == set(files) - {"manifest.txt", "manifest.sig"}
    assert all(crypto().sm3(files[name]).hex() == digest for name, digest in listed.items())
    assert json.loads(files["evidence.json"]) == kept.main
    assert len([name for name in files if name.endswith("part.json")]) == 3
    event = AuditEvent.objects.get(verb="evidence.export")
    assert event.obj_ref == kept.code


def test_somebody_else_gets_no_evidence(finished: Callable[[], Document], enter: Enter) -> None:
    paper = finished()
    url = enter("P13").url(paper)
    assert enter("P01").get(f"{url}evidence.zip").status_code == 404


def test_without_a_time_stamp_the_export_says_so(finished: Callable[[], Document], world: World, enter: Enter) -> None:
    world.faults["timestamp"] = "down"
    paper = finished()
    signer = enter("P04")
    files = files_of(signer.get(f"{signer.url(paper)}evidence.zip").content)
    assert not [name for name in files if name.startswith("timestamp/")]
    assert "时间戳还没有取到" in files["README.txt"].decode()
