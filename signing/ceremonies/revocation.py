"""吊销名单 of the authority: fetched every quarter of an hour, kept, believed only under the authority's own key. R141.

A signature counts when its certificate was good at the moment of signing; one that was taken back before that is not.
"""

from __future__ import annotations

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.crypto import crypto
from foundation.crypto.x509 import RevocationList, parse, parse_crl
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
    authorities = map(parse, (*believed.roots, *believed.intermediates))
    signer = next((each for each in authorities if found.is_signed_by(each)), None)
    if signer:
        _keep(found, crypto().sm3(found.issuer_der + signer.public).hex())
    else:
        record(Actor.system("signing"), "revocation.refuse", "certificate", crypto().sm3(found.issuer_der).hex()[:16])


@transaction.atomic
def _keep(found: RevocationList, issuer: str) -> None:
    """Keep a list unless we have a newer one: an old list, played again, gives nothing back. Nor does a new one that leaves
    out what was taken back before."""
    rows = list(TakenBack.objects.select_for_update().filter(issuer=issuer).order_by("this_update"))
    if rows and rows[-1].this_update >= found.this_update:
        return
    named = {entry.serial for entry in found.entries}
    for row in rows:
        if {entry.serial for entry in parse_crl(bytes(row.content)).entries if not entry.held} <= named:
            row.delete()
    TakenBack.objects.create(
        issuer=issuer,
        content=found.der,
        this_update=found.this_update,
        next_update=found.next_update,
        fetched_at=clock.now(),
    )
