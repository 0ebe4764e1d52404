"""What the page tells about the name as it stands: the verdict, the names in the way, what it is to the old name, names that are
held, a writing in standard characters. R004, R005, R107."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.items.kit import Facts, Hint
from reg.items.kit.days import day_words
from reg.items.kit.names import PREDECLARED, is_declared, restricted
from reg.items.name.prefill import registered_name
from reg.naming.checking import NameReport, Outcome
from reg.naming.industries import industries_like
from reg.naming.parsing import parse
from reg.naming.parts import Parts
from reg.naming.risk import risk_of
from reg.naming.text import canonical, simple

Payload = Mapping[str, Any]
MOST_HELD = 8
HELD_LATER = "往下办，请人签名时，系统就为这件申请保留这个名称。"
DECIDED = "照下面写的说明情况、上传证明，可以往下办，由登记机关审核；也可以改一改。"
COUNTER = "网上办不了这样的名称，请改一改，或者带上依据到登记机关窗口办理。"
PART_WORDS = {"region": "行政区划", "trade": "字号", "industry": "行业表述", "form": "组织形式"}


def hints(payload: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """In the order of the page."""
    yield from _held(payload, facts)
    if payload.get("source") != PREDECLARED:
        yield from _standard_writing(payload)
        yield from _suggested(facts)
        yield from _classes(str(payload.get("small_class") or ""))
    yield from _to_the_old_name(payload, case, facts)


def _held(payload: Payload, facts: Facts) -> Iterator[Hint]:
    """选择保护期内的有效变更名称: one tap takes it up."""
    taken = facts.name.taken
    if taken:
        lines = (("名称", taken.written), ("保留到", day_words(taken.until.isoformat())))
        yield Hint("taken", "名称归属", "已核对：这个名称由本企业保留，可以使用。", lines=lines, tone="ok")
    for held in facts.name.held[:MOST_HELD]:
        if taken is None or held.number != taken.number:
            yield Hint(
                f"held-{held.number}",
                "已经保留的名称",
                lines=(("名称", held.written), ("保留号", held.number), ("保留到", day_words(held.until.isoformat()))),
                take={"source": PREDECLARED, "number": held.number},
                take_label="用这个名称",
                source="register",
            )


def _standard_writing(payload: Payload) -> Iterator[Hint]:
    """数据标准化: traditional characters, full-width and other forms as they may stand in a name."""
    better = {
        key: simple(str(payload[key]))
        for key in ("trade", "industry")
        if payload.get(key) and simple(str(payload[key])) != str(payload[key])
    }
    if better:
        lines = tuple((PART_WORDS[key], f"{payload[key]} → {text}") for key, text in better.items())
        yield Hint(
            "standard",
            "规范写法",
            "名称要用规范汉字。",
            lines=lines,
            tone="warn",
            take=better,
            take_label="改成规范写法",
        )


def _suggested(facts: Facts) -> Iterator[Hint]:
    """Near the wish, free, and against no rule."""
    for one in facts.name.suggested:
        take = {"trade": one.trade, "region": one.region, "order": str(one.order)}
        yield Hint(f"free-{one.trade}", "这样写没有人用", one.full, take=take, take_label="用这个字号")


def _classes(typed: str) -> Iterator[Hint]:
    """主营行业 by what the business does: one tap takes the class."""
    if typed and not typed.isdigit():
        for one in industries_like(typed):
            by = f"按“{one.by}”找到" if one.by else ""
            take = {"small_class": one.code}
            yield Hint(f"class-{one.code}", f"{one.code} {one.name}", by, take=take, take_label="选这个行业")


def _to_the_old_name(payload: Payload, case: CaseView, facts: Facts) -> Iterator[Hint]:
    """新名称与原名称的关联性: which parts stay, and how long the old name is kept from others."""
    full, old = str(payload.get("full") or ""), registered_name(case)
    if not full or canonical(full) == canonical(old):
        return
    was, now = parse(old).parts, parse(full).parts if payload.get("source") == PREDECLARED else _typed(payload)
    changed = [
        (word, f"{getattr(was, key) or '没有'} → {getattr(now, key) or '没有'}")
        for key, word in PART_WORDS.items()
        if getattr(was, key) != getattr(now, key)
    ]
    text = "字号没有变，" if was.trade == now.trade else ""
    if was.trade == now.trade and was.industry != now.industry:
        text += "行业变了：请核对是不是和主营业务一致，以免让人误认。"
    elif was.trade == now.trade:
        text += "只改了别的部分。"
    text += "核准后，原名称 1 年以内别的企业不能用。"
    yield Hint("old", f"和原名称“{old}”比", text, lines=tuple(changed))


def _typed(payload: Payload) -> Parts:
    region, trade, industry, form = (str(payload.get(key) or "") for key in ("region", "trade", "industry", "form"))
    return Parts(region, trade, industry, form)


def measured(payload: Payload, case: CaseView, facts: Facts) -> Mapping[str, Any]:
    """名称核验结果: the report, the risk, and what follows in this room; nothing of a name that stays as it is."""
    report = facts.name.report
    if report is None or not is_declared(payload) or canonical(report.parts.full) == canonical(registered_name(case)):
        return {}
    told = {"report": report, "risk": risk_of(report.outcome), "free": HELD_LATER}
    if report.outcome is Outcome.RESTRICTED:
        told["text"] = DECIDED if _all_decided_on(report) else COUNTER
    return told


def _all_decided_on(report: NameReport) -> bool:
    """Whether nothing of it needs the counter."""
    found = {one.code for one in report.findings if one.severity == "restrict"}
    return found <= restricted(report)
