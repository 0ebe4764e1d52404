"""What must be true of a new 名称. R004, R005, R107; 名称规定, 实施办法, 禁限用规则, 比对规则, 细则31. Whether a held name may be taken
up and whether the form fits the company are rules of the case (CC08, CC09)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.names import basis_words, comparison_rules, comparison_sentences
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.names import AT_THE_COUNTER, BY_PAPER, FORM_RULES, ITEM, PREDECLARED
from reg.items.kit.rules import rule_finding
from reg.items.name.prefill import registered_name
from reg.naming.explain import told
from reg.naming.finding import NameFinding
from reg.naming.text import canonical

Payload = Mapping[str, Any]
PARTS = frozenset({"region", "trade", "industry", "form"})
WORDS = "写明含义或者依据再确认，由登记机关审核；不确定的，换一个写法。"
PAPER = "有授权或者投资关系的，写明情况再确认，在“文书”里上传证明；没有的，换一个名称。"
COUNTER = "请换一个写法；有批准文件的，带上批准文件到登记机关窗口办理。"


def is_another_name(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """与历史数据的对比分析: a change of name changes the name."""
    if after.get("full") and canonical(str(after["full"])) == canonical(registered_name(case)):
        yield Finding(
            "name.unchanged",
            Severity.BLOCK,
            "新名称和现在登记的名称一样，没有变化。",
            fix="填写新的名称；名称不改的，请回到“选事项”去掉这一项。",
            basis=("条例24",),
            item=ITEM,
            field="number" if after.get("source") == PREDECLARED else "trade",
        )


def keeps_the_word_rules(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """名称规定、禁限用规则: 禁止 stops, 限制 is for the authority to decide or for its window, the rest is told."""
    for one in facts.name.report.findings if facts.name.report else ():
        if one.code not in FORM_RULES:
            yield _word_finding(one)


def _word_finding(one: NameFinding) -> Finding:
    severity, fix, words = _course(one)
    return Finding(
        one.code,
        severity,
        one.message,
        fix=fix,
        basis=tuple(one.basis.split("；")) if one.basis else ("R004",),
        item=ITEM,
        field=one.part if one.part in PARTS else "trade",
        needs_words=words,
    )


def _course(one: NameFinding) -> tuple[Severity, str, bool]:
    """How the applicant goes on: severity, what to do, whether he writes an explanation."""
    if one.severity == "forbid":
        return Severity.BLOCK, "", False
    if one.severity != "restrict":
        return Severity.WARN, "", False
    if one.code in AT_THE_COUNTER:
        return Severity.OFFLINE, COUNTER, False
    return Severity.CONFIRM, PAPER if one.code in BY_PAPER else WORDS, True


def is_not_taken(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """同行业字号相同的拦截 (名称规定17), with every name that stands in the way."""
    report = facts.name.report
    if report is None or not report.found.same:
        return
    hits = [told(hit, report.parts) for hit in report.found.same]
    rule = comparison_rules()[report.found.same[0].verdict.rule]
    yield Finding(
        rule.code,
        Severity.BLOCK,
        comparison_sentences()["same"].format(list="、".join(f"{hit.written}（{hit.chip}）" for hit in hits)),
        fix="换一个字号。和它有投资关系的，在“有投资关系的企业”里填它的统一社会信用代码。"
        if rule.exempt_by_investment
        else "换一个字号。",
        basis=tuple(basis_words(rule.basis).split("；")),
        item=ITEM,
        field="trade",
    )


def stands_apart_from_similar_ones(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """相近: may be applied for, after the names and the risk were read (R104, R107 法律风险提示)."""
    report = facts.name.report
    if report is None or not report.found.similar or report.found.same:
        return
    rules = dict.fromkeys(comparison_rules()[hit.verdict.rule].basis for hit in report.found.similar)
    laws = dict.fromkeys(law for basis in rules for law in basis_words(basis).split("；") if law)
    yield Finding(
        "name.similar",
        Severity.CONFIRM,
        comparison_sentences()["similar"].format(list="、".join(facts.name.similar)),
        fix="看过这些名称、知道风险的，可以确认后往下办；不愿冒险的，换一个字号。",
        basis=(*laws, "名称规定23"),
        item=ITEM,
        field="trade",
    )


def says_what_binds_it_to_its_kin(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """投资关系 (名称规定17) lifts what bars the same 字号: claimed by the applicant, proven by paper, judged by the authority."""
    related = str(after.get("related") or "")
    if related and facts.name.report:
        itself = related == case.entity.uscc
        yield Finding(
            "name.kin",
            Severity.BLOCK if itself else Severity.CONFIRM,
            "“有投资关系的企业”填的是本企业自己的统一社会信用代码。"
            if itself
            else f"填了与 {related} 有投资关系，和它同字号不拦截。",
            fix="填对方企业的代码。" if itself else "确认后在“文书”里上传投资关系证明，由登记机关审核。",
            basis=("名称规定17",),
            item=ITEM,
            field="related",
        )


def is_not_held_already(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """The company declares anew what it holds already: then the reservation is used."""
    for held in facts.name.held if after.get("source") != PREDECLARED else ():
        if canonical(held.written) == canonical(str(after.get("full") or "")):
            yield Finding(
                "name.held",
                Severity.BLOCK,
                f"这个名称您已经保留了，保留号 {held.number}，不用再申报一次。",
                fix="在“名称从哪里来”里选“用已经保留的名称”，或者点下面的“用这个名称”。",
                basis=("名称规定18",),
                item=ITEM,
                field="trade",
            )


def branches_follow(after: Payload, case: CaseView, facts: Facts) -> Iterator[Finding]:
    """分支机构与母体名称的关联性 (CC30): their names begin with the company's, so they apply within thirty days."""
    branches = facts.name.branches
    if branches and after.get("full"):
        shown = "、".join(branches[:2]) + (f" 等 {len(branches)} 家" if len(branches) > 2 else "")
        yield rule_finding(
            "CC30",
            case="存在须同步的分支机构",
            items=shown,
            fix=f"分支机构的名称要以“{after['full']}”开头，为每一家分别申请名称变更登记。",
            item=ITEM,
        )
