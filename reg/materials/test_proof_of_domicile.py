"""住所使用相关文件: when it need not be handed in (免交), and what to hand in else. R006, R035."""

from __future__ import annotations

from typing import Any

import pytest

from reg.casefile.view import CaseView
from reg.items.kit import Facts, LookupFact
from reg.items.kit import address as house
from reg.items.kit.facts import subject_key
from reg.items.kit.testing import story_case
from reg.materials.plan import Line, plan

HOME = {
    "district": "310115", "town": "310115125", "road": "祖冲之路", "number_kind": "号", "number": "9820", "room": "311",
    "kind": "leased", "property_certificate_no": "沪（2024）浦字不动产权第980011号",
    "full": "中国（上海）自由贸易试验区祖冲之路9820号311室",
}  # fmt: skip
TITLE = {"owner": "甲", "address": "上海市浦东新区祖冲之路9820号311室", "usage": "办公", "frozen": False}


def line_of(case: CaseView, facts: Facts) -> Line:
    found = plan(case, facts).line("address_proof")
    assert found is not None
    return found


def case_of(**changes: Any) -> CaseView:
    return story_case("C01", domicile={**HOME, **changes})


def told(case: CaseView, state: str = "found", *, crowd: int = 0, **changes: Any) -> Facts:
    (subject,) = house.title_subjects(case.answers["domicile"])
    key = subject_key("property", subject)
    return Facts({key: LookupFact("property", state, {**TITLE, **changes})}, same_address=crowd)


@pytest.mark.row("R035", part="免填免报")
def test_a_title_of_this_house_saves_the_proof() -> None:
    case = case_of()
    line = line_of(case, told(case))
    assert line.provide == "exempt"
    assert "不用交" in line.why


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "not_found"},
        {"state": "unavailable"},
        {"state": "waiting"},
        {"frozen": True},
        {"usage": "居住"},
        {"address": "上海市浦东新区祖冲之路9820号312室"},
        {"crowd": 51},
    ],
    ids=["not found", "silent", "waiting", "frozen", "dwelling", "another house", "crowded"],
)
def test_anything_else_asks_for_the_proof(facts: dict[str, Any]) -> None:
    case = case_of()
    assert line_of(case, told(case, **facts)).provide == "upload"


def test_without_a_certificate_the_proof_is_handed_in() -> None:
    assert line_of(case_of(property_certificate_no=""), Facts()).provide == "upload"


@pytest.mark.parametrize(
    ("kind", "words"),
    [("leased", "租赁合同"), ("self_owned", "不动产权证书"), ("residential_changed", "业主委员会"), ("", "产权证")],
)
def test_the_line_says_what_to_hand_in(kind: str, words: str) -> None:
    assert words in line_of(case_of(kind=kind, property_certificate_no=""), Facts()).why


def test_the_consent_of_neighbours_is_handed_in_whatever_the_title_says() -> None:
    case = case_of(kind="residential_changed")
    assert line_of(case, told(case)).provide == "upload"
