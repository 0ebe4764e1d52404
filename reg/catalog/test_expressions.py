"""The small language of conditions: what it knows, what it refuses, what a missing fact means."""

import pytest

from reg.catalog.expressions import ExpressionError, Facts, evaluate, facts_of

FACTS: Facts = {
    "company.form": "llc",
    "company.sole_shareholder": False,
    "articles.amended": True,
    "appointment.bodies": {"shareholders", "board"},
    "business": "change",
}


@pytest.mark.parametrize(
    "expression",
    [
        "always",
        "articles.amended",
        "not company.sole_shareholder",
        "company.form=='llc' and not company.sole_shareholder",
        "'board' in appointment.bodies or ('shareholders' in appointment.bodies and company.form=='joint_stock')",
        "business in ['change','merge_split']",
        "'employee_congress' not in appointment.bodies",
        "company.form != 'joint_stock'",
    ],
)
def test_a_condition_that_holds(expression: str) -> None:
    assert evaluate(expression, FACTS)


@pytest.mark.parametrize(
    "expression",
    [
        "not always",
        "company.sole_shareholder",
        "company.form=='joint_stock'",
        "business not in ['change']",
        "'sole_shareholder' in appointment.bodies",
    ],
)
def test_a_condition_that_does_not_hold(expression: str) -> None:
    assert not evaluate(expression, FACTS)


def test_a_missing_fact_counts_as_false_and_empty() -> None:
    assert not evaluate("agent.present", {})
    assert not evaluate("'leader' in change.items", {})
    assert evaluate("'leader' not in change.items", {})
    assert not evaluate("company.form=='llc'", {})
    assert evaluate("cancel.reason != 'bankruptcy'", {})
    assert not evaluate("agent.present", {"agent.present": None})


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "len(change.items)",
        "__import__('os')",
        "company.form == 'llc' == x",
        "a + b",
        "1",
        "lambda: x",
        "a[0]",
        "business in ['change', x]",
        "a is b",
        "x if y else z",
        "f'{x}'",
        "().__class__.__bases__",
    ],
)
def test_anything_else_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, {})


def test_a_string_is_no_set_of_letters() -> None:
    with pytest.raises(ExpressionError):
        evaluate("'a' in company.form", {"company.form": "llca"})


def test_the_facts_of_a_condition_are_known_without_evaluating_it() -> None:
    assert facts_of("company.form=='llc' and 'transfer' in shareholder.change_kinds") == {
        "company.form",
        "shareholder.change_kinds",
    }
    assert facts_of("always") == frozenset()
