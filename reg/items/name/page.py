"""How the 名称 is shown, compared, printed and recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reg.casefile.view import CaseView
from reg.entities.services import Fact
from reg.items.kit import DiffLine
from reg.items.kit.names import ITEM, PREDECLARED
from reg.items.name.prefill import registered_name
from reg.naming.choices import class_words

FROM = {PREDECLARED: "用已经保留的名称", "with_registration": "和变更登记一起申报"}


def summary(case: CaseView) -> str:
    """The new name, or the present one while none is filled in."""
    now = case.answers.get(ITEM, {}).get("full")
    return f"→ {now}" if now else f"现在：{registered_name(case)}"


def diff(case: CaseView) -> list[DiffLine]:
    """名称 before and after, and where the new one comes from."""
    answer = case.answers.get(ITEM, {})
    field = "number" if answer.get("source") == PREDECLARED else "trade"
    lines = [
        DiffLine(
            "名称", registered_name(case), str(answer.get("full") or registered_name(case)), item=ITEM, field=field
        )
    ]
    if answer:
        lines += [
            DiffLine(label, "", said, item=ITEM, field=name)
            for label, said, name in (
                ("名称来源", FROM.get(str(answer.get("source")), ""), "source"),
                ("名称保留号", str(answer.get("number") or "") if field == "number" else "", "number"),
                (
                    "名称行业",
                    class_words(str(answer.get("small_class") or "")) if field == "trade" else "",
                    "small_class",
                ),
                ("有投资关系的企业", str(answer.get("related") or "") if field == "trade" else "", "related"),
            )
            if said
        ]
    return lines  # fmt: skip


def to_register(case: CaseView) -> Iterator[Fact]:
    """What the register will hold."""
    yield Fact(ITEM, {**case.was(ITEM), "name": case.answers[ITEM]["full"]})


def section(case: CaseView) -> dict[str, Any]:
    """Data for the application form."""
    answer = case.answers.get(ITEM, {})
    return {"name": answer.get("full") or registered_name(case), "number": answer.get("number") or ""}
