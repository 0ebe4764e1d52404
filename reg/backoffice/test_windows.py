"""窗口地址: one enters, another approves, and citizens see it then and not before. R001."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Forbidden, NotVisible
from reg.backoffice.testing import desk_of, staff_user, text
from reg.backoffice.windows import (
    WindowError,
    WindowWords,
    window_approve,
    window_decline,
    window_history,
    window_propose,
    window_state,
    window_states,
    window_withdraw,
)
from reg.casefile.models import AuthorityWindow
from reg.casefile.test_answers import together
from reg.cases.offers import guide
from reg.testing import company, staff

pytestmark = pytest.mark.django_db
PUDONG = "310115"
FIRST = WindowWords("上海市浦东新区示例路 1 号", "周一至周五 9:00–17:00", "021-12345678")
SECOND = WindowWords("上海市浦东新区示例路 2 号 3 楼", "周一至周五 9:00–16:30", "12345")


def propose(who: str = "shen1", words: WindowWords = FIRST, read: int = 0) -> AuthorityWindow:
    return window_propose(actor=staff(who), authority=PUDONG, words=words, read=read)


def approve(window: AuthorityWindow, who: str = "shen2") -> AuthorityWindow:
    return window_approve(actor=staff(who), authority=PUDONG, version=window.pk)


def seen() -> str:
    """What a citizen's guide shows."""
    window = guide(company("C01")).window_address
    return window.address if window else ""


@pytest.mark.row("R001", part="变更登记事项引导")
def test_citizens_see_the_address_once_another_approved_it_and_not_before() -> None:
    window = propose()
    assert seen() == ""
    approve(window)
    assert seen() == FIRST.address


def test_the_earlier_address_stays_until_the_new_one_is_approved() -> None:
    approve(propose())
    second = propose("shen2", SECOND)
    assert seen() == FIRST.address
    approve(second, "shen1")
    assert seen() == SECOND.address


@pytest.mark.parametrize("who", ["shen1", "du1"])
def test_the_maker_never_approves_his_own(who: str) -> None:
    window = propose(who)
    with pytest.raises(Forbidden, match="另一位同事"):
        approve(window, who)
    with pytest.raises(Forbidden):
        window_decline(actor=staff(who), authority=PUDONG, version=window.pk, reason="不对")
    assert seen() == ""


def test_the_database_itself_refuses_a_checker_who_is_the_maker() -> None:
    window = propose()
    with pytest.raises(IntegrityError, match="window_checker_is_not_maker"), transaction.atomic():
        AuthorityWindow.objects.filter(pk=window.pk).update(approved_by="shen1", approved_at=clock.now())


def test_the_words_of_a_version_never_change_and_no_version_goes_away() -> None:
    window = approve(propose())
    for act in (
        lambda: AuthorityWindow.objects.filter(pk=window.pk).update(address="别处"),
        lambda: AuthorityWindow.objects.filter(pk=window.pk).delete(),
    ):
        with pytest.raises((InternalError, ProgrammingError), match="Cannot"), transaction.atomic():
            act()


@pytest.mark.parametrize("who", ["shen3", "yun1", "ji1"])
def test_another_district_and_other_roles_know_nothing_of_it(who: str) -> None:
    window = propose()
    actor = staff(who)
    for act in (
        lambda: window_state(actor, PUDONG),
        lambda: window_propose(actor=actor, authority=PUDONG, words=SECOND, read=window.pk),
        lambda: window_approve(actor=actor, authority=PUDONG, version=window.pk),
        lambda: window_decline(actor=actor, authority=PUDONG, version=window.pk, reason="x"),
        lambda: window_withdraw(actor=actor, authority=PUDONG, version=window.pk),
    ):
        with pytest.raises(NotVisible):
            act()
    assert [one.authority.code for one in window_states(actor)] == (["310104"] if who == "shen3" else [])


def test_the_city_may_check_every_district() -> None:
    approve(propose(), "du1")
    assert seen() == FIRST.address
    assert len(window_states(staff("du1"))) == 17


def test_an_unknown_authority_is_not_found() -> None:
    with pytest.raises(NotVisible):
        window_state(staff("du1"), "110000")


def test_what_a_colleague_entered_meanwhile_is_not_replaced_unseen() -> None:
    propose()
    with pytest.raises(WindowError, match="还没有提交"):
        propose("shen2", SECOND)
    assert window_state(staff("shen1"), PUDONG).waiting == AuthorityWindow.objects.get()


def test_a_version_that_was_replaced_cannot_be_approved_any_more() -> None:
    first = propose()
    second = propose("shen1", SECOND, read=first.pk)
    with pytest.raises(WindowError, match="新的一版"):
        approve(first)
    approve(second)
    assert [one.closed_because for one in window_history(PUDONG)] == ["", "换成了更新的一版"]


def test_a_declined_version_shows_its_reason_and_what_was_shown_stays() -> None:
    approve(propose())
    second = propose("shen1", SECOND)
    with pytest.raises(WindowError, match="哪里不对"):
        window_decline(actor=staff("shen2"), authority=PUDONG, version=second.pk, reason=" ")
    window_decline(actor=staff("shen2"), authority=PUDONG, version=second.pk, reason="电话打不通")
    assert seen() == FIRST.address
    assert window_history(PUDONG)[0].closed_because == "电话打不通"
    assert window_state(staff("shen1"), PUDONG).waiting is None


def test_the_maker_takes_his_version_back_and_nobody_else_does() -> None:
    window = propose()
    with pytest.raises(Forbidden):
        window_withdraw(actor=staff("shen2"), authority=PUDONG, version=window.pk)
    window_withdraw(actor=staff("shen1"), authority=PUDONG, version=window.pk)
    assert window_state(staff("shen1"), PUDONG).waiting is None


def test_entering_what_is_shown_already_is_told() -> None:
    approve(propose())
    with pytest.raises(WindowError, match="一样"):
        propose("shen2", FIRST)


def test_every_step_is_written_down() -> None:
    approve(propose("shen1"))
    rows = AuditEvent.objects.filter(obj_kind="window").order_by("pk").values_list("actor", "verb", "obj_ref")
    assert list(rows) == [("shen1", "window.propose", PUDONG), ("shen2", "window.approve", PUDONG)]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_at_once_one_waits_and_the_other_is_told() -> None:
    told: list[str] = []

    def enter(number: int) -> None:
        try:
            propose(("shen1", "shen2")[number], (FIRST, SECOND)[number])
        except WindowError as error:
            told.append(error.message)

    together(2, enter)
    assert AuthorityWindow.objects.count() == 1
    assert len(told) == 1


# ---- the pages ----


@pytest.mark.row("R001", part="变更登记事项引导")
def test_the_page_leads_from_the_form_to_what_citizens_see() -> None:
    staff_user("shen1")
    maker, checker = desk_of("shen1"), desk_of("shen2")
    page, words = "/desk/windows/310115", {"address": FIRST.address, "hours": FIRST.hours, "telephone": "021-12345678"}
    assert "还没有批准过的地址" in text(maker.get(page))
    wrong = maker.post(page, {**words, "telephone": "打电话", "read": "0"})
    assert wrong.status_code == 422
    assert "请检查电话的写法" in text(wrong)
    key = {"idempotency_key": "k" * 32, "read": "0"}
    for _ in range(2):
        assert maker.post(page, {**words, **key})["Location"] == page, "a double tap is answered as the first"
    window = AuthorityWindow.objects.get()
    assert "要由另一位同事复核" in text(maker.get(page))
    assert "窗口地址（1 件待复核）" not in text(maker.get("/desk/")), "his own does not wait for him"
    assert "窗口地址（1 件待复核）" in text(checker.get("/desk/"))
    assert maker.post(f"{page}/approve", {"version": window.pk}).status_code == 403
    stale = checker.post(page, {**words, "address": SECOND.address, "read": "0"})
    assert stale.status_code == 409
    assert "还没有提交" in text(stale)
    assert SECOND.address in stale.content.decode(), "what was typed is still there"
    checker.post(f"{page}/approve", {"version": window.pk})
    assert seen() == FIRST.address
    shown = text(checker.get(page))
    assert "韩审一" in shown
    assert "杨审二" in shown
