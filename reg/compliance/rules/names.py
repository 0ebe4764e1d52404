"""Rules about the new name: what was reserved is what is applied for, and the form says what the company is (CC08, CC09). R005, R025."""

from __future__ import annotations

from collections.abc import Iterator

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.compliance.rule import Rule, finding
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.names import FORM_RULES, ITEM, PREDECLARED, kind_of_case
from reg.naming.forms import endings
from reg.naming.kinds import KIND_WORDS

NAME = frozenset({"name"})


def what_was_reserved_is_applied_for(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC08 名称保留: the company's own, in its term, used by no other case, for a company of its kind."""
    answer = case.answers.get(ITEM, {})
    if answer.get("source") != PREDECLARED:
        return
    held, fix = facts.name.taken, "请改填本企业在保留期内的保留号；没有的，选“现在申报，和变更一起办”。"
    if facts.name.refused:
        law = rule_text("CC08").bases
        yield Finding("CC08", Severity.BLOCK, facts.name.refused, fix=fix, basis=law, item=ITEM, field="number")
    elif held and held.kind != kind_of_case(case):
        diff = f"保留时的企业类型是{KIND_WORDS.get(held.kind, held.kind)}，本企业是{KIND_WORDS[kind_of_case(case)]}"
        yield finding("CC08", diff=diff, fix=fix, item=ITEM, field="number")
    elif held and answer.get("full") != held.written:
        yield finding("CC08", diff=f"保留的是“{held.written}”", fix=fix, item=ITEM, field="number")


def the_form_fits_the_company(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC09 组织形式与企业类型."""
    report = facts.name.report
    wrong = next((one for one in report.findings if one.code in FORM_RULES), None) if report else None
    if report and wrong:
        kind = kind_of_case(case)
        yield finding(
            "CC09",
            form=report.parts.form,
            type=KIND_WORDS[kind],
            expected="”“".join(endings(kind)),
            fix="企业类型要一起变的，请到登记机关窗口办理。",
            item=ITEM,
            field="form",
        )


RULES = (
    Rule("CC08", what_was_reserved_is_applied_for, items=NAME, room=ITEM),
    Rule("CC09", the_form_fits_the_company, items=NAME, room=ITEM),
)
