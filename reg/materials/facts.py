"""Facts of a case in the words of the catalogue: what `when` conditions of links and material lines may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.kit import address
from reg.items.kit.groups import id_number_problem
from reg.items.kit.offices import represents
from reg.items.kit.people import document_of
from reg.materials.documents.appoint.data import bodies

SUPERVISORLESS = "none"
AUDIT_COMMITTEE = "audit_committee"


def link_facts(view: CaseView) -> dict[str, Any]:
    """Facts for what comes along (带出): offers.yaml."""
    leader = view.answers.get("legal_representative", {})
    chosen = _told_apart(leader)
    return {
        "entity.is_foreign_invested": view.entity.foreign_invested,
        "leader.chosen": chosen,
        "leader.is_director_or_manager": chosen and _stays_in_office(leader, view),
        "articles.names_legal_representative": bool(view.was("articles").get("names_legal_representative")),
        "officers.current_leader_leaves": _current_leader_leaves(view),
        "governance.structure_changed": _structure_changed(view),
    }


def _told_apart(person: Mapping[str, Any]) -> bool:
    """Whether the person is typed as far as he can be told from others: half a number brings nothing along."""
    number = str(person.get("id_number") or "")
    return bool(person.get("name") and number) and not id_number_problem(str(person.get("id_type") or ""), number)


def _stays_in_office(leader: Mapping[str, Any], view: CaseView) -> bool:
    """Registered as director or manager who represents the company, and not leaving in this case.

    An office that this very case adds does not count: it is why 董监高 is part of the case.
    """
    return represents(leader, view.was("officers")) and represents(leader, view.now("officers"))


def _current_leader_leaves(view: CaseView) -> bool:
    now, leader = view.answers.get("officers"), view.was("legal_representative")
    if not now or not leader:
        return False
    return represents(leader, view.was("officers")) and not represents(leader, now)


def _structure_changed(view: CaseView) -> bool:
    now, was = view.answers.get("officers"), view.was("officers")
    if not now or not was:
        return False
    keys = ("board", "directors_count", "supervisory")
    return any((now.get("structure") or {}).get(key) != (was.get("structure") or {}).get(key) for key in keys)


def material_facts(view: CaseView) -> dict[str, Any]:
    """Facts for material lines: materials vocabulary."""
    structure = view.now("officers").get("structure") or {}
    supervisory = structure.get("supervisory", "")
    domicile, name = view.answers.get("domicile", {}), view.answers.get("name", {})
    return {
        **link_facts(view),
        "entity.kind": view.entity.kind,
        "business": view.business,
        "change.items": view.change_items,
        "change.contact_only": view.change_items == {"contact"},
        "people.collected": bool(view.change_items & {"leader", "officers"}),
        "agent.present": view.agent_present,
        "company.form": view.entity.form,
        "company.sole_shareholder": view.entity.sole_shareholder,
        "company.state_wholly_owned": view.entity.state_wholly_owned,
        "articles.amended": "articles" in view.items,
        "articles.amended_only_by_transfer": False,
        "governance.changed": "officers" in view.items,
        "governance.no_supervisor": "officers" in view.items and supervisory == SUPERVISORLESS,
        "governance.audit_committee": supervisory == AUDIT_COMMITTEE,
        "appointment.bodies": frozenset(bodies(view)),
        "licence.items_changed": bool(view.change_items & {"name", "leader", "address"}),
        "licence.paper_issued": bool(view.was("licence").get("paper")),
        "name.source": str(name.get("source") or ""),
        "name.is_group": bool(name.get("group")),
        "address.registry_changed": address.leaves_authority(domicile, view.entity.authority),
    }


def people_documents(view: CaseView) -> frozenset[tuple[str, str]]:
    """Documents of every person the register or the case names: to find those who sign."""
    found = set()
    for item in ("legal_representative", "liaison"):
        if view.now(item).get("id_number"):
            found.add(document_of(view.now(item)))
    for item in ("officers", "shareholders"):
        found |= {document_of(row) for row in view.now(item).get("rows", ()) if row.get("id_number")}
    return frozenset(found)
