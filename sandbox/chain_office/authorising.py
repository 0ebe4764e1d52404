"""授权签署: the authorisation under which the first signer of a launch signs for somebody else, and its end."""

from __future__ import annotations

from datetime import date

from sandbox.chain_office.models import AUTHORISATION, LAUNCH, ChainAuthorisation, Launch
from sandbox.chain_office.papers import Behalf, role_of
from sandbox.chain_office.service import signing
from sandbox.world.models import Company, Person
from signing_client import Authorisation, SigningFailed


def authorisation_make(
    launch: Launch, *, delegate: Person, principal: Person, head: Company, day: date
) -> ChainAuthorisation:
    """Keep it with everything that is ordered of it, so that every order of the launch says the same. Valid for a year."""
    return ChainAuthorisation.objects.create(
        launch=launch,
        number=f"{AUTHORISATION}{launch.number.removeprefix(LAUNCH)}",
        delegate=delegate.code,
        delegate_name=delegate.name,
        principal=principal.code,
        principal_name=principal.name,
        role=role_of(principal, head),
        granted_on=day,
        valid_until=year_after(day),
        covers=f"签署{head.current_name}的分支机构登记文书",
    )


def year_after(day: date) -> date:
    """The same day of the next year; 28 February for the 29th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def behalf_of(held: ChainAuthorisation, principal: Person) -> Behalf:
    """What a paper says of it."""
    return Behalf(principal, held.role, held.number, held.valid_until)


def authorisation_order(held: ChainAuthorisation) -> Authorisation:
    """In the words of the client library."""
    return Authorisation(
        number=held.number, granted_on=held.granted_on, valid_until=held.valid_until, covers=held.covers
    )


def authorisation_end(held: ChainAuthorisation) -> bool:
    """终止授权: nothing more is signed under it; what was signed stays. Sent no more once 电子签名 took note of it.
    False: it did not, and `problem` says why."""
    if held.ended_at is not None:
        return True
    try:
        said = signing().authorisation_end(held.number)
    except SigningFailed as failed:
        held.problem = str(failed)[:300]
        held.save(update_fields=["problem"])
        return False
    held.ended_at, held.problem = said.ended_at, ""
    held.save(update_fields=["ended_at", "problem"])
    return True
