"""审查台登录: both factors, a code once, lockout by wrong passwords and wrong codes alike, log-ins listed and ended."""

from __future__ import annotations

import base64
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django_otp.oath import TOTP

from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.identity.models import LoginSession, StaffUser
from foundation.identity.otp import STEP_SECONDS, otp_secret_make

pytestmark = pytest.mark.django_db
PASSWORD = "Qd-rightone"


@pytest.fixture
def user() -> StaffUser:
    made = StaffUser(username="shen1", name="韩审一", role="examiner", office="310115", otp_secret=otp_secret_make())
    made.set_password(PASSWORD)
    made.save()
    return made


def code(user: StaffUser, ahead: int = 0) -> str:
    """The code of the authenticator, `ahead` steps from now."""
    totp = TOTP(base64.b32decode(user.otp_secret), step=STEP_SECONDS)
    totp.time = time.time() + ahead * STEP_SECONDS
    return f"{totp.token():06d}"


def tries(client: Client, password: str, given: str, username: str = "shen1") -> Any:
    return client.post("/desk/login", {"username": username, "password": password, "code": given})


def wrong(user: StaffUser) -> str:
    """A code that is none of the three that would be taken."""
    taken = {code(user, ahead) for ahead in (-1, 0, 1)}
    return next(f"{n:06d}" for n in range(9) if f"{n:06d}" not in taken)


def test_both_factors_together_open_the_desk(user: StaffUser) -> None:
    client = Client()
    answer = tries(client, PASSWORD, code(user))
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.get("/desk/").status_code == 200
    row = LoginSession.objects.get()
    assert (row.staff, row.method) == (user, "password")
    assert AuditEvent.objects.get(verb="session.begin").obj_ref == row.ref


@pytest.mark.parametrize("factor", ["password", "code", "both", "user"])
def test_which_factor_was_wrong_is_not_told(user: StaffUser, factor: str) -> None:
    password = "nope" if factor in {"password", "both"} else PASSWORD
    given = wrong(user) if factor in {"code", "both"} else code(user)
    answer = tries(Client(), password, given, "nobody" if factor == "user" else "shen1")
    assert answer.status_code == 422
    assert "用户名、密码或者动态码不对" in answer.content.decode()
    assert not LoginSession.objects.exists()
    assert AuditEvent.objects.filter(verb="session.refuse", obj_ref="shen1").count() == (factor != "user")


def test_a_code_works_once(user: StaffUser) -> None:
    once = code(user)
    assert tries(Client(), PASSWORD, once).status_code == 302
    assert tries(Client(), PASSWORD, once).status_code == 422
    assert tries(Client(), PASSWORD, code(user, 1)).status_code == 302
    assert tries(Client(), PASSWORD, once).status_code == 422, "an older one neither"


@pytest.mark.parametrize("factor", ["password", "code"])
def test_five_wrong_passwords_or_codes_lock_for_a_quarter_of_an_hour(user: StaffUser, factor: str) -> None:
    def mistaken() -> Any:
        return tries(Client(), "nope", code(user)) if factor == "password" else tries(Client(), PASSWORD, wrong(user))

    assert [mistaken().status_code for _ in range(5)] == [422] * 4 + [429]
    locked = tries(Client(), PASSWORD, code(user))
    assert locked.status_code == 429
    page = locked.content.decode()
    assert "账号已临时锁定，请 15 分钟后再试" in page
    assert 'name="username"' in page
    AccessAttempt.objects.update(attempt_time=clock.wall() - timedelta(minutes=15, seconds=1))
    assert tries(Client(), PASSWORD, code(user)).status_code == 302


def test_a_good_log_in_forgets_the_mistakes_before_it(user: StaffUser) -> None:
    for _ in range(4):
        tries(Client(), "nope", "000000")
    assert tries(Client(), PASSWORD, code(user)).status_code == 302
    assert tries(Client(), "nope", "000000").status_code == 422


def test_what_is_kept_of_a_mistake_holds_no_secret(user: StaffUser) -> None:
    tries(Client(), PASSWORD, wrong(user))
    kept = AccessAttempt.objects.get()
    assert PASSWORD not in kept.post_data
    assert wrong(user) not in kept.post_data


def test_the_key_of_the_session_changes_at_the_log_in(user: StaffUser) -> None:
    client = Client()
    session = client.session
    session["before"] = "x"
    session.save()
    planted = session.session_key
    client.cookies["reg_session"] = planted or ""
    tries(client, PASSWORD, code(user))
    assert client.cookies["reg_session"].value != planted
    old = Client()
    old.cookies["reg_session"] = planted or ""
    assert old.get("/desk/")["Location"] == "/desk/login"


def test_who_left_is_out_at_once(user: StaffUser) -> None:
    client = Client()
    tries(client, PASSWORD, code(user))
    StaffUser.objects.update(is_active=False)
    assert client.get("/desk/").status_code == 302
    assert tries(Client(), PASSWORD, code(user, 1)).status_code == 422


def test_log_ins_are_listed_and_ended_by_their_owner_only(user: StaffUser) -> None:
    here, there = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/156.0"}), Client()
    tries(here, PASSWORD, code(user))
    tries(there, PASSWORD, code(user, 1))
    page = here.get("/desk/me").content.decode()
    assert "Windows 电脑，Chrome" in page
    ends = re.findall(r'action="(/desk/me/sessions/\w+/end)"', page)
    assert len(ends) == 1
    assert here.post(ends[0])["Location"] == "/desk/me"
    assert there.get("/desk/")["Location"] == "/desk/login"
    assert here.get("/desk/").status_code == 200
    assert LoginSession.objects.get(end_reason="revoked").ref in ends[0]
    here.post("/desk/logout")
    assert here.get("/desk/")["Location"] == "/desk/login"
