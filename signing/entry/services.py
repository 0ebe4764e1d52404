"""Issuing and redeeming tickets; logging in by 随申办 and by 电子营业执照."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import HttpRequest

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.crypto import crypto
from foundation.crypto.index import person_index
from foundation.identity.actor import Actor
from foundation.identity.models import LoginSession
from foundation.identity.oauth import Identified, local_path
from foundation.identity.sessions import account_know, actor_of, session_begin
from signing.entry.models import Ticket
from signing.guard import attempt_refuse
from signing.guard.models import Reason
from signing.tasks.models import ClientSystem, Subject, Task
from signing.tasks.orders import OrderRefused, Signer
from signing.tasks.subjects import subject_know, subject_settle

TICKET_LIVES = timedelta(seconds=60)


@dataclass(frozen=True)
class TicketRefused(Exception):
    """A ticket does not let this visitor in."""

    reason: Reason
    message: str


@transaction.atomic
def ticket_issue(*, actor: Actor, client: ClientSystem, person: Signer, entity_uscc: str, next_path: str) -> str:
    """A one-time address for this person; `entity_uscc` when the client has found him entitled to act for that enterprise.

    A client that does not vouch may ask only for whom it has or had something to sign: OrderRefused for everybody else.
    """
    if not client.vouches:
        _sent_something(client, person, entity_uscc)
    subject = subject_know(person)
    secret = secrets.token_urlsafe(24)
    moment = clock.wall()
    ticket = Ticket.objects.create(
        digest=_digest(secret),
        client=client,
        subject=subject,
        entity_uscc=entity_uscc,
        next_path=local_path(next_path)[:200],
        issued_at=moment,
        expires_at=moment + TICKET_LIVES,
    )
    record(actor, "ticket.issue", "ticket", str(ticket.pk), entity=bool(entity_uscc))
    return f"{config().base_url('signing')}/enter/{secret}/"


def _sent_something(client: ClientSystem, person: Signer, entity_uscc: str) -> None:
    """For an enterprise it counts what the enterprise has to seal: who seals need not sign himself."""
    key = entity_uscc or person_index(person.id_type, person.id_number)
    kind = Subject.Kind.ENTITY if entity_uscc else Subject.Kind.PERSON
    if not Task.objects.filter(document__client=client, subject__kind=kind, subject__key=key).exists():
        asked = "请这家企业盖过章" if entity_uscc else "请这个人签过文书"
        raise OrderRefused("not_a_signer", f"这个业务系统没有{asked}，不能给入口。请先发起签署。")


def ticket_redeem(request: HttpRequest, secret: str, *, present: Actor | None, switch: bool = False) -> str:
    """Let the ticket's person in; returns where to go. TicketRefused, recorded, for anybody or anything else.

    A browser in which somebody else is logged in is refused and the ticket kept; `switch` is that visitor's own wish
    to log out and let the ticket's person in. The ticket of a client that does not vouch opens that client's papers only,
    and leaves a log-in alone that shows these and more (docs/adr/0025).
    """
    refused: tuple[Reason, str] | None = None
    with transaction.atomic():
        ticket = (
            Ticket.objects.select_for_update(of=("self",))
            .select_related("subject", "client")
            .filter(digest=_digest(secret))
            .first()
        )
        refused = _objection(ticket, present, switch)
        if ticket is not None and refused is None:
            ticket.used_at = clock.wall()
            ticket.save(update_fields=["used_at"])
    if refused or ticket is None:
        reason, message = refused or (Reason.TICKET_UNKNOWN, "")
        attempt_refuse(
            reason,
            actor=present,
            obj_kind="ticket",
            obj_ref=str(ticket.pk) if ticket else "unknown",
            address=str(request.META.get("REMOTE_ADDR", "")),
            device=request.headers.get("User-Agent", ""),
        )
        raise TicketRefused(reason, message)
    if present is not None and _covers(present, ticket):
        record(present, "ticket.use", "ticket", str(ticket.pk))
        return ticket.next_path
    subject, client = ticket.subject, ticket.client
    account = account_know(
        name=subject.name, id_type=subject.id_type, id_number=subject.id_number, mobile=subject.mobile
    )
    session = session_begin(
        request,
        account=account,
        method="ticket",
        entity_uscc=ticket.entity_uscc,
        scope=client.name,  # lifted while the client vouches (middleware.py)
    )
    scope = "" if client.vouches else client.name
    record(actor_of(session), "session.begin", "ticket", str(ticket.pk), scope=scope)
    return ticket.next_path


def _covers(present: Actor, ticket: Ticket) -> bool:
    """Whether the present log-in is the same person's and shows what this ticket would, and more."""
    same = present.person_index == ticket.subject.key and ticket.entity_uscc in ("", present.entity_uscc)
    return same and not present.scope and not ticket.client.vouches


def _objection(ticket: Ticket | None, present: Actor | None, switch: bool) -> tuple[Reason, str] | None:
    if ticket is None:
        return Reason.TICKET_UNKNOWN, "这个入口链接不存在。请回到业务系统，重新点“去签名”。"
    if ticket.used_at is not None:
        return Reason.TICKET_REUSED, "这个入口链接已经用过了，一个链接只能用一次。请回到业务系统，重新点“去签名”。"
    if ticket.expires_at <= clock.wall():
        return Reason.TICKET_EXPIRED, "这个入口链接超过 60 秒，已经失效。请回到业务系统，重新点“去签名”。"
    if present is not None and present.person_index != ticket.subject.key and not switch:
        return Reason.TICKET_OTHER_PERSON, "这个入口链接是给另一位签署人的，不能用您现在的登录打开。"
    return None


def log_in(request: HttpRequest, who: Identified, *, method: str) -> LoginSession:
    """Log in by 随申办 (sso) or 电子营业执照 (elicence): the name is settled and the data carried in (R154).

    With an e-licence the holder acts for the enterprise in this session.
    """
    subject = subject_settle(name=who.name, id_type=who.id_type, id_number=who.id_number, mobile=who.mobile)
    account = account_know(name=who.name, id_type=who.id_type, id_number=who.id_number, mobile=subject.mobile)
    session = session_begin(request, account=account, method=method, entity_uscc=who.entity_uscc)
    record(actor_of(session), "session.begin", "session", session.ref, method=method, entity=who.entity_uscc)
    return session


def _digest(secret: str) -> str:
    return crypto().sm3(secret.encode()).hex()


def tickets_sweep() -> None:
    """Ticker: forget tickets a day after their end."""
    Ticket.objects.filter(expires_at__lt=clock.wall() - timedelta(days=1)).delete()
