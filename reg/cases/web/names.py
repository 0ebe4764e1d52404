"""What is said of a name, as a page shows it: the name in its pieces, the verdict, the rules, who is the same, who is near. R104, R107."""

from __future__ import annotations

from typing import Any

from foundation import clock
from reg.catalog.codes import industries
from reg.naming.checking import NameReport, Outcome
from reg.naming.explain import spoken, told
from reg.naming.parts import Order, Parts

VERDICTS: dict[Outcome, tuple[str, str, str]] = {
    Outcome.FORBIDDEN: ("block", "不能用：违反名称规定", "照下面写的改一改，再看结果。"),
    Outcome.TAKEN: ("block", "不能用：已经有相同的名称", "换一个字号，或者看看下面的建议。"),
    Outcome.RESTRICTED: (
        "warn",
        "限制使用：要由登记机关看依据",
        "改一改就能当场申报；有依据的，可以写明依据请登记机关审核。",
    ),
    Outcome.SIMILAR: ("warn", "相近：可以申报，但有风险", "审核可能不通过；用了以后可能有侵权纠纷，甚至被要求改名。"),
    Outcome.FREE: ("ok", "可以用：没有相同、相近的名称", ""),
}


def name_answer(report: NameReport, *, free: str) -> dict[str, Any]:
    """What a page says; `free` is the sentence under the verdict of a name nobody objects to."""
    tone, title, text = VERDICTS[report.outcome]
    parts = report.parts
    if parts.is_branch and report.outcome is Outcome.TAKEN:
        text = "换一个路名或者序号，或者看看下面的建议。"
    return {
        "report": report,
        "outline": outline(parts),
        "spoken": spoken(parts.trade) if parts.trade and not parts.is_branch else "",
        "small_class": industries().get(parts.small_class),
        "tone": tone,
        "title": title,
        "text": text or free,
        "same": [told(hit, parts) for hit in report.found.same],
        "similar": [told(hit, parts) for hit in report.found.similar],
        "more": report.found.more,
        "checked_at": clock.now(),
    }


def outline(one: Parts) -> list[tuple[str, bool]]:
    """The name in pieces, in the order in which it is written; none of them is a hole."""
    match one.order:
        case Order.MIDDLE:
            pieces = [one.trade, f"（{one.region}）", one.industry, one.group, one.form]
        case Order.BEFORE_FORM:
            pieces = [one.trade, one.industry, one.group, f"（{one.region}）", one.form]
        case _:
            pieces = [one.region, one.trade, one.industry, one.group, one.form]
    return [(piece, False) for piece in pieces if piece]
