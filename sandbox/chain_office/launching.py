"""发起签署: the papers of a launch are typeset, spread over its cases and sent, each case as one batch."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import clock
from foundation.config import config
from sandbox.chain_office.authorising import authorisation_make, authorisation_order, behalf_of
from sandbox.chain_office.following import answer_store, case_trouble
from sandbox.chain_office.models import LAUNCH, ChainAuthorisation, ChainCase, ChainPaper, Launch
from sandbox.chain_office.papers import paper_make, units_of
from sandbox.chain_office.service import signing
from sandbox.kit.serials import serial_next
from sandbox.world.models import Company, Person
from signing_client import Batch, Business, Document, Entity, SigningFailed, Slot, Unreachable
from signing_client import Person as Signer


@dataclass(frozen=True)
class Wish:
    """What the form asks for."""

    business: str
    company: Company
    signers: tuple[Person, ...]
    seal: bool
    documents: int
    """1 to 120, over all cases."""
    cases: int
    """At most as many as documents."""
    principal: Person | None = None
    """授权签署: for whom the first signer signs."""

    @property
    def words(self) -> str:
        """All of it on one line, the same for the same wish."""
        signers = ",".join(person.code for person in self.signers)
        behalf = self.principal.code if self.principal else ""
        return f"{self.business}:{self.company.code}:{signers}:{behalf}:{self.seal}:{self.documents}:{self.cases}"

    def shares(self) -> list[int]:
        """How many papers each case has: as equal as can be, the first ones have one more."""
        each, more = divmod(self.documents, self.cases)
        return [each + (number < more) for number in range(self.cases)]


@transaction.atomic
def launch_make(wish: Wish, *, key: str) -> tuple[Launch, bool]:
    """Typeset and keep everything; the same `key` and wish give the launch that is there (and False). Whoever comes at the
    same time waits. Undisplayable when a name cannot be printed: nothing is kept then."""
    launch, fresh = Launch.objects.get_or_create(
        key=hashlib.sha256(f"{key}:{wish.words}".encode()).hexdigest(),
        defaults={
            "number": serial_next("chain-launch", LAUNCH),
            "business": wish.business,
            "company": wish.company.code,
            "company_name": wish.company.current_name,
            "signers": [person.code for person in wish.signers],
            "seal": wish.seal,
            "created_at": clock.now(),
        },
    )
    if fresh:
        _cases_make(launch, wish)
    return launch, fresh


def _cases_make(launch: Launch, wish: Wish) -> None:
    units, day, behalf = units_of(wish.company), clock.today(), None
    if wish.principal:
        held = authorisation_make(
            launch, delegate=wish.signers[0], principal=wish.principal, head=wish.company, day=day
        )
        behalf = behalf_of(held, wish.principal)
    for position, count in enumerate(wish.shares()):
        unit = units[position % len(units)]
        case = ChainCase.objects.create(
            launch=launch,
            number=f"{launch.number}-{position + 1:03d}",
            unit_name=unit.current_name,
            unit_uscc=unit.uscc,
        )
        for number in range(1, count + 1):
            ref = f"{case.number}-{number:03d}"
            made = paper_make(
                business=wish.business,
                head=wish.company,
                unit=unit,
                signers=wish.signers,
                seal=wish.seal,
                ref=ref,
                number=number,
                day=day,
                behalf=behalf,
            )
            ChainPaper.objects.create(
                case=case,
                ref=ref,
                title=made.title,
                must_read=list(made.must_read),
                text=made.text,
                pdf=made.pdf,
                sha256=hashlib.sha256(made.pdf).hexdigest(),
                places=list(made.places),
            )


def launch_send(launch: Launch) -> bool:
    """Send every case that is not sent; each is sent once, however often this is asked. False: 电子签名 did not answer."""
    for case in launch.cases.filter(state="unsent"):
        began = clock.wall()
        try:
            answer_store(case, signing().batch_create(case_order(case)), began)
        except SigningFailed as failed:
            case_trouble(case, failed)
            if isinstance(failed, Unreachable):
                return False
    return True


def case_order(case: ChainCase) -> Batch:
    """A case in the words of the client library."""
    launch, base = case.launch, config().base_url("sandbox")
    head = Company.objects.get(pk=launch.company)
    held = ChainAuthorisation.objects.filter(launch=launch).first()
    people = Person.objects.in_bulk([*launch.signers, *([held.principal] if held else [])])
    return Batch(
        ref=case.number,
        business=Business(launch.business),
        case_no=case.number,
        title="分支机构登记文书",
        company=Entity(name=case.unit_name, uscc=case.unit_uscc),
        callback_url=f"{base}{reverse('chain-office-callback')}",
        return_url=f"{base}{reverse('chain-launch', args=[launch.number])}",
        documents=[_document(paper, base, head, people, held) for paper in case.papers.all()],
    )


def _document(
    paper: ChainPaper, base: str, head: Company, people: Mapping[str, Person], held: ChainAuthorisation | None
) -> Document:
    return Document(
        ref=paper.ref,
        title=paper.title,
        sha256=paper.sha256,
        download_url=f"{base}{reverse('chain-office-file', args=[paper.ref])}",
        must_read=paper.must_read,
        text=paper.text,
        slots=[_slot(place, head, people, held) for place in paper.places],
    )


def _slot(
    place: Mapping[str, Any], head: Company, people: Mapping[str, Person], held: ChainAuthorisation | None
) -> Slot:
    where = {key: place[key] for key in ("name", "page", "x", "y", "width", "height", "role")}
    signer = _signer(people[place["person"]]) if place["person"] else _entity(head)
    principal = place.get("principal")
    if not (held and principal):
        return Slot(**where, signer=signer)
    return Slot(
        **where, signer=signer, on_behalf_of=_signer(people[principal]), authorisation=authorisation_order(held)
    )


def _signer(person: Person) -> Signer:
    return Signer(name=person.name, id_type=person.id_type, id_number=person.id_number, mobile=person.mobile)


def _entity(head: Company) -> Entity:
    liaison = Person.objects.filter(pk=(head.story.get("liaison") or {}).get("person")).first()
    return Entity(name=head.current_name, uscc=head.uscc, mobile=liaison.mobile if liaison else "")
