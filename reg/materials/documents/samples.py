"""Sample cases for tests and benches: the story companies (all 虚构) before and after a change. No database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from reg.casefile.view import CaseView, EntityView, Shareholder

STORIES = Path(__file__).parents[3] / "data/stories"
LEGAL_DAY = date(2026, 11, 23)
ROOMS = {
    "liaison": "contact",
    "legal_representative": "leader",
    "officers": "officers",
    "domicile": "address",
    "articles": "articles",
}
Row = dict[str, Any]


@cache
def _stories(name: str) -> dict[str, Row]:
    with (STORIES / f"{name}.yaml").open(encoding="utf-8") as stream:
        return {row["id"]: row for row in yaml.safe_load(stream)[name]}


def person(code: str) -> Row:
    """A story person as an answer holds him."""
    story = _stories("persons")[code]
    return {
        "name": story["name"],
        "id_type": story["id_type"],
        "id_number": story["id_no"],
        "gender": story["gender"],
        "birth_date": str(story["birth"]),
        "nationality": story["nationality"],
        "ethnicity": story["ethnic"],
        "residence": story["address"],
        "mobile": story["mobile"],
        "email": story["email"],
        "id_valid_to": str(story["id_valid_to"]),
    }


def entity(code: str) -> EntityView:
    story = _stories("companies")[code]
    holders = tuple(_shareholder(row) for row in story["shareholders"])
    return EntityView(
        uscc=story["uscc"],
        name=story["name"],
        entity_type=story["entity_type"],
        kind="company",
        form="joint_stock" if story["entity_type"].startswith("12") else "llc",
        authority=story["district"],
        authority_name=AUTHORITIES[story["district"]],
        status="active",
        established=story["established"],
        sole_shareholder=len(holders) == 1,
        state_wholly_owned=story["entity_type"] == "1110",
        shareholders=holders,
    )


AUTHORITIES = {
    "310101": "上海市黄浦区市场监督管理局",
    "310104": "上海市徐汇区市场监督管理局",
    "310106": "上海市静安区市场监督管理局",
    "310115": "上海市浦东新区市场监督管理局",
}


def _shareholder(row: Mapping[str, Any]) -> Shareholder:
    rest = (Decimal(str(row["ratio"])), Decimal(str(row["subscribed_wan"])), row["due"])
    if "person" in row:
        human = person(row["person"])
        return Shareholder(human["name"], True, human["id_type"], human["id_number"], *rest)
    if "company" in row:
        company = _stories("companies")[row["company"]]
        return Shareholder(company["name"], False, "org_business_licence", company["uscc"], *rest)
    return Shareholder(row["org_name"], False, row["certificate_type"], row["id_number"], *rest)


def registered(code: str) -> dict[str, Row]:
    """What the register holds about a story company."""
    story = _stories("companies")[code]
    return {
        "domicile": dict(story["domicile"]),
        "legal_representative": {
            **person(story["leader"]),
            "position": story["leader_position"],
            "appointment_mode": story["leader_mode"],
        },
        "liaison": person(story["liaison"]["person"]),
        "officers": {
            "structure": story["structure"],
            "rows": [
                officer(row["person"], row["position"], row["mode"], row["appointed_by"], change="unchanged")
                for row in story["officers"]
            ],
        },
        "articles": {"adopted_on": str(story["articles"]["adopted_on"])},
    }


def officer(
    who: str | Row, position: str, mode: str = "elected", appointed_by: str = "shareholders", *, change: str = "added"
) -> Row:
    """A row of 董监高."""
    human = person(who) if isinstance(who, str) else who
    return {
        **human,
        "row_id": f"{human['id_number']}-{position}",
        "change": change,
        "position": position,
        "appointment_mode": mode,
        "appointed_by": appointed_by,
        "term_from": "2026-11-20",
        "term_to": "2029-11-19",
    }


def agent() -> Row:
    return {
        **person("P15"),
        "kind": "person",
        "agency_name": "",
        "agency_uscc": "",
        "filing_no": "",
        "scope": ["check_materials", "correct_own_docs", "correct_form", "collect_licence"],
        "valid_from": "2026-11-20",
        "valid_to": "2027-05-19",
    }


def resolution(host: str = "", *, mode: str = "meeting", in_favour: int = 100) -> Row:
    return {
        "kind": "",
        "held_on": "2026-11-20",
        "place": "公司会议室",
        "host": host,
        "votes_total": 100,
        "votes_for": in_favour,
        "votes_against": 100 - in_favour,
        "votes_abstain": 0,
        "mode": mode,
    }


def new_domicile(code: str) -> Row:
    """A domicile in the same district."""
    old = _stories("companies")[code]["domicile"]
    full = old["full"].replace(old["detail"], "9988弄6号1201室")
    return {**old, "lane": "9988", "number": "6", "room": "1201", "detail": "9988弄6号1201室", "full": full}


def new_articles(code: str, leader: str, voted: Row, *, names: bool) -> Row:
    story = _stories("companies")[code]
    clauses = story["articles"]["clauses"]
    changed = [
        {
            "clause_no": clauses["domicile"]["no"],
            "topic": "domicile",
            "before": clauses["domicile"]["text"],
            "after": f"公司住所：{new_domicile(code)['full']}。",
        }
    ]
    if names:
        before = clauses["legal_representative"]["text"]
        old = person(story["leader"])["name"]
        changed.append(
            {
                "clause_no": clauses["legal_representative"]["no"],
                "topic": "legal_representative",
                "before": before,
                "after": before.replace(old, leader),
            }
        )
    return {
        "adopted_on": str(story["articles"]["adopted_on"]),
        "amended_on": "2026-11-20",
        "resolution": voted,
        "clauses": changed,
        "names_legal_representative": names,
    }


def view(code: str, answers: Mapping[str, Row], *, with_agent: bool = False) -> CaseView:
    """A case of a story company with these answers."""
    rooms = frozenset(answers) - {"agent"}
    return CaseView(
        number="3101152026112300000147",
        business="change",
        items=frozenset(answers),
        change_items=frozenset(ROOMS[room] for room in rooms),
        entity=entity(code),
        before=registered(code),
        answers=dict(answers),
        legal_day=LEGAL_DAY,
        agent_present=with_agent,
        edition="2026-05-01",
    )


def liaison_only(code: str = "C01") -> CaseView:
    return view(code, {"liaison": person("P05")})


def three_shareholders() -> CaseView:
    """有限责任公司, two people and a company as shareholders: everything changes, an agent does the work."""
    rows = [row for row in registered("C01")["officers"]["rows"]]
    rows[0] = {**rows[0], "change": "removed"}
    rows[1] = {**officer("P13", "chairman", "elected", "board", change="changed")}
    rows += [officer("P20", "director"), officer("P20", "deputy_manager", "engaged", "board")]
    leader = {
        **person("P13"),
        "position": "chairman",
        "appointment_mode": "elected",
        "reason": "辞任",
        "resigned_on": "2026-11-18",
    }
    answers = {
        "liaison": person("P05"),
        "legal_representative": leader,
        "officers": {
            "structure": {"board": True, "directors_count": 3, "supervisory": "one", "staff_count": 42},
            "rows": rows,
        },
        "domicile": new_domicile("C01"),
        "articles": new_articles("C01", leader["name"], resolution(person("P01")["name"]), names=True),
        "agent": agent(),
    }
    return view("C01", answers, with_agent=True)


def sole_shareholder() -> CaseView:
    """一人公司 without supervisors: a new director and manager becomes 法定代表人."""
    rows = [{**row, "change": "removed"} for row in registered("C03")["officers"]["rows"]]
    rows += [
        officer("P10", "sole_director", "appointed", "sole_shareholder"),
        officer("P10", "manager", "appointed", "sole_shareholder"),
    ]
    leader = {**person("P10"), "position": "sole_director", "appointment_mode": "appointed", "reason": "解任"}
    answers = {
        "legal_representative": leader,
        "officers": {
            "structure": {"board": False, "directors_count": 1, "supervisory": "none", "staff_count": 6},
            "rows": rows,
        },
        "domicile": new_domicile("C03"),
        "articles": new_articles("C03", leader["name"], resolution(mode="written_unanimous"), names=False),
    }
    return view("C03", answers)


def state_owned() -> CaseView:
    """国有独资公司: a new director sent by the owner, another elected by the staff."""
    rows = list(registered("C08")["officers"]["rows"])
    rows[3] = {**rows[3], "change": "removed"}
    rows[4] = {**rows[4], "change": "removed"}
    rows += [
        officer("P11", "director", "appointed", "state_capital_body"),
        officer("P12", "employee_director", "employee_elected", "employee_congress"),
    ]
    answers = {
        "officers": {
            "structure": {"board": True, "directors_count": 5, "supervisory": "audit_committee", "staff_count": 480},
            "rows": rows,
        },
        "domicile": new_domicile("C08"),
        "articles": new_articles("C08", "", resolution(), names=False),
    }
    return view("C08", answers)


def joint_stock() -> CaseView:
    """股份有限公司: the meeting elects a director, the board a new chairman who becomes 法定代表人."""
    rows = list(registered("C07")["officers"]["rows"])
    rows[0] = {**rows[0], "change": "removed"}
    rows[2] = officer("P11", "chairman", "elected", "board", change="changed")
    rows.append(officer("P12", "director"))
    leader = {**person("P11"), "position": "chairman", "appointment_mode": "elected", "reason": "任期届满"}
    voted = {**resolution(person("P08")["name"]), "votes_total": 8000, "votes_for": 7200, "votes_against": 800}
    answers = {
        "legal_representative": leader,
        "officers": {
            "structure": {"board": True, "directors_count": 5, "supervisory": "board", "staff_count": 260},
            "rows": rows,
        },
        "domicile": new_domicile("C07"),
        "articles": new_articles("C07", leader["name"], voted, names=False),
    }
    return view("C07", answers)


def many_officers(count: int = 50) -> CaseView:
    """As many new directors as asked for, to see pages break."""
    fake = [
        {**person("P12"), "name": f"样本第{n}号董事", "id_number": f"M9{n:07d}", "id_type": "55"}
        for n in range(1, count + 1)
    ]
    kept = registered("C07")["officers"]["rows"]
    rows = [*kept, *(officer(human, "director") for human in fake)]
    answers: dict[str, Row] = {
        "officers": {
            "structure": {"board": True, "directors_count": 5 + count, "supervisory": "board", "staff_count": 260},
            "rows": rows,
        },
        "articles": {
            "amended_on": "2026-11-20",
            "resolution": resolution(person("P08")["name"]),
            "clauses": [
                {
                    "clause_no": 12,
                    "topic": "governance",
                    "before": "公司设董事会，成员 5 名，设董事长一名。",
                    "after": f"公司设董事会，成员 {5 + count} 名，设董事长一名。",
                }
            ],
        },
    }
    return view("C07", answers)
