"""Asking the stories. A system that answers wrong (故障：答错人) answers truthfully, but about a neighbour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from foundation.crypto.index import normal_id_number
from sandbox.kit.body import Body
from sandbox.kit.endpoint import Call
from sandbox.world.models import Company, Person


@dataclass(frozen=True)
class PersonAsked:
    """A person as a caller describes him."""

    name: str
    id_type: str
    id_number: str
    mobile: str = ""

    def known(self) -> Person | None:
        """The person of the stories with this document, whatever his name."""
        return person_find(self.id_type, self.id_number)

    def same_name(self, person: Person) -> bool:
        return person.name == self.name

    def echo(self) -> dict[str, str]:
        """Whom the answer is about, as he was asked for: lets a caller notice that it got somebody else's answer."""
        told = {"id_type": self.id_type, "id_number": self.id_number}
        return {**told, "mobile": self.mobile} if self.mobile else told


def person_find(id_type: str, id_number: str) -> Person | None:
    """By document; half-width, upper case and without blanks, as the registers compare."""
    return Person.objects.filter(id_type=id_type, id_number=normal_id_number(id_number)).first()


def company_find(uscc: str) -> Company | None:
    return Company.objects.filter(uscc=uscc.strip().upper()).first()


def person_asked(call: Call, *, with_mobile: bool = False) -> PersonAsked:
    """Whom the caller asks about; his neighbour when the system answers wrong."""
    body: Body = call.body
    asked = PersonAsked(
        name=body.text("name", longest=100),
        id_type=body.text("id_type", "10", longest=2),
        id_number=body.text("id_number", longest=40),
        mobile=body.text("mobile", longest=20) if with_mobile else "",
    )
    if not call.wrong:
        return asked
    other = neighbour(asked.known())
    return PersonAsked(other.name, other.id_type, other.id_number, other.mobile if with_mobile else "")


def neighbour(person: Person | None) -> Person:
    """Somebody else, always the same one for the same person."""
    people = Person.objects.filter(id_type="10", story__mobile_owner__isnull=True)
    after = people.filter(code__gt=person.code).first() if person else None
    return after or people.exclude(pk=person.pk if person else "")[:1].get()


def company_asked(call: Call, uscc: str) -> str:
    """The code of the company that the answer is about; the neighbour's when the system answers wrong."""
    return company_neighbour(uscc).uscc if call.wrong else uscc.strip().upper()


def company_neighbour(uscc: str) -> Company:
    """Another company, always the same one for the same code."""
    known = company_find(uscc)
    after = Company.objects.filter(code__gt=known.code).first() if known else None
    return after or Company.objects.exclude(uscc=uscc)[:1].get()


def holders(company: Company) -> list[dict[str, str]]:
    """Who may scan with the e-licence: 法定代表人 (负责人) and 办事人员 (联络员), as last pushed, else as in the story."""
    leader = _person_of(company.pushed.get("legal_representative")) or _by_code(company.story.get("leader"))
    liaison = _person_of(company.pushed.get("liaison")) or _by_code((company.story.get("liaison") or {}).get("person"))
    found = [(leader, "legal_representative"), (liaison, "handler")]
    return [{**person, "role": role} for person, role in found if person]


def _person_of(payload: dict[str, Any] | None) -> dict[str, str] | None:
    if not payload or not payload.get("id_number"):
        return None
    return {key: str(payload.get(key, "")) for key in ("name", "id_type", "id_number")}


def _by_code(code: str | None) -> dict[str, str] | None:
    person = Person.objects.filter(pk=code).first() if code else None
    return {"name": person.name, "id_type": person.id_type, "id_number": person.id_number} if person else None
