"""The register's names in the index: full names taken apart, with a confidence for the correction queue (R104)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from reg.entities.models import Entity
from reg.naming.index import name_file
from reg.naming.models import IndexedName
from reg.naming.parsing import LIKELY, parse


def names_of_register() -> tuple[int, int]:
    """File whatever is missing, branches left out (their names follow their parents'); how many, and how many are unsure."""
    known = IndexedName.objects.filter(uscc=OuterRef("uscc"))
    missing = Entity.objects.filter(parent=None).exclude(Exists(known))
    filed = unsure = 0
    for uscc, name in missing.values_list("uscc", "name").iterator():
        read = parse(name)
        name_file(read.parts, uscc=uscc, confidence=read.confidence)
        filed += 1
        unsure += read.confidence < LIKELY
    return filed, unsure
