"""Composition root: event → handlers, and the periodic duties of the worker. The one place that knows who hears what."""

from __future__ import annotations

from foundation.audit import ticks as audit
from foundation.audit.checking import check_daily
from foundation.clock.holidays import holidays_watch
from foundation.files.services import file_sweep
from foundation.identity.sessions import log_ins_sweep
from foundation.jobs.ticker import Tick
from foundation.outbox import Subscriptions
from foundation.outbox.tasks import sweep as outbox_sweep
from foundation.outside.lookups import retry_due
from reg.cases import batches, events, names
from reg.cases.services import drafts_expire
from reg.cases.tasks import signing_watch
from reg.declarations import events as declared
from reg.declarations import telling as names_telling
from reg.materials.mendings import mendings_sweep
from reg.naming.reservation import reservations_expire
from reg.review import notices, telling

SUBSCRIPTIONS: Subscriptions = {
    events.SignaturesRequested: (batches.batch_send,),
    events.CaseReopened: (batches.batches_cancel,),
    events.CaseWithdrawn: (batches.case_batches_cancel, telling.onestop_withdrawn),
    events.CaseSubmitted: (telling.tell_submitted, telling.onestop_submitted),
    events.CaseReturned: (telling.tell_returned, notices.notice_of_return, telling.onestop_returned),
    events.CaseApproved: (
        names.name_entered,
        telling.tell_approved,
        telling.licence_push,
        notices.notice_of_approval,
        telling.onestop_approved,
    ),
    events.CaseRefused: (telling.tell_refused, notices.notice_of_refusal, telling.onestop_refused),
    declared.NameDeclared: (names_telling.tell_declared, names_telling.onestop_declared),
    declared.NameAsked: (names_telling.tell_asked,),
    declared.NameDecided: (names_telling.tell_decided, names_telling.onestop_decided),
}


def _expire() -> None:
    drafts_expire()


def _expire_names() -> None:
    reservations_expire()


def _sweep_files() -> None:
    mendings_sweep()
    file_sweep()


TICKS = [
    Tick("signing", 20, signing_watch),
    Tick("expiry", 3600, _expire),
    Tick("names", 600, _expire_names),
    Tick("audit", 1, audit.link),
    Tick("audit-check", 3600, check_daily),
    Tick("outbox", 30, outbox_sweep),
    Tick("lookups", 5, retry_due),
    Tick("files", 600, _sweep_files),
    Tick("log-ins", 3600, log_ins_sweep),
    Tick("holidays", 3600, holidays_watch),
]
