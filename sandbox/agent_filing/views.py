"""POST /agent-filing/check."""

from __future__ import annotations

from typing import Any

from foundation import clock
from sandbox.kit.endpoint import Answer, Call, endpoint
from sandbox.world.models import Agent, Company
from sandbox.world.selectors import person_asked


@endpoint("agent_filing")
def check(call: Call) -> Answer:
    """Whether this person has filed as an agent, with which agency, and until when. With `agency_uscc`: with that one."""
    asked = person_asked(call)
    known = asked.known()
    agent = Agent.objects.select_related("agency").filter(person=known).first() if known else None
    agency_uscc = call.body.text("agency_uscc", "", longest=18).upper()
    return {**_filing(agent, agency_uscc, named=bool(known and asked.same_name(known))), **asked.echo()}


def _filing(agent: Agent | None, agency_uscc: str, *, named: bool) -> dict[str, Any]:
    nothing = {
        "filed": False,
        "filing_no": None,
        "agency_name": None,
        "agency_uscc": None,
        "valid_to": None,
        "status": "none",
    }
    if agent is None or not named or not agent.story.get("filed"):
        return nothing
    agency: Company | None = agent.agency
    if agency_uscc and (agency is None or agency.uscc != agency_uscc):
        return {**nothing, "status": "other_agency"}
    until = agent.story.get("valid_to")
    lapsed = bool(until and until < clock.today().isoformat())
    return {
        "filed": not lapsed,
        "filing_no": agent.story.get("filing_no"),
        "agency_name": agency.name if agency else None,
        "agency_uscc": agency.uscc if agency else None,
        "valid_to": until,
        "status": "lapsed" if lapsed else "valid",
    }
