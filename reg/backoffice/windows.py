"""窗口地址 (R001: 请到窗口办理): staff of an authority enter where its window is, another member of staff approves it.

Until then citizens go on seeing what was approved before. Every version stays, with who entered and who approved it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from foundation import audit, clock
from foundation.identity.actor import Actor, Forbidden, NotVisible, StaffRole
from foundation.identity.models import StaffUser
from reg.casefile.access import CITY
from reg.casefile.models import AuthorityWindow
from reg.cases.offers import window_of
from reg.catalog.places import Authority, authorities

REPLACED = "换成了更新的一版"
HISTORY = 30


class WindowError(Exception):
    """Something cannot be done with a window's address now; the message says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class WindowWords:
    """What citizens read."""

    address: str
    hours: str
    telephone: str

    @classmethod
    def of(cls, window: AuthorityWindow) -> WindowWords:
        return cls(window.address, window.hours, window.telephone)


# ---- reading ----


@dataclass(frozen=True)
class WindowState:
    """An authority's window: what is shown, and what waits for a checker."""

    authority: Authority
    shown: AuthorityWindow | None
    waiting: AuthorityWindow | None


def may_keep(actor: Actor, authority: str) -> bool:
    """Examiners keep the window of their own authority; supervisors and the city's examiners every one."""
    if actor.has_role(StaffRole.SUPERVISOR):
        return True
    return actor.has_role(StaffRole.EXAMINER) and actor.office in {authority, CITY}


def authorities_kept(actor: Actor) -> list[Authority]:
    """Authorities whose window the actor may keep."""
    return [one for one in authorities().values() if may_keep(actor, one.code)]


def window_state(actor: Actor, authority: str) -> WindowState:
    """One window for who may keep it; NotVisible otherwise."""
    if authority not in authorities() or not may_keep(actor, authority):
        raise NotVisible
    return WindowState(authorities()[authority], window_of(authority), _waiting(authority))


def window_states(actor: Actor) -> list[WindowState]:
    """Every window that the actor may keep."""
    kept = authorities_kept(actor)
    rows = AuthorityWindow.objects.filter(authority__in=[one.code for one in kept], closed_at=None)
    waiting = {row.authority: row for row in rows if row.waits}
    shown = {row.authority: row for row in sorted(rows, key=lambda row: row.pk) if row.approved_at}
    return [WindowState(one, shown.get(one.code), waiting.get(one.code)) for one in kept]


def window_history(authority: str) -> list[AuthorityWindow]:
    """The latest versions, newest first."""
    return list(AuthorityWindow.objects.filter(authority=authority).order_by("-pk")[:HISTORY])


def staff_names(windows: list[AuthorityWindow]) -> Mapping[str, str]:
    """Names of who entered, approved or closed these versions."""
    refs = {ref for one in windows for ref in (one.entered_by, one.approved_by, one.closed_by) if ref}
    return dict(StaffUser.objects.filter(username__in=refs).values_list("username", "name"))


def _waiting(authority: str) -> AuthorityWindow | None:
    return AuthorityWindow.objects.filter(authority=authority, approved_at=None, closed_at=None).first()


# ---- writing ----


@transaction.atomic
def window_propose(*, actor: Actor, authority: str, words: WindowWords, read: int) -> AuthorityWindow:
    """提交: a new version that waits for a checker. `read` is the number of the waiting version that the page showed, 0 for
    none: what a colleague entered meanwhile is not replaced unseen."""
    state = window_state(actor, authority)
    waiting = _locked(authority)
    if (waiting.pk if waiting else 0) != read:
        raise WindowError("这期间有同事提交过或者复核过，您填的还没有提交。请看过现在的内容，再改。")
    if state.shown and WindowWords.of(state.shown) == words:
        raise WindowError("和现在给办事人看的一样，不用提交。")
    if waiting:
        _close(waiting, actor, REPLACED)
    try:
        with transaction.atomic():
            window = AuthorityWindow.objects.create(
                authority=authority,
                address=words.address,
                hours=words.hours,
                telephone=words.telephone,
                entered_by=actor.ref,
                entered_at=clock.now(),
            )
    except IntegrityError:
        raise WindowError("刚刚有同事提交了一版。请看过现在的内容，再改。") from None
    audit.record(actor, "window.propose", "window", authority, version=window.pk)
    return window


@transaction.atomic
def window_approve(*, actor: Actor, authority: str, version: int) -> AuthorityWindow:
    """批准: citizens see it from now on. Never by who entered it (maker and checker)."""
    window = _to_decide(actor, authority, version)
    if window.entered_by == actor.ref:
        raise Forbidden("自己填的要由另一位同事复核。")
    AuthorityWindow.objects.filter(pk=window.pk).update(approved_by=actor.ref, approved_at=clock.now())
    audit.record(actor, "window.approve", "window", authority, version=window.pk)
    window.refresh_from_db()
    return window


@transaction.atomic
def window_decline(*, actor: Actor, authority: str, version: int, reason: str) -> None:
    """不批准: with the reason that its maker reads; what was shown before stays."""
    window = _to_decide(actor, authority, version)
    if window.entered_by == actor.ref:
        raise Forbidden("自己填的可以撤回，不能自己复核。")
    if not reason.strip():
        raise WindowError("请写明哪里不对，好让同事改。")
    _close(window, actor, reason.strip()[:200])
    audit.record(actor, "window.decline", "window", authority, version=window.pk)


@transaction.atomic
def window_withdraw(*, actor: Actor, authority: str, version: int) -> None:
    """撤回: its maker takes it back before anybody decided."""
    window = _to_decide(actor, authority, version)
    if window.entered_by != actor.ref:
        raise Forbidden("只有提交的人可以撤回。")
    _close(window, actor, "提交的人撤回")
    audit.record(actor, "window.withdraw", "window", authority, version=window.pk)


def _locked(authority: str) -> AuthorityWindow | None:
    waiting = AuthorityWindow.objects.select_for_update().filter(authority=authority, approved_at=None, closed_at=None)
    return waiting.first()


def _to_decide(actor: Actor, authority: str, version: int) -> AuthorityWindow:
    """The waiting version that the page showed; WindowError when it is no longer the one that waits."""
    window_state(actor, authority)
    window = _locked(authority)
    if window is None or window.pk != version:
        raise WindowError("这一版刚刚有人处理过，或者换成了新的一版。请看过现在的内容再定。")
    return window


def _close(window: AuthorityWindow, actor: Actor, because: str) -> None:
    AuthorityWindow.objects.filter(pk=window.pk).update(
        closed_by=actor.ref, closed_at=clock.now(), closed_because=because
    )
