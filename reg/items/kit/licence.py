"""电子证照库: what the store's copy of an identity card fills in, so that nobody types it (免填免报). R016, R017."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from foundation.ui.dates import LONG_TERM, LONG_TERM_WORD
from reg.items.kit.days import day_words
from reg.items.kit.facts import Facts, LookupSpec, Subject
from reg.items.kit.hint import Hint
from reg.items.kit.people import plain_text, population_of

Payload = Mapping[str, Any]
PORT = "licence_store"
KEY = "licence"
LABELS = {"nationality": "国籍", "ethnicity": "民族", "residence": "住址", "id_valid_to": "证件有效期至"}
"""What the card says besides name, number, and what follows from the number."""


def card_of(person: Payload) -> Sequence[Subject]:
    """Subject of the store: holders of an identity card, once name and number are typed."""
    return tuple(
        {"kind": "id_card", "id_type": str(person["id_type"]), "id_number": subject["id_number"]}
        for subject in population_of(person)
    )


def store_spec(subjects: Any) -> LookupSpec:
    """The question of a room: it only helps to fill in, so that silence is no finding."""
    return LookupSpec(PORT, subjects, needed=False, title="电子证照库查询", field="id_number")


def card_hints(person: Payload, facts: Facts) -> Iterator[Hint]:
    """What may be taken over; the store is believed about the person of that very name only."""
    for subject in card_of(person):
        fact = facts.lookup(PORT, subject)
        if fact.found:
            yield from _found(person, fact.answer.get("data") or {})
        elif fact.state == "not_found":
            yield Hint(KEY, "电子证照库", "没有这个人的身份证，请照证件填写，或者拍照识别。")
        elif fact.unavailable:
            yield Hint(KEY, "电子证照库", "现在没有回应。不影响填写，照证件填就行。", tone="warn")
        else:
            yield Hint(KEY, "电子证照库", "正在查…", tone="now")


def _found(person: Payload, card: Payload) -> Iterator[Hint]:
    if plain_text(str(card.get("name") or "")) != plain_text(str(person.get("name") or "")):
        return
    told = {field: _kept(card.get(field)) for field in LABELS if card.get(field)}
    new = {field: value for field, value in told.items() if str(person.get(field) or "") != value}
    if not new:
        yield Hint(KEY, "电子证照库", "查到了这张身份证，和填的一致。", tone="ok")
        return
    lines = tuple((LABELS[field], day_words(value)) for field, value in new.items() if field != "nationality")
    yield Hint(
        KEY,
        "电子证照库",
        "查到了这张身份证，不用照着打字。",
        lines=lines,
        take=new,
        take_label="带入这些内容",
        source=PORT,
    )


def _kept(value: Any) -> str:
    return LONG_TERM if value == LONG_TERM_WORD else str(value)
