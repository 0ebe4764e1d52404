"""Log-in sessions: begin, recognise, list, revoke. The browser holds only Django's session cookie."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from foundation import clock
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor, ActorKind
from foundation.identity.models import Account, LoginSession, LoginState, StaffUser
from foundation.prepared import Prepared

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

KEY = "login"
PERSON_IDLE, PERSON_LONGEST = timedelta(minutes=30), timedelta(hours=12)
STAFF_IDLE, STAFF_LONGEST = timedelta(minutes=30), timedelta(hours=10)
TOUCH_EVERY = timedelta(seconds=60)
STATE_KEPT = timedelta(days=1)


def account_know(*, name: str, id_type: str, id_number: str, mobile: str = "") -> Account:
    """The account of a person as the identity provider describes him; made on the first log-in, kept up to date after."""
    known = {"name": name, "id_type": id_type, "id_number": id_number}
    account, _ = Account.objects.update_or_create(
        person_index=person_index(id_type, id_number),
        defaults=known | ({"mobile": mobile} if mobile else {}),  # 电子营业执照 tells none: the known one stays
    )
    return account


def session_begin(
    request: HttpRequest,
    *,
    account: Account | None = None,
    staff: StaffUser | None = None,
    method: str,
    entity_uscc: str = "",
    scope: str = "",
) -> LoginSession:
    """Log in: a fresh session key (no fixation) and a row that can be listed and revoked; `scope` as in LoginSession."""
    session: SessionBase = request.session
    session.flush()
    moment = clock.wall()
    row = LoginSession.objects.create(
        ref=secrets.token_hex(16),
        account=account,
        staff=staff,
        entity_uscc=entity_uscc,
        scope=scope,
        method=method,
        device=request.headers.get("User-Agent", "")[:120],
        address=str(request.META.get("REMOTE_ADDR", ""))[:45],
        started_at=moment,
        seen_at=moment,
        ends_at=moment + (STAFF_LONGEST if staff else PERSON_LONGEST),
    )
    session[KEY] = row.ref
    return row


_LOGIN = Prepared(lambda ref: LoginSession.objects.select_related("account", "staff").filter(ref=ref), ref="?ref")


def session_current(request: HttpRequest) -> LoginSession | None:
    """The live log-in of this request; ended, idle or too old ones are closed and forgotten."""
    ref = request.session.get(KEY)
    if not ref:
        return None
    row = _LOGIN.first(ref=ref)
    moment = clock.wall()
    if row is None or row.ended_at:
        request.session.flush()
        return None
    idle = STAFF_IDLE if row.staff_id else PERSON_IDLE
    if moment > row.ends_at or moment - row.seen_at > idle or (row.staff and not row.staff.is_active):
        session_end(row, "expired")
        request.session.flush()
        return None
    if moment - row.seen_at > TOUCH_EVERY:
        LoginSession.objects.filter(pk=row.pk).update(seen_at=moment)
    return row


def log_ins_sweep() -> None:
    """Forget log-ins that never came back, and cookies that are over. Log-in sessions stay: they are evidence."""
    LoginState.objects.filter(made_at__lt=clock.wall() - STATE_KEPT).delete()
    Session.objects.filter(expire_date__lt=clock.wall()).delete()


def session_end(row: LoginSession, reason: str) -> None:
    """End a log-in: `logout`, `revoked` from the list, or `expired`."""
    LoginSession.objects.filter(pk=row.pk, ended_at=None).update(ended_at=clock.wall(), end_reason=reason)


def sessions_of(actor: Actor) -> QuerySet[LoginSession]:
    """The live log-ins of the actor, newest first; to one with a scope only those with the same."""
    mine = Q(staff__username=actor.ref) if actor.is_staff else Q(account__person_index=actor.person_index)
    moment, idle = clock.wall(), STAFF_IDLE if actor.is_staff else PERSON_IDLE
    live = LoginSession.objects.filter(mine, ended_at=None, ends_at__gt=moment, seen_at__gt=moment - idle)
    return (live.filter(scope=actor.scope) if actor.scope else live).order_by("-seen_at")


def actor_of(row: LoginSession) -> Actor:
    """The actor of a log-in."""
    if row.staff:
        return Actor(
            kind=ActorKind.STAFF,
            ref=row.staff.username,
            name=row.staff.name,
            office=row.staff.office,
            roles=frozenset({row.staff.role}),
            session_ref=row.ref,
        )
    if row.account is None:
        raise LookupError("a log-in belongs to an account or to staff (session_one_owner)")
    return Actor(
        kind=ActorKind.PERSON,
        ref=f"account:{row.account.pk}",
        name=row.account.name,
        person_index=row.account.person_index,
        entity_uscc=row.entity_uscc,
        scope=row.scope,
        session_ref=row.ref,
    )
