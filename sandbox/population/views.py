"""POST /population/check."""

from __future__ import annotations

from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.selectors import person_asked


@endpoint("population")
def check(call: Call) -> Answer:
    """Whether the name belongs to the number, and whether the person lives. `alive` is null when nobody is found."""
    asked = person_asked(call)
    person = asked.known()
    if person is None:
        return {"match": False, "alive": None, **asked.echo()}
    says = person.story.get("population", {})
    match = bool(says.get("match", True)) and asked.same_name(person)
    return {"match": match, "alive": bool(says.get("alive", True)) if match else None, **asked.echo()}
