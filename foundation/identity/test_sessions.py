"""Log-ins: they rest, they end, they are their owner's; what never came back is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.test import RequestFactory

from foundation import clock
from foundation.identity.devices import device_words
from foundation.identity.models import Account, LoginSession, LoginState, StaffUser
from foundation.identity.sessions import (
    PERSON_IDLE,
    PERSON_LONGEST,
    STAFF_IDLE,
    STAFF_LONGEST,
    account_know,
    actor_of,
    log_ins_sweep,
    session_begin,
    session_current,
    session_end,
    sessions_of,
)

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def known(number: str = "310101199001019190") -> Account:
    return account_know(name="张三", id_type="10", id_number=number, mobile="19900000001")


def member() -> StaffUser:
    return StaffUser.objects.create(username="shen1", name="韩审一", role="examiner", office="310115", password="!")


def visit(rf: RequestFactory, key: str | None = None) -> HttpRequest:
    request = rf.get("/")
    request.session = SessionStore(key)
    return request


@pytest.mark.parametrize("staff", [False, True])
def test_a_log_in_that_rests_too_long_ends(rf: RequestFactory, staff: bool) -> None:
    request = visit(rf)
    row = session_begin(request, staff=member(), method="password") if staff else log_in(request)
    limit = STAFF_IDLE if staff else PERSON_IDLE
    LoginSession.objects.update(seen_at=clock.wall() - limit + 5 * SECOND)
    assert session_current(request) == row
    LoginSession.objects.update(seen_at=clock.wall() - limit - SECOND)
    assert session_current(request) is None
    assert LoginSession.objects.get().end_reason == "expired"
    assert session_current(request) is None, "and does not come back"


@pytest.mark.parametrize("staff", [False, True])
def test_a_log_in_ends_however_much_it_is_used(rf: RequestFactory, staff: bool) -> None:
    request = visit(rf)
    row = session_begin(request, staff=member(), method="password") if staff else log_in(request)
    assert row.ends_at - row.started_at == (STAFF_LONGEST if staff else PERSON_LONGEST)
    LoginSession.objects.update(ends_at=clock.wall() + 5 * SECOND)
    assert session_current(request) == row
    LoginSession.objects.update(ends_at=clock.wall() - SECOND)
    assert session_current(request) is None


def log_in(request: HttpRequest, number: str = "310101199001019190") -> LoginSession:
    return session_begin(request, account=known(number), method="sso")


def test_using_it_keeps_it_awake_but_is_not_written_with_every_page(rf: RequestFactory) -> None:
    request = visit(rf)
    log_in(request)
    long_ago = clock.wall() - timedelta(minutes=20)
    LoginSession.objects.update(seen_at=long_ago)
    session_current(request)
    seen = LoginSession.objects.get().seen_at
    assert seen > long_ago
    session_current(request)
    assert LoginSession.objects.get().seen_at == seen


def test_a_key_from_before_the_log_in_opens_nothing_after_it(rf: RequestFactory) -> None:
    planted = SessionStore()
    planted["x"] = 1
    planted.create()
    request = visit(rf, planted.session_key)
    log_in(request)
    request.session.save()
    assert request.session.session_key != planted.session_key
    assert session_current(visit(rf, planted.session_key)) is None
    assert session_current(visit(rf, request.session.session_key)) is not None


def test_a_log_in_for_the_things_of_one_system_knows_only_its_like(rf: RequestFactory) -> None:
    own = log_in(visit(rf))
    narrow, like, another = (
        session_begin(visit(rf), account=known(), method="ticket", scope=scope)
        for scope in ("office", "office", "shop")
    )
    assert actor_of(narrow).scope == "office"
    assert actor_of(own).scope == ""
    assert set(sessions_of(actor_of(narrow))) == {narrow, like}
    assert set(sessions_of(actor_of(own))) == {own, narrow, like, another}


def test_everybody_is_shown_his_own_live_log_ins(rf: RequestFactory) -> None:
    mine, other = log_in(visit(rf)), log_in(visit(rf))
    somebody = log_in(visit(rf), "310101199002029191")
    assert set(sessions_of(actor_of(mine))) == {mine, other}
    session_end(other, "revoked")
    assert list(sessions_of(actor_of(mine))) == [mine]
    assert list(sessions_of(actor_of(somebody))) == [somebody]
    LoginSession.objects.update(seen_at=clock.wall() - PERSON_IDLE - SECOND)
    assert not sessions_of(actor_of(mine)).exists(), (
        "one that rested too long is over, though nobody came by to close it"
    )


def test_a_log_in_that_tells_no_mobile_keeps_the_known_one() -> None:
    known()
    account = account_know(name="张三", id_type="10", id_number="310101199001019190")
    assert Account.objects.get().mobile == account.mobile == "19900000001"


def test_what_never_came_back_is_forgotten_and_log_ins_are_kept(rf: RequestFactory) -> None:
    common = {"system": "sso", "browser": "b"}
    LoginState.objects.create(state="old", made_at=clock.wall() - timedelta(days=1, seconds=1), **common)
    LoginState.objects.create(state="new", made_at=clock.wall(), **common)
    request = visit(rf)
    log_in(request)
    request.session.save()
    Session.objects.create(session_key="over", session_data="", expire_date=clock.wall() - SECOND)
    log_ins_sweep()
    assert list(LoginState.objects.values_list("state", flat=True)) == ["new"]
    assert list(Session.objects.values_list("session_key", flat=True)) == [request.session.session_key]
    assert LoginSession.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit Mobile MicroMessenger/8.0", "苹果手机，微信"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 AlipayClient/10", "安卓手机，支付宝"),
        ("Mozilla/5.0 (Phone; OpenHarmony 4.1) ArkWeb Mobile", "鸿蒙设备"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537.36 Edg/126", "Windows 电脑，Edge"),
        ("Mozilla/5.0 (Macintosh; Intel) Version/17 Safari/605", "苹果电脑，Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/126", "Linux 电脑，Firefox"),
        ("curl/8", "没有说明的设备"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(said: str, words: str) -> None:
    assert device_words(said) == words
