"""代办: what an agent does to be let in, and what the company's 法定代表人 does about it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys.people import Case, Citizen
from tests.journeys.stories import Company


def opens_for(agent: Citizen, of: Company, *items: str) -> Case:
    """替别的企业代办: find the company, tick the items, and stand in the room of the mandate."""
    agent.goes_to(f"{agent.system.reg}/agent")
    agent.types(q=of.uscc)
    agent.presses("查找企业")
    agent.sees(of.name)
    agent.look("agent-find")
    agent.presses("替它代办变更")
    for item in items:
        agent.ticks(f"#item-{item}")
    agent.look("agent-guide")
    agent.presses("开始填写")
    expect(agent.page).to_have_url(re.compile(r"/cases/\d+/items/agent"))
    found = re.search(r"/cases/(\d+)/", agent.page.url)
    assert found
    return Case(agent.system, found[1], of)


def names_his_agency(agent: Citizen, agency: Company) -> None:
    """In the room of the mandate: as whom he acts; who he is comes from his log-in."""
    agent.page.locator("label:has([name=kind][value=agency])").click()
    agent.types(email="agent@example.com", agency_name=agency.name, agency_uscc=agency.uscc)
    agent.look("agent-room")
    agent.saves()


def asks_company(agent: Citizen, case: Case) -> None:
    """请企业确认."""
    agent.goes_to(f"{case.url}/agent")
    agent.look("agent-ask")
    agent.presses("请企业确认")
    agent.sees("已经请企业的法定代表人确认")


def confirms(leader: Citizen, case: Case, name: str) -> None:
    """The 法定代表人 reads the mandate and agrees to it."""
    leader.goes_to(f"{case.url}/agent")
    leader.sees("是否委托他办？")
    leader.look("agent-decide")
    leader.presses(f"确认委托{name}办")
    leader.sees("企业已确认")
