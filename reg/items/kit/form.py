"""Forms of rooms: Django forms that read and write payloads. A draft keeps what was typed, right or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django import forms
from django.http import QueryDict

from foundation.ui.parts import Section

Payload = dict[str, Any]


class ItemForm(forms.Form):
    """A form of a room."""

    use_required_attribute = False
    sections: ClassVar[tuple[Section, ...]] = ()
    """Cards of the page; empty: one card with all fields."""
    field_options: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Field → how the page shows it: options of the `field` tag."""
    follows: ClassVar[frozenset[str]] = frozenset()
    """Keys of the payload that the form works out from what was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.sources: Mapping[str, str] = {}
        """Field → where its value came from; pages show it."""
        self.computed: frozenset[str] = frozenset()
        """Fields that follow from others: shown with a lock."""

    @classmethod
    def show(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form as a page first shows it: filled, nothing said about what is missing."""
        return cls(initial=as_text(payload), **kwargs)

    @classmethod
    def read(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form bound to a stored payload: its errors are what is still missing or wrong."""
        return cls(data=as_text(payload), **kwargs)

    @classmethod
    def again(cls, payload: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form as a page shows a saved payload with what is wrong in it: numbers that are right stay masked."""
        form = cls.receive(as_text(payload), payload, **kwargs)
        form.unmask_errors()
        return form

    @classmethod
    def receive(cls, posted: Mapping[str, Any], saved: Mapping[str, Any], **kwargs: Any) -> Self:
        """The form bound to what a browser posted; a masked number that came back untouched stands for the saved one."""
        data: Any = posted.copy() if isinstance(posted, QueryDict) else dict(posted)
        return cls(data=data, initial=as_text(saved), **kwargs)

    def tell(self, name: str, value: Any) -> None:
        """Show a value that follows from others, whatever was typed or left out for it."""
        data: Any = self.data
        for key in [key for key in data if key.startswith(f"{name}_")]:
            del data[key]
        data[name] = as_json(value)

    def payload(self) -> Payload:
        """What is stored: the standardised value where a field is right, what was typed where it is not."""
        self.full_clean()
        cleaned = {name: as_json(value) for name, value in self.cleaned_data.items()}
        return {name: cleaned[name] if name in cleaned else as_json(self[name].data) for name in self.fields}

    def typed(self) -> Payload:
        """What stands in the fields, by their names: what a page has to send again."""
        return {name: self[name].data for name in self.fields}

    def unmask_errors(self) -> None:
        """A number that is wrong is shown whole, so that it can be mended."""
        for name in self.errors:
            self.initial.pop(name, None)
            self[name].__dict__.pop("initial", None)

    @property
    def missing(self) -> dict[str, str]:
        """Field → first sentence of what is wrong with it."""
        return {name: str(messages[0]) for name, messages in self.errors.items()}


def as_json(value: Any) -> Any:
    """A cleaned value as it is stored in a payload."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return "" if value is None else value


def as_text(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload as form data."""
    return {key: _text(value) for key, value in payload.items()}


def _text(value: Any) -> Any:
    if isinstance(value, bool | list | dict):
        return value
    return "" if value is None else str(value)
