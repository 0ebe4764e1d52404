"""Words are settled: one word per concept, written down in docs/glossary.md, and the words not taken stay out."""

from __future__ import annotations

import re

from foundation.config import ROOT
from tests.structure import tree

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
NOT_TAKEN = {
    r"\bdef \w*stamp_(?:on|document|pdf)\w*": "seal",
    r"\bclass \w*Registrar\b": "examiner",
    r"\bclass Dormant\w*": "suspension",
    r"\bclass \w*Founder\w*": "promoter",
    r"\bclass Application\b": "case",
    r"\bclass Company\b(?!.*OpenAPI)": "entity",
}
SETTLED = [
    "change",
    "registration",
    "recordal",
    "establishment",
    "deregistration",
    "dissolution",
    "liquidation",
    "licence_revoked",
    "registration_annulled",
    "struck_off",
    "return_notice",
    "returned",
    "liaison",
    "agent",
    "filing_agency",
    "person_in_charge",
    "examiner",
    "suspension",
    "material",
    "document",
    "file",
    "promoter",
    "subscribed",
    "paid_in",
    "signature",
    "seal",
    "trade_name",
    "name_declaration",
    "case",
    "entity",
    "item",
    "officers",
    "beneficial_owner",
    "domicile",
    "premises",
]


def test_every_settled_word_stands_in_the_glossary() -> None:
    assert [word for word in SETTLED if f"`{word}`" not in GLOSSARY] == []


def test_words_not_taken_name_no_class_or_function_of_reg() -> None:
    found = [
        (name, word)
        for name, text in tree.sources()
        if name.startswith("reg/")
        for pattern, word in NOT_TAKEN.items()
        if re.search(pattern, text)
    ]
    assert found == []


def test_every_word_of_the_glossary_is_explained_once() -> None:
    words = re.findall(r"^\| *`([a-z_]+)`", GLOSSARY, re.MULTILINE)
    assert len(words) > 40
    assert [word for word in words if words.count(word) > 1] == []


def test_every_requirement_row_named_in_the_code_exists() -> None:
    named = {
        (row, name)
        for name, text in tree.sources()
        for row in re.findall(r"\bR(\d{3})\b", text)
        if not 1 <= int(row) <= 158 and not name.startswith("qideng/test_trace")
    }
    assert named == set()
