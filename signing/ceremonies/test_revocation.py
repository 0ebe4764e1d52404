"""吊销名单: kept under the authority's own key alone, newest first, and asked wherever a signature is verified. R141."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.crypto import crypto
from foundation.crypto.x509 import Certificate, Issuer, RevocationList, Subject, parse, parse_crl, self_signed_root
from foundation.files.services import file_read
from signing.ceremonies import revocation
from signing.ceremonies.models import SignatureRecord, TakenBack
from signing.ceremonies.revocation import revocations_fetch
from signing.ceremonies.trust import trust
from signing.evidence.models import EvidenceRecord
from signing.tasks.models import Document, Task
from signing.testing import PERSONS, Browser, Caller, World, arrive, batch, document, prove, slot, taken_back, work

pytestmark = [pytest.mark.django_db, pytest.mark.row("R141", part="PDF签名有效性验证")]
Enter = Callable[..., Browser]
HOUR = timedelta(hours=1)


@pytest.fixture
def paper(reg: Caller, world: World) -> Document:
    assert reg.order(batch(world, [document(world, "D1", [slot(PERSONS["P13"])], pages=1)])).status_code == 201
    arrive(world)
    return Document.objects.get()


def sign(browser: Browser, world: World, paper: Document) -> None:
    browser.agree(paper)
    prove(browser, world)
    work()


def serials() -> set[int]:
    return {entry.serial for each in trust().taken_back.lists for entry in each.entries}


def asked(paper: Document) -> tuple[bool, str]:
    """What anybody is told of a finished document: whether it is good, and all the page says."""
    code = EvidenceRecord.objects.get(document=paper).code
    told = Client().get("/verify.json", {"code": code}).json()
    return told["ok"], Client().get(f"/verify/{code}/").content.decode()


def certificate_of(paper: Document) -> Certificate:
    return parse(bytes(SignatureRecord.objects.get(task__document=paper).certificate))


def test_the_latest_list_is_kept_and_an_old_one_played_again_gives_nothing_back(world: World) -> None:
    issuing = world.authority.issuing
    one, two = (world.authority.issue(crypto().sm2_keygen().public, Subject("某人")) for _ in range(2))
    for content, wanted in (
        (taken_back(issuing, one, made=-HOUR), {one.serial}),
        (taken_back(issuing, one, two), {one.serial, two.serial}),
        (taken_back(issuing, made=-2 * HOUR), {one.serial, two.serial}),
        (taken_back(issuing, two, made=HOUR), {one.serial, two.serial}),  # what expired is left out, and still counts
        (taken_back(issuing, one, two, made=2 * HOUR), {one.serial, two.serial}),
    ):
        world.taken_back = content
        revocations_fetch()
        assert serials() == wanted
    assert TakenBack.objects.count() == 1


def test_what_was_only_suspended_is_given_back_by_a_list_without_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.authority.issue(crypto().sm2_keygen().public, Subject("某人"))
    world.taken_back = taken_back(world.authority.issuing, one, made=-HOUR)
    real = parse_crl

    def suspended(value: bytes) -> RevocationList:
        found = real(value)
        return replace(found, entries=tuple(replace(entry, held=True) for entry in found.entries))

    monkeypatch.setattr(revocation, "parse_crl", suspended)
    revocations_fetch()
    assert serials() == {one.serial}
    world.taken_back = taken_back(world.authority.issuing)
    revocations_fetch()
    assert serials() == set()


def test_a_list_by_anybody_else_is_not_believed_and_recorded(world: World) -> None:
    begin = clock.wall() - timedelta(days=1)
    name = world.authority.issuing.certificate.subject
    key = crypto().sm2_keygen()
    end = begin + timedelta(days=9)
    forger = self_signed_root(subject=name, key=key, not_before=begin, not_after=end)
    world.taken_back = taken_back(Issuer(forger.certificate, key), world.authority.seal_certificate)
    revocations_fetch()
    assert serials() == set()
    assert AuditEvent.objects.filter(verb="revocation.refuse").count() == 1


@pytest.mark.parametrize("fault", ["down", "garbage"])
def test_a_silent_authority_leaves_the_list_that_is_there(world: World, fault: str) -> None:
    world.taken_back = taken_back(world.authority.issuing, world.authority.seal_certificate)
    revocations_fetch()
    if fault == "down":
        world.faults["ca"] = "down"
    world.taken_back = b"no list"
    revocations_fetch()
    assert serials() == {world.authority.seal_certificate.serial}


def test_a_certificate_taken_back_before_it_signed_is_told_and_one_taken_back_later_is_good(
    enter: Enter, world: World, paper: Document
) -> None:
    sign(enter("P13"), world, paper)
    good, page = asked(paper)
    assert good
    assert "吊销名单还没有取到" in page
    revocations_fetch()
    assert "的吊销名单查过" in asked(paper)[1]
    used = certificate_of(paper)
    paper.refresh_from_db()
    world.taken_back = taken_back(world.authority.issuing, used, made=HOUR, at=HOUR)
    revocations_fetch()
    assert asked(paper)[0]
    world.taken_back = taken_back(world.authority.issuing, used, made=2 * HOUR, at=-HOUR)
    revocations_fetch()
    good, page = asked(paper)
    assert not good
    assert "被吊销" in page
    assert paper.current is not None
    file = SimpleUploadedFile("文件.pdf", file_read(paper.current), "application/pdf")
    told = Client().post("/verify.json", {"file": file}).json()
    assert [problem["code"] for problem in told["signatures"][0]["problems"]] == ["revoked"]


def test_nothing_is_signed_under_an_authority_that_was_taken_back(enter: Enter, world: World, paper: Document) -> None:
    world.taken_back = taken_back(world.authority.root, world.authority.issuing.certificate, at=-HOUR)
    revocations_fetch()
    sign(enter("P13"), world, paper)
    assert not SignatureRecord.objects.filter(counted=True).exists()
    assert not Task.objects.filter(state="signed").exists()


def test_a_list_that_should_have_been_followed_by_another_is_told(enter: Enter, world: World, paper: Document) -> None:
    sign(enter("P13"), world, paper)
    world.taken_back = taken_back(world.authority.issuing, made=-timedelta(days=3))
    revocations_fetch()
    assert "名单早该更新了" in asked(paper)[1]
    told = Client().get("/verify.json", {"code": EvidenceRecord.objects.get().code}).json()
    assert told["revocations"]["stale"] is True
