"""Words of the catalogue as papers print them: labels of forms, names behind codes. R035.

A case keeps the forms of the edition under which it was opened. A code the lists do not know is printed as it is:
older register entries hold names where codes are expected, and a paper must show what the register holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from reg.casefile.view import CaseView
from reg.catalog import codes, edition, edition_on, places
from reg.catalog.codes import Code, Position
from reg.catalog.forms import FormField

GENDERS: Mapping[str, str] = {"male": "男", "female": "女", "m": "男", "f": "女", "1": "男", "2": "女"}


def form_fields(view: CaseView, form: str, section: str) -> tuple[FormField, ...]:
    """The fields of one section of a paper form, in its order."""
    chosen = edition(view.edition) if view.edition else edition_on(view.legal_day)
    return chosen.form(form).section(section).fields


def labels(view: CaseView, form: str, section: str) -> Mapping[str, str]:
    """Label by field key."""
    return {field.key: field.label for field in form_fields(view, form, section)}


def _name(table: Mapping[str, Code], code: object) -> str:
    key = str(code or "")
    return table[key].name if key in table else key


def _without_remarks(name: str) -> str:
    return name.split("（")[0]


def id_type_name(code: object) -> str:
    """居民身份证, 营业执照 …"""
    return _name({**codes.organisation_certificate_types(), **codes.id_document_types()}, code)


def position(code: object) -> Position | None:
    return codes.positions().get(str(code))


def position_name(code: object) -> str:
    return _name(codes.positions(), code)


def appointment_mode_name(code: object) -> str:
    """选举, 委派 …; 职工代表大会（职工大会）选举 as 职工代表大会选举."""
    return _name(codes.appointment_modes(), code).replace("（职工大会）", "").split("/")[0]


def appointing_body_name(code: object) -> str:
    return _without_remarks(_name(codes.appointment_bodies(), code))


def country_name(code: object) -> str:
    return _name(codes.countries(), code)


def ethnic_group_name(code: object) -> str:
    return _name(codes.ethnic_groups(), code)


def district_name(code: object) -> str:
    found = places.districts().get(str(code))
    return found.name if found else str(code or "")


def town_name(code: object) -> str:
    known = places.towns(str(code)[:6])
    return next((town.name for town in known if town.code == str(code)), str(code or ""))


def gender_name(code: object) -> str:
    return GENDERS.get(str(code or "").lower(), str(code or ""))
