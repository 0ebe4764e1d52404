"""A change of name on its way: held from the request for signatures, entered with the approval, let go when nothing comes of it.
R004, R005, R107."""

from __future__ import annotations

from datetime import timedelta

import pytest

from foundation import clock
from foundation.identity.actor import Actor
from reg.casefile.models import Case
from reg.casefile.selectors import case_view
from reg.casefile.states import State, WrongState
from reg.casefile.test_answers import together
from reg.cases import names
from reg.cases.checking import case_check
from reg.cases.events import CaseApproved
from reg.cases.services import case_open, case_withdraw, draft_discard, drafts_expire
from reg.cases.signing import InFlightElsewhere, NotReady, case_reopen, signing_request
from reg.cases.submission import case_submit
from reg.entities.models import Entity, EntityFact
from reg.items.kit import Severity
from reg.items.registry import BY_CODE
from reg.materials.documents import Extra, NoticeFacts, document
from reg.naming.comparison import Standing
from reg.naming.models import IndexedName, NameClaim, Reservation
from reg.naming.parsing import parse
from reg.naming.register import names_of_register
from reg.naming.reservation import (
    NameTaken,
    NotHeld,
    NotRead,
    Wish,
    name_reserve,
    reservation_release,
    reservation_renew,
    reservation_take,
    reservation_use,
    reservations_expire,
)
from reg.review.services import DeskError, case_approve, case_refuse, case_return, point_note, review_claim
from reg.testing import (
    answer,
    company,
    decided,
    name_draft,
    name_payload,
    name_signing,
    name_submitted,
    papers_make,
    person,
    sign_everything,
    staff,
    tell_truth,
)

OLD, NEW, OTHER = "上海星岚示例科技有限公司", "上海星屿示例科技有限公司", "上海砚汀示例科技有限公司"


@pytest.fixture
def actor() -> Actor:
    return person("P01")


@pytest.fixture
def firm(db: None) -> Entity:
    found = company("C01")
    names_of_register()
    return found


def standing(entity: Entity) -> dict[str, str]:
    """The names of a company in the index, and what stands behind each."""
    return dict(IndexedName.objects.filter(uscc=entity.uscc).values_list("written", "standing"))


def reserved(actor: Actor, entity: Entity, written: str = NEW) -> Reservation:
    """A name held for the company before it opens its case."""
    wish = Wish(parse(written, "6513").parts, "llc", "change", uscc=entity.uscc)
    try:
        return name_reserve(actor=actor, wish=wish)
    except NotRead as unread:
        return name_reserve(actor=actor, wish=wish, read=[hit.written for hit in unread.found.similar])


def over(one: Reservation) -> None:
    """Its last day was yesterday."""
    Reservation.objects.filter(pk=one.pk).update(until=clock.today() - timedelta(days=1))


def state_of(number: str) -> str:
    return str(Reservation.objects.get(number=number).state)


def entered(case: Case) -> None:
    """What the worker does after the approval."""
    names.name_entered(CaseApproved(case_no=case.number))


# declared with the change


@pytest.mark.row("R004", part="即时查重")
def test_a_name_is_held_when_its_papers_go_to_their_signers_and_not_before(actor: Actor, firm: Entity) -> None:
    case = name_draft(actor, firm)
    papers_make(case, actor)
    assert not Reservation.objects.exists()
    signing_request(actor=actor, case=case)
    held = Reservation.objects.get()
    assert (held.written, held.case_number, held.by_case, held.state) == (NEW, case.number, True, "held")
    assert standing(firm) == {OLD: Standing.REGISTERED, NEW: Standing.RESERVED}
    assert held.name is not None
    assert held.name.until is None, "as long as the case is under way"
    assert any(held.number in step.text for step in case.steps.all())


@pytest.mark.row("R107", part="新名称与原名称关联性")
def test_approval_gives_the_register_the_new_name_and_keeps_the_old_one_from_others(actor: Actor, firm: Entity) -> None:
    case = name_submitted(actor, firm)
    review_claim(actor=staff("shen1"), case=case)
    case_approve(actor=staff("shen1"), case=case)
    firm.refresh_from_db()
    assert firm.name == NEW
    assert firm.name_sort.startswith("shang4 hai3 xing1 yu3")
    fact = EntityFact.objects.get(entity=firm, item_code="name", valid_to=None)
    assert (fact.payload["name"], fact.case_number) == (NEW, case.number)
    articles = EntityFact.objects.get(entity=firm, item_code="articles", valid_to=None).payload
    assert {clause["topic"]: clause["text"] for clause in articles["clauses"]}["name"] == f"公司名称：{NEW}。"

    for _ in range(2):
        entered(case)
    assert standing(firm) == {NEW: Standing.REGISTERED, OLD: Standing.FORMER}
    assert Reservation.objects.get().state == "used"
    with pytest.raises(NameTaken) as taken:
        reserved(person("P70"), company("C36"), OLD)
    assert taken.value.found.same[0].verdict.rule == "S01"


def test_an_event_that_comes_late_does_not_end_a_newer_name(actor: Actor, firm: Entity) -> None:
    for changes in ({}, {"trade": "砚汀示例"}):
        case = name_submitted(actor, firm, **changes)
        review_claim(actor=staff("shen1"), case=case)
        case_approve(actor=staff("shen1"), case=case)
        entered(case)
    first = Case.objects.order_by("pk")[0]
    entered(first)
    assert standing(firm) == {OTHER: Standing.REGISTERED, NEW: Standing.FORMER, OLD: Standing.FORMER}


def test_only_the_form_may_change_though_the_company_claims_the_rest_already(actor: Actor, firm: Entity) -> None:
    first = name_submitted(actor, firm)
    review_claim(actor=staff("shen1"), case=first)
    case_approve(actor=staff("shen1"), case=first)
    entered(first)
    second = name_submitted(actor, firm, form="有限责任公司")
    review_claim(actor=staff("shen1"), case=second)
    case_approve(actor=staff("shen1"), case=second)
    entered(second)
    new = IndexedName.objects.get(uscc=firm.uscc, standing=Standing.REGISTERED)
    assert new.written == "上海星屿示例科技有限责任公司"
    assert NameClaim.objects.filter(name=new).count() == 3, "字号 with industry and with small class are the new name's"


def test_a_recorded_case_shows_what_the_register_held_before(actor: Actor, firm: Entity) -> None:
    case = name_submitted(actor, firm)
    review_claim(actor=staff("shen1"), case=case)
    case = case_approve(actor=staff("shen1"), case=case)
    view = case_view(case, "approved")
    (line,) = [line for line in BY_CODE["name"].diff(view) if line.label == "名称"]
    assert (line.before, line.after) == (OLD, NEW)
    notice = document("notice").build(view, None, Extra(notice=NoticeFacts("approve", "1", clock.today())))
    assert notice["addressee"] == f"{NEW}（原名称：{OLD}）："
    assert ["名称", OLD, NEW] in notice["table"]["rows"]
    assert notice["after"], "the licence shows another name now"


@pytest.mark.django_db(transaction=True)
@pytest.mark.row("R004", part="异常数据识别和拦截")
def test_of_two_companies_that_want_the_same_name_at_once_one_gets_it() -> None:
    wanting = [(person("P01"), company("C01")), (person("P70"), company("C36"))]
    cases = [name_draft(actor, entity) for actor, entity in wanting]
    for case, (actor, _) in zip(cases, wanting, strict=True):
        papers_make(case, actor)
    told: list[str] = []

    def ask(number: int) -> None:
        try:
            signing_request(actor=wanting[number][0], case=cases[number])
            told.append("held")
        except NotReady as gone:
            told.append(gone.message)

    together(2, ask)
    assert told.count("held") == 1
    assert any("刚刚被别的企业申报" in words or "没有通过核对" in words for words in told), told
    held = Reservation.objects.get()
    states = {case.number: Case.objects.get(pk=case.pk).state for case in cases}
    assert states.pop(held.case_number) == State.SIGNING
    assert list(states.values()) == [State.DRAFT]


@pytest.mark.django_db(transaction=True)
def test_two_taps_and_two_cases_of_one_company_hold_one_name() -> None:
    actor, entity = person("P01"), company("C01")
    cases = [name_draft(actor, entity), name_draft(actor, entity, trade="砚汀示例")]
    for case in cases:
        papers_make(case, actor)
    told: list[str] = []

    def ask(number: int) -> None:
        try:
            signing_request(actor=actor, case=cases[number % 2])
            told.append("held")
        except InFlightElsewhere:
            told.append("elsewhere")
        except (NotReady, WrongState) as error:
            told.append(type(error).__name__)

    together(4, ask)
    assert told.count("held") == 1, told
    assert "elsewhere" in told
    assert Reservation.objects.count() == 1


@pytest.mark.row("R004", part="异常数据识别和拦截")
def test_a_name_that_another_took_while_the_papers_were_made_is_told(actor: Actor, firm: Entity) -> None:
    case = name_draft(actor, firm)
    papers_make(case, actor)
    reserved(person("P70"), company("C36"))
    with pytest.raises(NotReady, match="没有通过核对"):
        signing_request(actor=actor, case=case)
    stop = case_check(case).stops[0]
    assert stop.code == "S01"
    assert NEW in stop.message


# let go, kept, exchanged


def test_a_case_that_is_withdrawn_or_taken_back_to_be_changed_frees_its_name(actor: Actor, firm: Entity) -> None:
    case = case_reopen(actor=actor, case=name_signing(actor, firm))
    assert Reservation.objects.get().state == "released"
    signing_request(actor=actor, case=case)
    case_withdraw(actor=actor, case=case)
    assert [one.state for one in Reservation.objects.order_by("pk")] == ["released", "released"]
    assert standing(firm) == {OLD: Standing.REGISTERED}
    assert reserved(person("P70"), company("C36")).written == NEW


def test_a_refusal_frees_the_name(actor: Actor, firm: Entity) -> None:
    case = name_submitted(actor, firm)
    review_claim(actor=staff("shen1"), case=case)
    case_refuse(actor=staff("shen1"), case=case, reason="名称不适宜。", basis="名称规定十一")
    assert Reservation.objects.get().state == "released"


def returned(actor: Actor, firm: Entity) -> Case:
    case = name_submitted(actor, firm)
    review_claim(actor=staff("shen1"), case=case)
    point_note(actor=staff("shen1"), case=case, title="", item="name", text="请换一个字号。")
    case_return(actor=staff("shen1"), case=case)
    case.refresh_from_db()
    return case


def test_a_return_keeps_the_name_until_the_term_for_mending_is_over(actor: Actor, firm: Entity) -> None:
    case = returned(actor, firm)
    assert Reservation.objects.get().state == "held"
    Case.objects.filter(pk=case.pk).update(applicant_due=clock.today() - timedelta(days=1))
    assert drafts_expire() == 1
    assert Reservation.objects.get().state == "released"


def test_another_name_after_a_return_takes_the_place_of_the_first(actor: Actor, firm: Entity) -> None:
    case = returned(actor, firm)
    version = case.answers.get(item_code="name", stream="draft").version
    answer(case, actor, "name", name_payload(trade="砚汀示例"), version=version)
    version = case.answers.get(item_code="articles", stream="draft").version
    answer(case, actor, "articles", decided(case, actor), version=version)
    tell_truth(case)
    papers_make(case, actor)
    signing_request(actor=actor, case=case)
    assert {one.written: one.state for one in Reservation.objects.all()} == {NEW: "released", OTHER: "held"}
    assert standing(firm) == {OLD: Standing.REGISTERED, OTHER: Standing.RESERVED}


def test_who_lost_the_hold_on_the_name_can_neither_submit_nor_be_approved(actor: Actor, firm: Entity) -> None:
    case = name_signing(actor, firm)
    sign_everything(case)
    Reservation.objects.update(case_number="1")
    with pytest.raises(NotReady, match="没有保留在这件申请名下"):
        case_submit(actor=actor, case=case)
    Reservation.objects.update(case_number=case.number)
    case = case_submit(actor=actor, case=case)
    Reservation.objects.update(case_number="1")
    review_claim(actor=staff("shen1"), case=case)
    with pytest.raises(DeskError, match="没有保留在这件申请名下"):
        case_approve(actor=staff("shen1"), case=case)


# taken up


def take_up(number: str) -> dict[str, str]:
    return {"source": "predeclared", "number": number}


@pytest.mark.row("R005", part="选择保护期内的有效变更名称")
@pytest.mark.row("R005", part="名称归属验证确认")
def test_a_held_name_is_taken_up_entered_and_used(actor: Actor, firm: Entity) -> None:
    held = reserved(actor, firm)
    case = name_submitted(actor, firm, **take_up(held.number))
    assert Reservation.objects.get().case_number == case.number
    review_claim(actor=staff("shen1"), case=case)
    case_approve(actor=staff("shen1"), case=case)
    entered(case)
    firm.refresh_from_db()
    assert firm.name == NEW
    assert state_of(held.number) == "used"
    assert standing(firm) == {NEW: Standing.REGISTERED, OLD: Standing.FORMER}


@pytest.mark.row("R005", part="选择保护期内的有效变更名称")
def test_a_term_that_ends_while_the_case_is_under_way_does_not_take_the_name_away(actor: Actor, firm: Entity) -> None:
    held = reserved(actor, firm)
    case = name_submitted(actor, firm, **take_up(held.number))
    over(held)
    assert reservations_expire() == 0
    with pytest.raises(NameTaken):
        reserved(person("P70"), company("C36"))
    review_claim(actor=staff("shen1"), case=case)
    case_approve(actor=staff("shen1"), case=case)
    entered(case)
    assert state_of(held.number) == "used"


def test_a_case_that_comes_to_nothing_gives_the_name_back_to_its_holder_for_the_rest_of_the_term(
    actor: Actor, firm: Entity
) -> None:
    held = reserved(actor, firm)
    case = name_signing(actor, firm, **take_up(held.number))
    for act in (reservation_renew, reservation_release):
        with pytest.raises(NotHeld, match=case.number):
            act(actor=actor, number=held.number)
    case_withdraw(actor=actor, case=case)
    held.refresh_from_db()
    assert (held.state, held.case_number) == ("held", "")
    assert IndexedName.objects.get(written=NEW).until == held.until
    assert set(NameClaim.objects.values_list("until", flat=True)) == {held.until}

    again = name_signing(actor, firm, **take_up(held.number))
    over(held)
    case_withdraw(actor=actor, case=again)
    assert reservations_expire() == 1
    assert state_of(held.number) == "expired"


@pytest.mark.row("R005", part="名称归属验证确认")
@pytest.mark.row("R005", part="异常数据识别和拦截")
@pytest.mark.row("R025", part="CC08")
def test_a_number_that_is_not_ours_or_not_there_is_refused_in_the_same_words(actor: Actor, firm: Entity) -> None:
    foreign = reserved(person("P70"), company("C36"))
    founding = name_reserve(actor=actor, wish=Wish(parse(OTHER, "6513").parts, "llc", "establish"))
    said = {refusal(actor, firm, number) for number in (foreign.number, founding.number, "MB202611270000000199")}
    assert said == {"本企业名下没有这个保留号的变更名称，请对照名称保留的短信或者回执再填一次。"}


@pytest.mark.row("R005", part="名称归属验证确认")
def test_whatever_a_page_said_only_the_company_of_the_number_takes_it_up(actor: Actor, firm: Entity) -> None:
    foreign = reserved(person("P70"), company("C36"))
    for uscc in (firm.uscc, ""):
        with pytest.raises(NotHeld, match="本企业名下没有"):
            reservation_take(actor=actor, number=foreign.number, uscc=uscc, case_number="1")
    assert Reservation.objects.get().case_number == ""


@pytest.mark.row("R005", part="异常数据识别和拦截")
def test_a_name_whose_term_is_over_that_was_used_or_given_up_is_refused_with_what_to_do(
    actor: Actor, firm: Entity
) -> None:
    held = reserved(actor, firm)
    over(held)
    assert "到期，请重新申报名称" in refusal(actor, firm, held.number)
    reservations_expire()
    assert "到期，请重新申报名称" in refusal(actor, firm, held.number)
    second = reserved(actor, firm)
    reservation_release(actor=actor, number=second.number)
    assert "已经放弃" in refusal(actor, firm, second.number)
    third = reserved(actor, firm)
    reservation_use(actor=actor, number=third.number, uscc=firm.uscc, case_number="1")
    assert "已经用于登记" in refusal(actor, firm, third.number)


def refusal(actor: Actor, firm: Entity, number: str) -> str:
    """What the check says of a case that names this number."""
    case = case_open(actor=actor, entity=firm, chosen=["name"])
    answer(case, actor, "name", name_payload(**take_up(number)))
    (stop,) = [one for one in case_check(case).of(Severity.BLOCK) if one.code == "CC08"]
    assert stop.basis
    draft_discard(actor=actor, case=case)
    return stop.message


def test_a_number_that_another_case_uses_is_told_with_that_case(actor: Actor, firm: Entity) -> None:
    held = reserved(actor, firm)
    first = name_signing(actor, firm, **take_up(held.number))
    assert first.number in refusal(actor, firm, held.number)
