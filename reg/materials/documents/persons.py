"""人员信息: one person as the fields of a form print him. R016, R017, R020, R035."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.materials.documents.kit import Data, Extra, cn_date, fields
from reg.materials.documents.people import person_key
from reg.materials.documents.wording import (
    appointment_mode_name,
    country_name,
    ethnic_group_name,
    gender_name,
    id_type_name,
    position_name,
)

ID_IMAGE = "另附；经实名核验的免交"
WIDE = ("residence",)


def key_of(person: Mapping[str, Any]) -> str:
    """The identity key of a person of an answer."""
    return person_key(str(person.get("id_type", "")), str(person.get("id_number", "")))


def person_values(person: Mapping[str, Any], *, extra: Extra) -> dict[str, Any]:
    """Everything a form may print about a person, by the keys of the forms."""
    verified = extra.verified.get(key_of(person), "")
    return {
        "name": person.get("name"),
        "gender": gender_name(person.get("gender")),
        "birth_date": cn_date(person.get("birth_date")),
        "nationality": country_name(person.get("nationality")),
        "ethnicity": ethnic_group_name(person.get("ethnicity")),
        "id_type": id_type_name(person.get("id_type")),
        "id_number": person.get("id_number"),
        "residence": person.get("residence"),
        "telephone": person.get("telephone"),
        "mobile": person.get("mobile"),
        "email": person.get("email"),
        "political_status": person.get("political_status"),
        "real_name_verified": f"是（{verified}）" if verified else "签署本页时核验",
        "id_image_front": ID_IMAGE,
        "id_image_back": ID_IMAGE,
    }


def person_fields(
    view: CaseView, form: str, section: str, person: Mapping[str, Any], *, extra: Extra, **more: Any
) -> list[Data]:
    """The person's fields of one section, in the form's order."""
    return fields(view, form, section, {**person_values(person, extra=extra), **more}, wide=WIDE)


def positions_text(positions: Iterable[str]) -> str:
    """董事长、经理: every office once."""
    return "、".join(dict.fromkeys(position_name(code) for code in positions if code))


def modes_text(modes: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(appointment_mode_name(code) for code in modes if code))
