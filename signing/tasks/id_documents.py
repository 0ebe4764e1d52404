"""证件类型 of those who sign: which of them 多源认证 can compare a face with (R138, R145)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from signing.tasks.models import Subject

DATA = Path(__file__).parent / "data" / "id_documents.yaml"


@dataclass(frozen=True)
class IdDocument:
    """A kind of document by its national code."""

    code: str
    name: str
    face: bool
    """A register keeps the holder's picture."""


@cache
def id_documents() -> Mapping[str, IdDocument]:
    """By code."""
    rows = yaml.safe_load(DATA.read_text("utf-8"))["items"]
    return {row.code: row for row in TypeAdapter(list[IdDocument]).validate_python(rows)}


def without_face(subject: Subject | None) -> str:
    """The name of a person's document when it can't be proved by face; empty when it can, and for kinds nobody has listed."""
    document = id_documents().get(subject.id_type) if subject and subject.is_person else None
    return document.name if document and not document.face else ""
