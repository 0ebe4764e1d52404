"""The desk: one examiner has a case, the notice is given once, approval writes the register."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Forbidden, NotVisible
from reg.casefile.models import Case, InFlight
from reg.casefile.states import State
from reg.casefile.test_answers import together
from reg.cases.mending import mends_of
from reg.cases.signing import open_slots, signing_request
from reg.cases.submission import case_submit
from reg.entities.models import EntityFact, Role
from reg.materials.models import Paper
from reg.materials.services import papers_current
from reg.review.models import Claim
from reg.review.services import (
    DeskError,
    case_approve,
    case_refuse,
    case_return,
    desk_case,
    point_note,
    review_claim,
    review_next,
)
from reg.testing import (
    answer,
    company,
    liaison_payload,
    papers_make,
    person,
    sign_everything,
    staff,
    submitted,
    tell_truth,
)


@pytest.mark.django_db(transaction=True)
def test_of_two_examiners_who_claim_at_once_one_gets_it_and_the_other_is_told_who() -> None:
    case = submitted(person("P01"), company("C01"))
    told: list[str] = []

    def claim(number: int) -> None:
        try:
            review_claim(actor=staff(("shen1", "shen2")[number]), case=case)
            told.append("mine")
        except DeskError as error:
            told.append(error.message)

    together(2, claim)
    assert told.count("mine") == 1
    assert any("领取了这一件" in words for words in told)
    assert Case.objects.get(pk=case.pk).state == State.ACCEPTED
    assert Claim.objects.filter(case=case).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_examiners_who_take_the_next_at_once_nobody_gets_the_same() -> None:
    cases = {submitted(person("P01"), company("C01")).number}
    got: list[str | None] = []

    def take(number: int) -> None:
        case = review_next(actor=staff(("shen1", "shen2")[number]))
        got.append(case.number if case else None)

    together(2, take)
    assert sorted(got, key=str) == sorted([*cases, None], key=str)


@pytest.mark.django_db
def test_a_claim_that_ran_out_may_be_taken_over() -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    with pytest.raises(DeskError, match="韩审一"):
        review_claim(actor=staff("shen2"), case=case)
    Claim.objects.filter(case=case).update(until=clock.wall() - timedelta(seconds=1))
    assert review_claim(actor=staff("shen2"), case=case).staff == "shen2"
    with pytest.raises(DeskError, match="不在您手上"):
        case_approve(actor=staff("shen1"), case=case)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["shen3", "yun1"])
def test_the_desk_of_another_district_and_the_operator_see_nothing(who: str) -> None:
    case = submitted(person("P01"), company("C01"))
    with pytest.raises(NotVisible):
        desk_case(staff(who), case.number)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["du1", "ji1", "shen3"])
def test_only_an_examiner_of_the_authority_decides(who: str) -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    for decide in (case_approve, case_return):
        with pytest.raises((Forbidden, DeskError)):
            decide(actor=staff(who), case=case)
    assert Case.objects.get(pk=case.pk).state == State.ACCEPTED


@pytest.mark.django_db
@pytest.mark.row("R020", part="记录联络员变更的历史")
def test_approval_ends_the_old_fact_begins_the_new_and_moves_the_roles() -> None:
    entity = company("C01")
    case = submitted(person("P01"), entity)
    review_claim(actor=staff("shen1"), case=case)
    case = case_approve(actor=staff("shen1"), case=case)
    assert case.state == State.RECORDED
    today = clock.today()
    facts = list(EntityFact.objects.filter(entity=entity, item_code="liaison").order_by("valid_from"))
    assert [fact.payload["name"] for fact in facts] == ["赵演示", "钱范例"]
    assert facts[0].valid_to == today - timedelta(days=1)
    assert (facts[1].valid_from, facts[1].valid_to, facts[1].case_number) == (today, None, case.number)
    held = Role.objects.filter(entity=entity, kind="liaison", valid_to=None)
    assert [role.person_index for role in held] == [person("P05").person_index]
    assert not InFlight.objects.filter(entity=entity).exists()
    assert AuditEvent.objects.filter(verb="case.approve", obj_ref=case.number, actor="shen1").count() == 1


@pytest.mark.django_db
def test_the_rules_run_again_before_approval() -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    tell_truth(case, mobile_owner={"match": False})
    with pytest.raises(DeskError, match="复核没有通过"):
        case_approve(actor=staff("shen1"), case=case)


@pytest.mark.django_db
def test_noted_points_must_be_sent_or_dropped_before_approval() -> None:
    case = submitted(person("P01"), company("C01"))
    examiner = staff("shen1")
    review_claim(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="", item="liaison", text="邮箱请换成常用的。")
    with pytest.raises(DeskError, match="补正"):
        case_approve(actor=examiner, case=case)


@pytest.mark.django_db
def test_a_return_lists_everything_once_and_only_changed_papers_are_signed_anew() -> None:
    applicant, examiner, entity = person("P01"), staff("shen1"), company("C01")
    case = submitted(applicant, entity)
    review_claim(actor=examiner, case=case)
    with pytest.raises(DeskError, match="还没有记"):
        case_return(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="", item="liaison", text="邮箱请换成常用的。", basis="细则16")
    point_note(actor=examiner, case=case, title="", item="liaison", text="手机号码请再核对。")
    notice = case_return(actor=examiner, case=case)
    case.refresh_from_db()
    assert case.state == State.RETURNED
    assert [point["text"] for point in notice.points] == ["邮箱请换成常用的。", "手机号码请再核对。"]
    assert case.applicant_due == notice.due
    assert notice.due > clock.today()
    assert InFlight.objects.get(entity=entity).case == case, "a returned case still holds the company"
    signed = {paper.doc: paper.pk for paper in papers_current(case) if paper.signed_file_id and paper.doc != "realname"}

    answer(case, applicant, "liaison", liaison_payload("P05", email="daily@example.com"), version=1)
    tell_truth(case)
    papers_make(case, applicant)
    again = {paper.doc: paper for paper in papers_current(case) if paper.doc != "realname"}
    assert again["application"].pk == signed["application"]
    assert again["contact"].pk != signed["contact"]
    case = signing_request(actor=applicant, case=case)
    open_docs = {slot.paper.doc for slot in open_slots(case)}
    assert open_docs == {"contact"}
    sign_everything(case)
    case = case_submit(actor=applicant, case=case)
    assert case.submitted_stream == "submitted#1"
    review_claim(actor=examiner, case=case)
    assert case_approve(actor=examiner, case=case).state == State.RECORDED


@pytest.mark.django_db
def test_each_point_of_a_return_is_open_until_something_was_changed_there() -> None:
    applicant, examiner, entity = person("P01"), staff("shen1"), company("C01")
    case = submitted(applicant, entity)
    review_claim(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="", item="liaison", text="邮箱请换成常用的。")
    point_note(actor=examiner, case=case, title="联络员信息表", document="contact", text="邮箱要和填写的一致。")
    notice = case_return(actor=examiner, case=case)
    case.refresh_from_db()
    assert [mend.done for mend in mends_of(case, notice)] == [False, False]
    answer(case, applicant, "liaison", liaison_payload("P05", email="daily@example.com"), version=1)
    assert [(mend.text, mend.done) for mend in mends_of(case, notice)] == [
        ("邮箱要和填写的一致。", False),
        ("邮箱请换成常用的。", True),
    ]
    tell_truth(case)
    papers_make(case, applicant)
    assert [mend.done for mend in mends_of(case, notice)] == [True, True]


@pytest.mark.django_db
def test_the_notice_of_the_authority_waits_for_no_signer_of_the_applicant() -> None:
    applicant, examiner, entity = person("P01"), staff("shen1"), company("C01")
    case = submitted(applicant, entity)
    review_claim(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="", item="liaison", text="邮箱请换成常用的。")
    case_return(actor=examiner, case=case)
    case.refresh_from_db()
    before = {paper.pk for paper in papers_current(case)}
    place = {"name": "registry", "role": "registry", "kind": "seal", "page": 0}
    Paper.objects.create(
        case=case,
        doc="notice",
        party="return",
        title="补正通知书",
        state=Paper.State.READY,
        slots=[place],
        data={},
        queued_at=clock.now(),
        made_at=clock.now(),
    )
    assert {paper.pk for paper in papers_current(case)} == before
    answer(case, applicant, "liaison", liaison_payload("P05", email="daily@example.com"), version=1)
    tell_truth(case)
    papers_make(case, applicant)
    case = signing_request(actor=applicant, case=case)
    assert {slot.paper.doc for slot in open_slots(case)} == {"contact"}


@pytest.mark.django_db
def test_a_second_return_may_not_ask_for_what_was_there_unless_a_supervisor_says_why() -> None:
    applicant, examiner = person("P01"), staff("shen1")
    case = submitted(applicant, company("C01"))
    review_claim(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="申请书", document="application", text="请补充说明。")
    case_return(actor=examiner, case=case)
    case.refresh_from_db()
    tell_truth(case)
    papers_make(case, applicant)
    case = signing_request(actor=applicant, case=case)
    sign_everything(case)
    case = case_submit(actor=applicant, case=case)
    review_claim(actor=examiner, case=case)
    point_note(actor=examiner, case=case, title="", item="liaison", text="邮箱请换成常用的。")
    with pytest.raises(DeskError, match="督导"):
        case_return(actor=examiner, case=case)
    notice = case_return(actor=examiner, case=case, supervisor_reason="首次审查遗漏，经督导同意。")
    assert notice.supervisor_reason


@pytest.mark.django_db
def test_a_refusal_needs_reason_and_law() -> None:
    case = submitted(person("P01"), company("C01"))
    review_claim(actor=staff("shen1"), case=case)
    with pytest.raises(DeskError, match="法律依据"):
        case_refuse(actor=staff("shen1"), case=case, reason="材料虚假", basis=" ")
    assert case_refuse(actor=staff("shen1"), case=case, reason="材料虚假", basis="条例20").state == State.REFUSED
