"""The texts of the rules are complete and can be spoken."""

import string
from pathlib import Path

import pytest
import yaml

from reg.catalog.rules import SEVERITIES, all_rules, legal_date, rule_set, rule_text
from reg.catalog.source import DATA, CatalogueError, read_yaml

ROWS = yaml.safe_load((Path(__file__).parents[2] / "data" / "rows.yaml").read_text("utf-8"))


def _blanks(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def test_the_thirty_rules_of_a_company_change_are_there_in_order() -> None:
    assert rule_set("company", "change", with_extra=False) == tuple(f"CC{n:02d}" for n in range(1, 31))
    assert rule_set("company", "change")[30:] == tuple(f"CO{n:02d}" for n in range(1, 18))
    assert set(rule_set("company", "change", with_extra=False)) <= set(ROWS["R025"]["parts"])


def test_every_set_names_rules_that_exist() -> None:
    data = read_yaml(DATA / "rules.yaml")
    for group in ("sets", "sets_extra"):
        for name, codes in data[group].items():
            assert set(codes) <= set(all_rules()), name
            assert len(set(codes)) == len(codes), name
    assert set(data["requirement_rows"].values()) <= set(data["sets"])
    assert set(data["requirement_rows"]) <= set(ROWS)
    assert {row["rule"] for row in data["sentence_map"]} <= set(all_rules())


@pytest.mark.parametrize("code", list(all_rules()))
def test_severities_are_known_and_messages_can_be_filled_in(code: str) -> None:
    rule = rule_text(code)
    assert rule.severity in SEVERITIES
    assert set(rule.cases.values()) <= set(SEVERITIES)
    for case in (None, *rule.message_cases):
        message = rule.message_cases.get(case or "", rule.message)
        filled = rule.message_for(case, **{name: "甲" for name in _blanks(message)})
        assert "{" not in filled
        assert filled.endswith(("。", "；")), filled


def test_a_case_has_its_own_severity_and_sentence() -> None:
    rule = rule_text("CC02")
    assert rule.severity_of() == "block"
    assert rule.severity_of("清算中") == "offline"
    assert rule.message_for("清算中").startswith("该企业正在清算")
    assert rule.message_for("非确立状态", status="吊销，未注销").startswith("该企业当前状态为“吊销，未注销”")


def test_a_case_or_a_code_that_is_not_listed_is_an_error() -> None:
    with pytest.raises(CatalogueError):
        rule_text("CC02").severity_of("歇业")
    with pytest.raises(CatalogueError):
        rule_text("CC99")
    with pytest.raises(KeyError):
        rule_text("CC24").message_for()


def test_shared_dates_are_dates() -> None:
    assert legal_date("transition_end").isoformat() == "2027-06-30"
    assert set(read_yaml(DATA / "rules.yaml")["meta"]["facts_dates"]) >= {"company_law_effective", "transition_end"}
