"""The JSON schema of a room (draft 2020-12), made from its forms: what an answer that is complete and right looks like.

Drafts keep whatever was typed; this is the shape the API takes and gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.fields import Field

from foundation.ui.dates import LONG_TERM
from foundation.ui.forms import DateField
from reg.items.kit.fields import Count, Mobile, Uscc, YesNo
from reg.items.kit.form import ItemForm
from reg.items.kit.item import Item

Schema = dict[str, Any]
Shape = Callable[[Any], Schema]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
CHANGES = ("unchanged", "added", "changed", "removed")
ROW_ID = "^[0-9a-f]{32}$"


def room_schema(item: Item) -> Schema:
    """The schema of a room's answer."""
    body = form_schema(item.form())
    if item.rows:
        row = form_schema(item.rows.form())
        row["properties"] |= {
            "row_id": {"type": "string", "pattern": ROW_ID},
            "change": {"enum": list(CHANGES), "title": "和登记簿相比"},
        }
        row["required"] = ["row_id", "change", *row["required"]]
        body = {
            "type": "object",
            "properties": {
                "structure": body,
                "rows": {"type": "array", "items": row, "maxItems": item.rows.most, "title": item.rows.noun},
            },
            "required": ["structure", "rows"],
        }
    return {
        "$schema": DIALECT,
        "$id": f"urn:qideng:room:{item.code}:{item.schema_version}",
        "title": item.title,
        **body,
    }


def form_schema(form: ItemForm) -> Schema:
    """An object with a property for every field; fields of later editions may join, so others are not refused."""
    return {
        "type": "object",
        "properties": {name: _described(field) for name, field in form.fields.items()},
        "required": [name for name, field in form.fields.items() if field.required],
    }


def _described(field: Field) -> Schema:
    said: Schema = {"title": str(field.label)}
    if field.help_text:
        said["description"] = str(field.help_text)
    shape = _shape(field)
    if not field.required and shape.get("type") != "array":
        return {**said, "anyOf": [shape, {"const": ""}, {"type": "null"}]}
    return {**said, **shape}


def _shape(field: Field) -> Schema:
    """What a right value looks like."""
    for kind, shape in _SHAPES:
        if isinstance(field, kind):
            return shape(field)
    return {"type": "string"}


def _choice(field: Any) -> Schema:
    return {"enum": [str(code) for code, _ in field.choices if code != ""]}


def _several(field: Any) -> Schema:
    return {"type": "array", "items": _choice(field), "uniqueItems": True}


def _day(field: Any) -> Schema:
    day: Schema = {"type": "string", "format": "date"}
    return {"anyOf": [day, {"const": LONG_TERM}]} if field.widget.long_term else day


def _count(field: Any) -> Schema:
    return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}


def _text(field: Any) -> Schema:
    longest = {"maxLength": field.max_length} if field.max_length else {}
    return {"type": "string", **longest, **({"minLength": 1} if field.required else {})}


def _fixed(shape: Mapping[str, Any]) -> Shape:
    return lambda field: dict(shape)


_SHAPES: tuple[tuple[type[Field], Shape], ...] = (
    (YesNo, _fixed({"type": "boolean"})),
    (forms.BooleanField, _fixed({"type": "boolean"})),
    (forms.MultipleChoiceField, _several),
    (forms.ChoiceField, _choice),
    (DateField, _day),
    (Count, _count),
    (forms.IntegerField, _fixed({"type": "integer"})),
    (Mobile, _fixed({"type": "string", "pattern": r"^1[3-9]\d{9}$"})),
    (Uscc, _fixed({"type": "string", "pattern": "^[0-9A-Z]{18}$"})),
    (forms.CharField, _text),
)
"""The most particular kind first."""
