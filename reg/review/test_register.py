"""What approval leaves alone. R001."""

from __future__ import annotations

import pytest

from reg.entities.models import EntityFact
from reg.review.services import case_approve, review_claim
from reg.testing import company, person, staff, submitted


@pytest.mark.django_db
@pytest.mark.row("R001", part="不涉及变更的内容不可修改、沿用上一被核准内容")
def test_approval_leaves_every_other_item_as_it_was_approved_last() -> None:
    entity = company("C01")
    before = {fact.item_code: fact.pk for fact in EntityFact.objects.filter(entity=entity)}
    case = submitted(person("P01"), entity)
    review_claim(actor=staff("shen1"), case=case)
    case_approve(actor=staff("shen1"), case=case)
    now = {fact.item_code: fact.pk for fact in EntityFact.objects.filter(entity=entity, valid_to=None)}
    assert {code for code in before if now[code] != before[code]} == {"liaison"}
