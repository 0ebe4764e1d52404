"""The fictional people and companies of data/stories become entries of the register. Idempotent; never touches an existing company."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import yaml
from django.db import transaction

from foundation.config import ROOT
from reg.entities.models import Entity, EntityFact, Hold, Role
from reg.entities.services import address_sync, name_sort, roles_of

Story = Mapping[str, Any]
LEGAL_REPRESENTATIVE_LAW = date(2024, 7, 1)


@cache
def load(name: str) -> list[dict[str, Any]]:
    """The list in data/stories/<name>.yaml."""
    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (ROOT / "data" / "stories" / f"{name}.yaml").read_text("utf-8")
    )
    return content[name]


@cache
def persons() -> dict[str, dict[str, Any]]:
    """Story persons by id."""
    return {person["id"]: person for person in load("persons")}


@cache
def companies() -> dict[str, dict[str, Any]]:
    """Story companies by id."""
    return {company["id"]: company for company in load("companies")}


def row_id(*parts: object) -> str:
    """A stable row id for something of a story."""
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def person_payload(person_id: str) -> dict[str, Any]:
    """The person field group as the register stores it."""
    person = persons()[person_id]
    return {
        "name": person["name"],
        "id_type": person["id_type"],
        "id_number": person["id_no"],
        "gender": person["gender"],
        "birth_date": str(person["birth"]),
        "nationality": person["nationality"],
        "ethnicity": person.get("ethnic") or "",
        "residence": person["address"],
        "mobile": person["mobile"],
        "email": person["email"],
        "id_valid_to": str(person.get("id_valid_to") or ""),
    }


def _officer(company: Story, number: int, officer: Story) -> dict[str, Any]:
    return {
        "row_id": row_id(company["id"], "officer", number),
        "change": "unchanged",
        "position": officer["position"],
        "appointment_mode": officer["mode"],
        "appointed_by": officer["appointed_by"],
        "term_from": str(officer["from"]),
        "term_to": str(officer["to"]),
        **person_payload(officer["person"]),
    }


def _shareholder(company: Story, number: int, holder: Story) -> dict[str, Any]:
    common = {
        "row_id": row_id(company["id"], "shareholder", number),
        "change": "unchanged",
        "investor_type": holder.get("investor_type", ""),
        "subscribed_wan": str(holder["subscribed_wan"]),
        "ratio": str(holder["ratio"]),
        "due": str(holder.get("due") or ""),
        "paid_wan": str(holder.get("paid_wan") or "0"),
    }
    if "person" in holder:
        return {**common, "natural": True, **person_payload(holder["person"])}
    if "company" in holder:
        owner = companies()[holder["company"]]
        return {
            **common,
            "natural": False,
            "name": owner["name"],
            "id_type": "org_business_licence",
            "id_number": owner["uscc"],
        }
    return {
        **common,
        "natural": False,
        "name": holder["org_name"],
        "id_type": holder.get("certificate_type", "org_other"),
        "id_number": holder.get("id_number", ""),
    }


def _articles(company: Story) -> dict[str, Any]:
    articles = company["articles"]
    clauses = [
        {"clause_no": str(clause["no"]), "topic": topic, "text": clause["text"]}
        for topic, clause in articles["clauses"].items()
    ]
    return {
        "adopted_on": str(articles["adopted_on"]),
        "names_legal_representative": articles["names_legal_representative"],
        "clauses": sorted(clauses, key=lambda clause: int(clause["clause_no"])),
    }


def facts_of(company: Story) -> dict[str, dict[str, Any]]:
    """Every registration item of a story company."""
    facts: dict[str, dict[str, Any]] = {
        "name": {"name": company["name"]},
        "entity_type": {"code": company["entity_type"]},
        "capital": {
            "amount_wan": str(company["capital_wan"]),
            "currency": company["currency"],
            "amount_cny_wan": str(company.get("capital_cny_wan") or ""),
        },
        "industry": {"code": company["industry"]},
        "scope": {"items": company.get("scope") or []},
        "domicile": dict(company["domicile"]),
        "legal_representative": {
            **person_payload(company["leader"]),
            "position": company.get("leader_position") or "",
            "appointment_mode": company.get("leader_mode") or "",
        },
    }
    facts["domicile"]["usage_right_until"] = str(facts["domicile"].get("usage_right_until") or "")
    if company.get("paper_licence"):
        facts["licence"] = {"paper": True}
    if company.get("liaison"):
        person = person_payload(company["liaison"]["person"])
        facts["liaison"] = {key: person[key] for key in ("name", "id_type", "id_number", "mobile", "email")}
    if company.get("shareholders"):
        facts["shareholders"] = {"rows": [_shareholder(company, n, s) for n, s in enumerate(company["shareholders"])]}
    if company.get("officers"):
        facts["officers"] = {
            "structure": company.get("structure") or {},
            "rows": [_officer(company, n, o) for n, o in enumerate(company["officers"])],
        }
    if company.get("articles"):
        facts["articles"] = _articles(company)
    if company.get("term"):
        facts["term"] = {
            key: str(value) if isinstance(value, date) else value for key, value in company["term"].items()
        }
    return facts


@transaction.atomic
def company_load(company: Story, kind: str) -> bool:
    """Write one story company; False when the register has it already."""
    if Entity.objects.filter(uscc=company["uscc"]).exists():
        return False
    parent = (
        Entity.objects.filter(uscc=companies()[company["parent"]]["uscc"]).first() if company.get("parent") else None
    )
    entity = Entity.objects.create(
        uscc=company["uscc"],
        name=company["name"],
        name_sort=name_sort(company["name"]),
        entity_type=company["entity_type"],
        kind=kind,
        authority=company["district"],
        status=company["status"],
        established=company["established"],
        parent=parent,
    )
    facts = facts_of(company)
    begun = company["established"]
    EntityFact.objects.bulk_create(
        [
            EntityFact(entity=entity, item_code=code, payload=payload, valid_from=begun)
            for code, payload in facts.items()
        ]
    )
    Role.objects.bulk_create(
        [
            Role(entity=entity, person_index=i, kind=k, position=p, valid_from=begun)
            for i, k, p in sorted(roles_of(facts))
        ]
    )
    address_sync(entity, facts.get("domicile"))
    Hold.objects.bulk_create(
        [
            Hold(
                entity=entity,
                kind=hold["kind"],
                reason=f"{hold.get('authority', '')} {hold.get('document_no', '')}".strip(),
                since=hold["from"],
                until=hold.get("to"),
            )
            for hold in company.get("holds") or []
        ]
    )
    return True
