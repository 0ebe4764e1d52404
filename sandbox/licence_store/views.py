"""POST /licence-store/query."""

from __future__ import annotations

import base64
from typing import Any

from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.models import Company, Person
from sandbox.world.pictures import picture_of
from sandbox.world.selectors import company_asked, company_find, holders, neighbour, person_find

KINDS = ("id_card", "business_licence")


@endpoint("licence_store")
def query(call: Call) -> Answer:
    """The electronic licence of a person (id_card) or a company (business_licence)."""
    kind = call.body.choice("kind", KINDS)
    if kind == "business_licence":
        company = company_find(company_asked(call, call.body.text("uscc", longest=18)))
        return _answer(kind, _business_licence(company) if company else None)
    person = person_find(call.body.text("id_type", "10", longest=2), call.body.text("id_number", longest=40))
    if call.wrong:
        person = neighbour(person)
    if person is None or person.id_type != "10":
        return _answer(kind, None)
    return _answer(kind, _id_card(person), picture_of(person, "id-card-front"))


def _answer(kind: str, data: dict[str, Any] | None, image: bytes | None = None) -> dict[str, Any]:
    picture = base64.b64encode(image).decode() if image else None
    return {"found": data is not None, "kind": kind, "data": data, "image_base64": picture}


def _id_card(person: Person) -> dict[str, Any]:
    story = person.story
    return {
        "name": person.name,
        "id_type": person.id_type,
        "id_number": person.id_number,
        "gender": story["gender"],
        "birth_date": story["birth"],
        "ethnicity": story["ethnic"],
        "nationality": story["nationality"],
        "residence": story["address"],
        "issuer": story.get("id_issuer"),
        "id_valid_from": story.get("id_valid_from"),
        "id_valid_to": story.get("id_valid_to"),
    }


def _business_licence(company: Company) -> dict[str, Any]:
    story = company.story
    leader = next((one["name"] for one in holders(company) if one["role"] == "legal_representative"), None)
    return {
        "uscc": company.uscc,
        "name": company.current_name,
        "entity_type": story["entity_type"],
        "legal_representative": leader,
        "domicile": company.domicile.get("full"),
        "established": story["established"],
        "capital_wan": story["capital_wan"],
        "currency": story["currency"],
        "scope": "；".join(story.get("scope", [])),
        "status": company.status,
    }
