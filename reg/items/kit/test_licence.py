"""电子证照库: what it fills in, and about whom it is believed. R016, R017."""

from __future__ import annotations

from typing import Any

import pytest

from foundation.ui.dates import LONG_TERM
from reg.items.kit import Facts, LookupFact
from reg.items.kit.facts import subject_key
from reg.items.kit.licence import KEY, PORT, card_hints, card_of
from reg.items.kit.testing import Row, person

CARD = {
    "name": "赵演示",
    "ethnicity": "汉族",
    "nationality": "CHN",
    "residence": "上海市示例区样板路40弄4号104室",
    "id_valid_to": "长期",
}


def told(who: Row, state: str = "found", **card: Any) -> Facts:
    (subject,) = card_of(who)
    answer = {"kind": "id_card", "data": {**CARD, **card}} if state == "found" else {}
    return Facts(lookups={subject_key(PORT, subject): LookupFact(PORT, state, answer)})


def typed(**more: Any) -> Row:
    """Name and number only, as somebody has typed so far."""
    known = person("P04")
    return {key: known[key] for key in ("name", "id_type", "id_number")} | more


@pytest.mark.row("R016", part="免填免报")
@pytest.mark.row("R016", part="查询辅助输入")
@pytest.mark.row("R017", part="查询辅助输入")
def test_name_and_number_are_enough_for_the_store_to_offer_the_rest() -> None:
    (hint,) = card_hints(typed(), told(typed()))
    assert (hint.key, hint.source) == (KEY, "licence_store")
    assert hint.take == {
        "ethnicity": "汉族",
        "nationality": "CHN",
        "residence": "上海市示例区样板路40弄4号104室",
        "id_valid_to": LONG_TERM,
    }
    assert ("证件有效期至", "长期") in hint.lines


def test_what_is_typed_the_same_already_is_said_to_agree() -> None:
    whole = typed(**{key: CARD[key] for key in ("ethnicity", "nationality", "residence")}, id_valid_to=LONG_TERM)
    (hint,) = card_hints(whole, told(whole))
    assert (hint.tone, dict(hint.take)) == ("ok", {})


def test_the_card_of_somebody_with_another_name_tells_nothing() -> None:
    assert list(card_hints(typed(), told(typed(), name="李样本"))) == []


@pytest.mark.parametrize(
    ("state", "says", "waiting"),
    [("not_found", "没有这个人", False), ("unavailable", "不影响填写", False), ("waiting", "正在查", True)],
)
def test_without_an_answer_the_page_says_how_to_go_on(state: str, says: str, waiting: bool) -> None:
    (hint,) = card_hints(typed(), told(typed(), state))
    assert says in hint.text
    assert hint.waiting is waiting


def test_a_passport_is_not_looked_for() -> None:
    assert list(card_of(person("P16"))) == []
    assert list(card_hints({}, Facts())) == []
