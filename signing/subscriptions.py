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
from signing.ceremonies.behalf import authorisations_lapse
from signing.ceremonies.events import CeremonyDone
from signing.ceremonies.revocation import revocations_fetch
from signing.ceremonies.running import ceremonies_due
from signing.ceremonies.starting import ceremonies_lapse
from signing.ceremonies.telling import signer_tell_done
from signing.ceremonies.verifying import verifications_due
from signing.entry.services import tickets_sweep
from signing.evidence.keeping import evidence_sweep, evidence_tell, stamps_due
from signing.inspection.services import inspections_sweep
from signing.seals.services import seals_due
from signing.seals.starting import seals_unsent
from signing.tasks.events import BatchMoved, BatchReady
from signing.tasks.fetching import fetch_due
from signing.tasks.telling import client_tell, signers_tell
from signing.watching.alarms import incidents_watch
from signing.watching.counting import recount_nightly, roll_up
from signing.watching.events import IncidentOpened
from signing.watching.telling import operators_tell

SUBSCRIPTIONS: Subscriptions = {
    BatchReady: [signers_tell],
    BatchMoved: [client_tell, evidence_tell],
    CeremonyDone: [signer_tell_done],
    IncidentOpened: [operators_tell],
}


def _sweep_files() -> None:
    file_sweep()


def _count() -> None:
    roll_up()


TICKS = [
    Tick("audit", 1, audit.link),
    Tick("audit-check", 3600, check_daily),
    Tick("outbox", 30, outbox_sweep),
    Tick("fetch", 5, fetch_due),
    Tick("verifications", 2, verifications_due),
    Tick("ceremonies", 2, ceremonies_due),
    Tick("ceremonies-lapse", 15, ceremonies_lapse),
    Tick("authorisations", 30, authorisations_lapse),
    Tick("seals", 3, seals_due),
    Tick("seals-unsent", 30, seals_unsent),
    Tick("stamps", 5, stamps_due),
    Tick("evidence", 600, evidence_sweep),
    Tick("inspections", 600, inspections_sweep),
    Tick("tickets", 600, tickets_sweep),
    Tick("revocations", 900, revocations_fetch, first=5),
    Tick("counting", 30, _count),
    Tick("recount", 1800, recount_nightly),
    Tick("incidents", 60, incidents_watch),
    Tick("files", 600, _sweep_files),
    Tick("log-ins", 3600, log_ins_sweep),
    Tick("holidays", 3600, holidays_watch),
]
