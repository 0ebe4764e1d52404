"""名称申报: granted at once or kept for the desk; found again by its numbers; what others hear of it. R104, R111."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from foundation import clock
from foundation.files.models import StoredFile
from foundation.identity.models import Account
from foundation.notify.models import InboxMessage, TextMessage
from foundation.outside.testing import Stub, answer, stub_system
from foundation.pdf.testing import small_pdf
from reg.casefile.numbers import is_valid
from reg.declarations import telling
from reg.declarations.desk import (
    declaration_ask,
    declaration_grant,
    declaration_refuse,
    declaration_take,
    declarations_waiting,
)
from reg.declarations.events import NameAsked, NameDecided, NameDeclared
from reg.declarations.models import Declaration
from reg.declarations.services import (
    DeclarationError,
    declaration_withdraw,
    declarations_found,
    proof_add,
    proof_remove,
)
from reg.declarations.testing import FREE, PLEA, RESTRICTED, declare
from reg.declarations.web.shown import steps
from reg.naming.index import name_file
from reg.naming.models import IndexedName, NameClaim, Reservation
from reg.naming.parsing import parse
from reg.naming.reservation import NameTaken, NotHeld, reservation_use, reservations_expire
from reg.testing import person, staff

pytestmark = pytest.mark.django_db
UNKNOWN = "000000"


@pytest.mark.row("R104", part="保留期信息")
def test_a_free_name_is_granted_at_once_with_a_number_of_its_own() -> None:
    one = declare(person("P01"))
    assert is_valid(one.number)
    assert one.number.startswith("310115")
    assert (one.state, one.reservation.state) == (Declaration.State.GRANTED, Reservation.State.HELD)
    assert one.declared_at == one.accepted_at == one.decided_at
    assert not declarations_waiting(staff("shen1"))


@pytest.mark.row("R104", part="禁止控制与限制提示")
def test_a_restricted_name_waits_for_the_desk_and_nobody_else_gets_it_meanwhile() -> None:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    assert (one.state, one.reservation.state) == (Declaration.State.REVIEW, Reservation.State.WAITING)
    assert one.due
    assert one.due > clock.today()
    Reservation.objects.update(until=clock.today() - timedelta(days=1))
    assert reservations_expire() == 0, "a name does not run out while the authority decides"
    with pytest.raises(NameTaken):
        declare(person("P04"), RESTRICTED, plea=PLEA)
    with pytest.raises(NotHeld, match="审核中"):
        reservation_use(actor=person("P01"), number=one.reservation.number, uscc="1", case_number="1")
    assert list(declarations_waiting(staff("shen1"))) == [one]
    assert list(declarations_waiting(staff("du1"))) == [one]
    assert not declarations_waiting(staff("shen3")), "another district"


def test_a_restricted_name_comes_with_its_reason_or_not_at_all() -> None:
    with pytest.raises(DeclarationError, match="依据"):
        declare(person("P01"), RESTRICTED, plea=" 有 ")
    assert not Reservation.objects.exists()


@pytest.mark.row("R104", part="相近名称列出并提示风险")
def test_a_near_name_goes_to_the_desk_where_the_policy_says_so() -> None:
    """P06, the same sound and a like shape in any industry, is looked at; P02, the same sound alone, is not."""
    name_file(parse("上海清岚科技有限公司").parts)
    near = declare(person("P01"), "上海青岚餐饮有限公司")
    assert [hit["alike"] for hit in near.hits] == ["字号读音相同（qīng lán），字形也相近"]
    assert near.state == Declaration.State.REVIEW
    name_file(parse("上海墨舟科技有限公司").parts)
    assert declare(person("P01"), "上海沫周科技有限公司").state == Declaration.State.GRANTED


@pytest.mark.row("R111", part="受理、审核、核准各环节")
def test_the_desk_grants_and_the_term_begins_that_day() -> None:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    assert [(step["title"], step["state"]) for step in steps(one)][1:] == [("审核", "now"), ("核准", "wait")]
    examiner = staff("shen1")
    declaration_take(actor=examiner, number=one.number)
    one = declaration_grant(actor=examiner, number=one.number)
    one.reservation.refresh_from_db()
    assert one.reservation.state == Reservation.State.HELD
    assert IndexedName.objects.get().until == one.reservation.until == NameClaim.objects.all()[0].until
    assert [step["title"] for step in steps(one)] == ["申报", "受理", "审核、核准", "保留中", "用于登记"]
    with pytest.raises(DeclarationError, match="已核准"):
        declaration_refuse(actor=examiner, number=one.number, reason="和别人的太像")


@pytest.mark.row("R104", part="未通过的具体原因")
def test_the_desk_refuses_with_a_reason_and_the_name_is_free() -> None:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    examiner = staff("shen1")
    declaration_take(actor=examiner, number=one.number)
    with pytest.raises(DeclarationError, match="理由"):
        declaration_refuse(actor=examiner, number=one.number, reason=" ")
    declaration_refuse(actor=examiner, number=one.number, reason="没有跨行业经营的证明")
    assert not IndexedName.objects.exists()
    telling.tell_decided(NameDecided(one.number))
    assert "没有跨行业经营的证明" in InboxMessage.objects.get().text
    assert declare(person("P04"), RESTRICTED, plea=PLEA).state == Declaration.State.REVIEW


def test_who_did_not_take_it_does_not_decide_it() -> None:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    declaration_take(actor=staff("shen1"), number=one.number)
    with pytest.raises(DeclarationError, match="韩审一"):
        declaration_take(actor=staff("shen2"), number=one.number)
    with pytest.raises(DeclarationError, match="不在您手上"):
        declaration_grant(actor=staff("shen2"), number=one.number)
    Declaration.objects.update(taken_until=clock.wall() - timedelta(seconds=1))
    assert declaration_take(actor=staff("shen2"), number=one.number).taken_by == "shen2"
    with pytest.raises(DeclarationError, match="杨审二"):
        declaration_grant(actor=staff("shen1"), number=one.number)


def test_a_declaration_taken_back_frees_the_name_and_is_nobodys_to_decide() -> None:
    one = declare(person("P01"), RESTRICTED, plea=PLEA)
    declaration_take(actor=staff("shen1"), number=one.number)
    with pytest.raises(DeclarationError):
        declaration_withdraw(actor=person("P04"), number=one.number)
    declaration_withdraw(actor=person("P01"), number=one.number)
    assert not IndexedName.objects.exists()
    with pytest.raises(DeclarationError, match="已撤回"):
        declaration_grant(actor=staff("shen1"), number=one.number)


def test_proofs_come_in_while_the_desk_has_not_decided() -> None:
    leader = person("P01")
    one = declare(leader, RESTRICTED, plea=PLEA)
    proof = proof_add(actor=leader, number=one.number, name="注册证.pdf", content=small_pdf(2))
    assert (proof.pages, proof.file.state) == (2, StoredFile.State.REFERENCED)
    with pytest.raises(DeclarationError, match="已经传过"):
        proof_add(actor=leader, number=one.number, name="又一次.pdf", content=small_pdf(2))
    with pytest.raises(DeclarationError):
        proof_add(actor=leader, number=one.number, name="坏的.pdf", content=b"%PDF-1.4 no")
    with pytest.raises(DeclarationError):
        proof_add(actor=person("P04"), number=one.number, name="别人的.pdf", content=small_pdf(3))
    proof_remove(actor=leader, number=one.number, proof=proof.pk)
    assert not one.proofs.exists()
    assert StoredFile.objects.get(pk=proof.file_id).state == StoredFile.State.ADMITTED, "the sweep takes it"
    declaration_withdraw(actor=leader, number=one.number)
    with pytest.raises(DeclarationError, match="有结果"):
        proof_add(actor=leader, number=one.number, name="晚了.pdf", content=small_pdf(1))


@pytest.mark.row("R111", part="按申请号查询")
@pytest.mark.row("R111", part="按办件编号查询")
@pytest.mark.row("R111", part="按统一社会信用代码查询")
def test_a_declaration_is_found_by_each_of_its_numbers_by_who_may_see_it() -> None:
    from reg.testing import company

    firm = company("C01")
    one = declare(person("P01"), "上海砚屿科技有限公司", business="change", uscc=firm.uscc)
    Declaration.objects.update(onestop_serial="YW2026112700000153", uscc=firm.uscc)
    for asked in (one.number, f" {one.number[:6]} {one.number[6:]} ", "yw2026112700000153", firm.uscc):
        assert declarations_found(person("P01"), asked) == [one], asked
    assert declarations_found(person("P01"), one.reservation.number) == [one]
    for asked in (UNKNOWN, "", "'; --", one.number[:-1]):
        assert declarations_found(person("P01"), asked) == []
    assert declarations_found(person("P40"), one.number) == [], "whoever has nothing to do with it sees nothing"


# what others hear


@pytest.fixture
def onestop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub_system() as stub:
        monkeypatch.setenv("OUTSIDE_ONESTOP_URL", stub.base)
        stub.behave = lambda write: write(answer(201, b'{"serial": "YW2026112700000153"}'))
        yield stub


@pytest.mark.row("R111", part="按办件编号查询")
def test_one_stop_gives_a_number_once_however_often_the_outbox_delivers(onestop: Stub) -> None:
    one = declare(person("P01"))
    for _ in range(2):
        telling.onestop_declared(NameDeclared(one.number))
    one.refresh_from_db()
    assert one.onestop_serial == "YW2026112700000153"
    paths = [call.path for call in onestop.seen]
    assert sum(path.endswith("/cases") for path in paths) == 1
    assert sum(path.endswith("/status") for path in paths) == 2


def test_the_declarer_is_told_once_and_asked_once_for_each_question() -> None:
    leader = person("P01")
    Account.objects.create(
        person_index=leader.person_index, name="x", id_type="10", id_number="x", mobile="19900000001"
    )
    one = declare(leader, RESTRICTED, plea=PLEA)
    examiner = staff("shen1")
    declaration_take(actor=examiner, number=one.number)
    asked = declaration_ask(actor=examiner, number=one.number, text="请上传商标注册证")
    event = NameAsked(one.number, asked.asked_at.isoformat() if asked.asked_at else "")
    for _ in range(2):
        telling.tell_declared(NameDeclared(one.number))
        telling.tell_asked(event)
    assert [message.title for message in InboxMessage.objects.order_by("pk")] == [
        "名称申报已提交",
        "名称申报要补充材料",
    ]
    assert TextMessage.objects.count() == 2


def test_a_free_name_disturbs_nobody() -> None:
    telling.tell_declared(NameDeclared(declare(person("P01"), FREE).number))
    assert not InboxMessage.objects.exists()
