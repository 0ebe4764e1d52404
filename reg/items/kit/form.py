"""Forms of rooms: plain Django forms that read and write payloads. A draft keeps what was typed, right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms

from reg.items.kit.masks import mask

Payload = dict[str, Any]


class ItemForm(forms.Form):
    """A form of a room. Field attributes beyond Django's are set by `reg.items.kit.fields`."""

    use_required_attribute = False
    GROUPS: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Heading → field names, in the order of the page; empty: one card with all fields."""

    @classmethod
    def read(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form bound to a stored payload: its errors are what is still missing or wrong."""
        return cls(data=as_text(payload), **kwargs)

    @classmethod
    def receive(cls, posted: Mapping[str, Any], saved: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form bound to what a browser posted. A masked value that came back untouched stands for what is saved."""
        data = {name: _single(posted, name, field) for name, field in cls.base_fields.items()}
        for name, field in cls.base_fields.items():
            kind = getattr(field, "mask", "")
            if kind and saved.get(name) and data.get(name) == mask(kind, str(saved[name])):
                data[name] = str(saved[name])
        return cls(data=data, **kwargs)

    def payload(self) -> Payload:
        """What is stored: the standardised value where a field is right, the text as typed where it is not."""
        self.full_clean()
        cleaned = {name: as_json(value) for name, value in self.cleaned_data.items()}
        typed = {name: self.data.get(name, "") for name in self.fields if name not in cleaned}
        return {name: cleaned.get(name, typed.get(name, "")) for name in self.fields}

    @property
    def missing(self) -> dict[str, str]:
        """Field → first sentence of what is wrong with it."""
        return {name: str(messages[0]) for name, messages in self.errors.items()}


def _single(posted: Mapping[str, Any], name: str, field: forms.Field) -> Any:
    if isinstance(field, forms.MultipleChoiceField) and hasattr(posted, "getlist"):
        return posted.getlist(name)
    if isinstance(field.widget, forms.CheckboxInput):
        return bool(posted.get(name))
    return posted.get(name, "")


def as_json(value: Any) -> Any:
    """A cleaned value as it is stored in a payload."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return "" if value is None else value


def as_text(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload as form data."""
    return {
        key: value if isinstance(value, (bool, list)) else "" if value is None else str(value)
        for key, value in payload.items()
    }
