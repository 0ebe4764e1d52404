"""Loading the stories. Idempotent: people and companies are brought up to the files, what was pushed stays."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from foundation.config import ROOT
from foundation.crypto.index import normal_id_number
from sandbox.world.models import Agent, Company, Person, Place

STORIES = ROOT / "data" / "stories"
PLACES = Path(__file__).with_name("data") / "places.yaml"
PLACE_FIELDS = ("district", "road", "lane", "number", "building", "room", "kind", "std_code")


@transaction.atomic
def stories_load(folder: Path = STORIES, places: Path = PLACES) -> dict[str, int]:
    """Read the files into the tables; who is no longer told of is removed. Returns how many there are of each."""
    people = _read(folder / "persons.yaml")["persons"]
    firms = _read(folder / "companies.yaml")
    for one in people:
        _person(one)
    for one in firms["companies"]:
        _company(one)
    Agent.objects.all().delete()
    for one in firms.get("agents", []):
        Agent.objects.create(person_id=one["person"], agency_id=one.get("agency"), story=one)
    told = _read(places)["places"]
    for one in told:
        fields = {key: one.get(key, "") for key in PLACE_FIELDS}
        Place.objects.update_or_create(code=one["id"], defaults={**fields, "story": one})
    Person.objects.exclude(code__in=[one["id"] for one in people]).delete()
    Company.objects.exclude(code__in=[one["id"] for one in firms["companies"]]).delete()
    Place.objects.exclude(code__in=[one["id"] for one in told]).delete()
    return {"people": len(people), "companies": len(firms["companies"]), "places": len(told)}


def _read(path: Path) -> dict[str, Any]:
    value = _plain(yaml.safe_load(path.read_text(encoding="utf-8")))
    if not isinstance(value, dict):
        raise ValueError(f"{path.name} 不是故事文件")
    return value


def _plain(value: Any) -> Any:
    """Dates as ISO text, so that a story is JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _person(one: dict[str, Any]) -> None:
    fields = {
        "name": one["name"],
        "id_type": one["id_type"],
        "id_number": normal_id_number(one["id_no"]),
        "mobile": one["mobile"],
        "story": one,
    }
    Person.objects.update_or_create(code=one["id"], defaults=fields)


def _company(one: dict[str, Any]) -> None:
    fields = {"uscc": one["uscc"], "name": one["name"], "status": one["status"], "story": one}
    Company.objects.update_or_create(code=one["id"], defaults=fields)
