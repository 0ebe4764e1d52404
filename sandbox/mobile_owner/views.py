"""POST /mobile-owner/check."""

from __future__ import annotations

from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.models import Person
from sandbox.world.selectors import person_asked


@endpoint("mobile_owner")
def check(call: Call) -> Answer:
    """Whether the mobile is registered in the name and document that the caller gives."""
    asked = person_asked(call, with_mobile=True)
    holder = Person.objects.filter(mobile=asked.mobile).first()
    owner = holder if holder is None or holder.owns_his_mobile else Person.objects.get(pk=holder.story["mobile_owner"])
    match = owner is not None and owner == asked.known() and asked.same_name(owner)
    return {"match": match, "owner_known": owner is not None, **asked.echo()}
