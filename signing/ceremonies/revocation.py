"""吊销名单 of the authority: fetched every quarter of an hour, kept, believed only under the authority's own key. R141.

A signature counts when its certificate was good at the moment of signing; one that was taken back before that is not.
"""

from __future__ import annotations

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.x509 import RevocationList, parse
from foundation.identity.actor import Actor
from foundation.outside.client import OutsideDown
from signing.ceremonies.models import TakenBack
from signing.ceremonies.trust import NoTrust, trust
from signing.integrations import ca


def revocations_fetch() -> None:
    """Ticker: take the authority's latest list. A silent authority leaves the one we have; a forged list is recorded."""
    try:
        believed = trust()
        found = ca.taken_back()
    except (OutsideDown, NoTrust):
        return
    if any(found.is_signed_by(parse(each)) for each in (*believed.roots, *believed.intermediates)):
        _keep(found)
    else:
        record(Actor.system("signing"), "revocation.refuse", "certificate", _name(found)[:16])


@transaction.atomic
def _keep(found: RevocationList) -> None:
    """Keep a list unless we have a newer one: an old list, played again, gives nothing back."""
    row = TakenBack.objects.select_for_update().filter(issuer=_name(found)).first()
    if row is not None and row.this_update >= found.this_update:
        return
    row = row or TakenBack(issuer=_name(found))
    row.content, row.fetched_at = found.der, clock.now()
    row.this_update, row.next_update = found.this_update, found.next_update
    row.save()


def _name(found: RevocationList) -> str:
    return crypto().sm3(found.issuer_der).hex()
