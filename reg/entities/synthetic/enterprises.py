"""Invented enterprises: the n-th of a seed, with everything the register holds of one."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from reg.catalog.entity_types import entity_type
from reg.catalog.places import district
from reg.entities.synthetic.numbers import uscc
from reg.entities.synthetic.people import person
from reg.entities.synthetic.places import district_weights, domicile
from reg.entities.synthetic.words import Weighted, words

TYPES = Weighted.of(
    {"1130": 62.0, "1151": 20.0, "1190": 4.0, "1152": 1.5, "1222": 1.0, "5150": 0.8, "6150": 0.7, "2130": 6.0}
    | {"4540": 3.0, "4533": 1.0}
)
STATUSES = Weighted.of(
    {"active": 930.0, "revoked_licence": 35.0, "cancelled": 25.0, "dormant": 4.0, "liquidating": 4.0}
    | {"moved_out": 2.0}
)
ENDINGS = {"1222": "股份有限公司", "4540": "（个人独资）", "4533": "（有限合伙）"}
LAST_DAY = dt.date(2026, 10, 31)
"""Nothing is established or appointed later."""
FIVE_YEARS_FROM = dt.date(2024, 7, 1)
"""公司法47: contributions of companies established from this day on are due within five years."""
CHUNK = 1000
"""Enterprises are written in chunks of this size; a branch and its parent are in one chunk."""
_PARENT_REACH = 20
_KNOWN_PERSON = 0.18
"""How often a place is filled by somebody who has a place elsewhere."""

_BUSY = 0.015
"""Part of the enterprises of a chunk that one and the same person leads."""
_PEOPLE_EACH = 16
"""Numbers of people set aside for one enterprise."""

Facts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Basics:
    """What is known of the n-th enterprise before the rest is made."""

    number: int
    uscc: str
    entity_type: str
    district: str
    parent: int | None


@dataclass(frozen=True)
class Enterprise:
    """One invented enterprise."""

    basics: Basics
    name: str
    kind: str
    status: str
    established: dt.date
    facts: Facts


@dataclass(frozen=True)
class _Post:
    """One post to be filled."""

    position: str
    mode: str
    body: str
    leader: bool = False
    """Held by the legal representative."""


def basics(seed: int, number: int) -> Basics:
    """Type, district and credit code; a branch names the parent among the enterprises just before it."""
    rng = Random(f"{seed}/basics/{number}")  # noqa: S311 -- invented enterprises, not secrets
    code = TYPES.draw(rng)
    district = district_weights().draw(rng)
    parent: int | None = None
    if entity_type(code).is_branch:
        parent = _parent(seed, number, rng)
        if parent is None:
            code = "1130"
    return Basics(number, uscc(district, number), code, district, parent)


def enterprise(seed: int, number: int, parent_name: str = "") -> Enterprise:
    """The n-th enterprise of a seed."""
    known = basics(seed, number)
    kind = entity_type(known.entity_type).kind
    rng = Random(f"{seed}/enterprise/{number}")  # noqa: S311 -- invented enterprises, not secrets
    maker = _Maker(seed, known, kind, rng)
    facts = maker.facts(parent_name)
    return Enterprise(known, maker.name, kind, maker.status, maker.established, facts)


def _parent(seed: int, number: int, rng: Random) -> int | None:
    for back in range(1, min(_PARENT_REACH, number % CHUNK) + 1):
        candidate = number - back
        drawn = Random(f"{seed}/basics/{candidate}")  # noqa: S311 -- the same draw as in basics()
        if TYPES.draw(drawn) in {"1130", "1190", "1151"} and rng.random() < 0.4:
            return candidate
    return None


class _Maker:
    """Draws the parts of one enterprise in a fixed order, so that the same number gives the same enterprise."""

    def __init__(self, seed: int, known: Basics, kind: str, rng: Random) -> None:
        self.seed = seed
        self.known = known
        self.kind = kind
        self.rng = rng
        self.status = STATUSES.draw(rng)
        self.established = LAST_DAY - dt.timedelta(days=int(rng.betavariate(1.1, 2.2) * 10_000))
        self.term = words().terms.draw(rng)
        self.name = ""
        self.capital = rng.choices((10, 50, 100, 200, 300, 500, 1000, 2000, 5000), (8, 18, 28, 12, 8, 12, 9, 3, 2))[0]
        self._drawn = 0
        self._taken: set[str] = set()

    def facts(self, parent_name: str) -> Facts:
        """Every registration item."""
        self.name = self._name(parent_name)
        found: Facts = {
            "name": {"name": self.name},
            "entity_type": {"code": self.known.entity_type},
            "capital": self._capital("0" if parent_name else str(self.capital)),
            "industry": {"code": self.term.industry},
            "scope": {"items": self.rng.sample(words().scope, self.rng.randint(3, 7))},
            "domicile": domicile(self.seed, self.known.district, self.rng),
        }
        leader = self._busy_person() if self.rng.random() < _BUSY else self._person()
        liaison = leader if self.rng.random() < 0.3 else self._person()
        found["liaison"] = {key: liaison[key] for key in ("name", "id_type", "id_number", "mobile", "email")}
        position, mode = "principal", "appointed"
        if self.kind == "company":
            position, mode = self._company(found, leader)
        elif self.kind == "sole_proprietorship":
            position, mode = "investor", ""
        elif self.kind == "partnership":
            position, mode = "exec_partner", "agreed"
        found["legal_representative"] = {**leader, "position": position, "appointment_mode": mode}
        found["term"] = self._term()
        return found

    def _capital(self, amount: str) -> dict[str, str]:
        """What a foreign amount was in 人民币 when it was registered is as invented as the amount."""
        currency, rate = {"5150": ("USD", "7.1"), "6150": ("HKD", "0.92")}.get(self.known.entity_type, ("CNY", ""))
        in_cny = format((Decimal(amount) * Decimal(rate)).normalize(), "f") if rate else ""
        return {"amount_wan": amount, "currency": currency, "amount_cny_wan": in_cny}

    def _company(self, found: Facts, leader: Mapping[str, Any]) -> tuple[str, str]:
        holders = self._shareholders(leader)
        sole = len(holders) == 1
        body = "sole_shareholder" if sole else "shareholders"
        found["shareholders"] = {"rows": holders}
        structure, rows = self._officers(leader, body)
        found["officers"] = {"structure": structure, "rows": rows}
        position, mode = str(rows[0]["position"]), str(rows[0]["appointment_mode"])
        found["articles"] = self._articles(found, leader, structure, position)
        return position, mode

    def _name(self, parent_name: str) -> str:
        lists = words()
        size = self.rng.choices((2, 3, 4), (80, 14, 6))[0]
        trade = "".join(lists.trade_name.draw(self.rng) for _ in range(size))
        if parent_name:
            return f"{parent_name}{self._district_word()}分公司"
        ending = ENDINGS.get(self.known.entity_type, "有限公司")
        if self.known.entity_type in {"5150", "6150"} or self.rng.random() < 0.1:
            return f"{trade}（上海）{self.term.name}{ending}"
        if self.known.entity_type == "4540":
            return f"上海{trade}{self.term.name}工作室{ending}"
        if self.known.entity_type == "4533":
            return f"上海{trade}企业管理合伙企业{ending}"
        return f"上海{trade}{self.term.name}{ending}"

    def _district_word(self) -> str:
        return district(self.known.district).name.removesuffix("新区").removesuffix("区")

    def _person(self) -> dict[str, Any]:
        """Somebody new, or somebody known from an earlier enterprise; never twice in one enterprise."""
        while True:
            found = person(self.seed, self._person_number())
            if found["id_number"] not in self._taken:
                self._taken.add(found["id_number"])
                return found

    def _busy_person(self) -> dict[str, Any]:
        """Somebody who represents many companies at once (CC27 names him)."""
        found = person(self.seed, (self.known.number - self.known.number % CHUNK + 1) * _PEOPLE_EACH - 1)
        self._taken.add(found["id_number"])
        return found

    def _person_number(self) -> int:
        if self.known.number > 0 and self.rng.random() < _KNOWN_PERSON:
            return self._earlier() * _PEOPLE_EACH
        self._drawn += 1
        return self.known.number * _PEOPLE_EACH + self._drawn - 1

    def _earlier(self) -> int:
        """An earlier enterprise, the nearer the likelier."""
        return self.known.number - max(1, int(self.known.number * self.rng.random() ** 2))

    def _row_id(self, *parts: object) -> str:
        text = "/".join(map(str, (self.seed, self.known.number, *parts)))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _shareholders(self, leader: Mapping[str, Any]) -> list[dict[str, Any]]:
        count = (
            1
            if entity_type(self.known.entity_type).sole_shareholder
            else self.rng.choices((2, 3, 4, 5), (62, 24, 9, 5))[0]
        )
        cuts = sorted(self.rng.sample(range(1, 20), count - 1))
        ratios = [5 * (b - a) for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]
        due = self._due()
        return [self._shareholder(n, ratio, due, leader) for n, ratio in enumerate(sorted(ratios, reverse=True))]

    def _shareholder(self, n: int, ratio: int, due: dt.date, leader: Mapping[str, Any]) -> dict[str, Any]:
        amount = self.capital * ratio / 100
        row = {
            "row_id": self._row_id("shareholder", n),
            "change": "unchanged",
            "investor_type": "natural_domestic",
            "subscribed_wan": f"{amount:.6f}".rstrip("0").rstrip("."),
            "ratio": str(ratio),
            "due": due.isoformat(),
            "paid_wan": f"{amount * self.rng.choice((0, 0.2, 0.5, 1)):.6f}".rstrip("0").rstrip("."),
        }
        if self.known.entity_type in {"5150", "6150"}:
            country = "GB" if self.known.entity_type == "5150" else "HK"
            name = f"EXAMPLE {self.known.number} HOLDINGS LTD"
            number = f"{country}-DEMO-{self.known.number:08d}"
            return row | {
                "investor_type": "ent_foreign",
                "natural": False,
                "name": name,
                "id_type": "org_foreign",
                "id_number": number,
            }
        organisation = self.known.entity_type == "1152" or (self.known.entity_type == "1190" and n == 0)
        if organisation and self.known.number > 0:
            owner = basics(self.seed, self._earlier())
            name = f"上海第{owner.number}号投资有限公司"
            return row | {
                "investor_type": "ent_domestic",
                "natural": False,
                "name": name,
                "id_type": "org_business_licence",
                "id_number": owner.uscc,
            }
        holder = leader if n == 0 else self._person()
        return row | {"natural": True, **holder}

    def _due(self) -> dt.date:
        years = 5 if self.established >= FIVE_YEARS_FROM else self.rng.choice((10, 15, 20, 30))
        return _years(self.established, years) - dt.timedelta(days=1)

    def _officers(self, leader: Mapping[str, Any], body: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        board = self.known.entity_type == "1222" or self.rng.random() < 0.15
        supervisory = self._supervisory(board, body)
        posts = self._management(board, body) + self._supervisors(supervisory, body)
        begun = max(self.established, LAST_DAY - dt.timedelta(days=self.rng.randint(30, 1060)))
        rows = [
            {
                "row_id": self._row_id("officer", place),
                "change": "unchanged",
                "position": post.position,
                "appointment_mode": post.mode,
                "appointed_by": post.body,
                "term_from": begun.isoformat(),
                "term_to": (_years(begun, 3) - dt.timedelta(days=1)).isoformat(),
                **(leader if post.leader else self._person()),
            }
            for place, post in enumerate(posts)
        ]
        directors = sum(post.position in {"chairman", "director", "sole_director"} for post in posts)
        structure = {"board": board, "directors_count": directors, "supervisory": supervisory}
        return structure | {"staff_count": self.rng.randint(1, 120)}, rows

    def _management(self, board: bool, body: str) -> list[_Post]:
        chosen = _chosen(body)
        if board:
            directors = [_Post("director", chosen, body)] * self.rng.choice((2, 2, 4))
            chairman = _Post("chairman", "elected", "board", leader=True)
            return [chairman, *directors, _Post("manager", "engaged", "board")]
        director = _Post("sole_director", chosen, body, leader=True)
        return [director, _Post("manager", "engaged", body, leader=self.rng.random() < 0.8)]

    def _supervisors(self, supervisory: str, body: str) -> list[_Post]:
        chosen = _chosen(body)
        if supervisory == "one":
            return [_Post("sole_supervisor", chosen, body)]
        if supervisory == "board":
            staff = _Post("employee_supervisor", "employee_elected", "employee_congress")
            return [_Post("supervisor_chair", chosen, body), _Post("supervisor", chosen, body), staff]
        return []

    def _supervisory(self, board: bool, body: str) -> str:
        if self.known.entity_type == "1222":
            return "board"
        if body == "sole_shareholder" or self.rng.random() < 0.1:
            return "none"
        return "board" if board and self.rng.random() < 0.3 else "one"

    def _articles(
        self, found: Facts, leader: Mapping[str, Any], structure: Mapping[str, Any], position: str
    ) -> dict[str, Any]:
        names = self.rng.random() < 0.4
        post = {"chairman": "董事长", "sole_director": "董事"}[position]
        who = f"担任，现由{leader['name']}担任" if names else "担任"
        body = "公司设董事会。" if structure["board"] else "公司不设董事会，设董事一名。"
        clauses = [
            {"clause_no": "3", "topic": "domicile", "text": f"公司住所：{found['domicile']['full']}。"},
            {
                "clause_no": "9",
                "topic": "legal_representative",
                "text": f"公司的法定代表人由代表公司执行公司事务的{post}{who}。",
            },
            {"clause_no": "12", "topic": "governance", "text": body},
        ]
        return {
            "adopted_on": self.established.isoformat(),
            "names_legal_representative": names,
            "clauses": clauses,
        }

    def _term(self) -> dict[str, Any]:
        if self.kind.endswith("_branch") or self.rng.random() < 0.6:
            return {"mode": "long", "start": self.established.isoformat(), "end": None, "years": None}
        years = self.rng.choice((10, 20, 30, 50))
        end = _years(self.established, years) - dt.timedelta(days=1)
        return {"mode": "years", "start": self.established.isoformat(), "end": end.isoformat(), "years": years}


def _chosen(body: str) -> str:
    return "elected" if body == "shareholders" else "appointed"


def _years(day: dt.date, years: int) -> dt.date:
    return (day - dt.timedelta(days=1) if (day.month, day.day) == (2, 29) else day).replace(year=day.year + years)
