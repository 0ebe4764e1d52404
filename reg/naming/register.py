"""The register's names in the index: full names taken apart, with a confidence for the correction queue (R104)."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from reg.entities.models import Entity
from reg.naming.branches import branch_read
from reg.naming.index import name_file
from reg.naming.kinds import kind_of
from reg.naming.models import IndexedName
from reg.naming.parsing import LIKELY, parse


def names_of_register() -> tuple[int, int]:
    """File whatever is missing; how many, and how many are unsure. Of a branch the whole name alone is filed (R103)."""
    known = IndexedName.objects.filter(uscc=OuterRef("uscc"))
    missing = Entity.objects.exclude(Exists(known))
    filed = unsure = 0
    for uscc, name, type_, parent in missing.values_list("uscc", "name", "entity_type", "parent__name").iterator():
        filed += 1
        if parent:
            name_file(branch_read(name, parent, kind_of(type_)), uscc=uscc)
            continue
        read = parse(name)
        name_file(read.parts, uscc=uscc, confidence=read.confidence)
        unsure += read.confidence < LIKELY
    return filed, unsure
