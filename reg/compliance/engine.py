"""Running the rules: every room's form and checks, then the rules of the set for this kind of entity and business (R025).

Pure: case view and facts in, report out. Rules run at saving (light), before the papers, and again before approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reg.casefile.view import CaseView
from reg.compliance.report import Passed, Report, RoomReport, by_severity
from reg.compliance.rule import Rule
from reg.compliance.rules import rules_for
from reg.items.kit import Facts, Finding, Item, ItemForm, LookupFact, LookupSpec, Severity, Subject
from reg.items.registry import rooms_of


def check(view: CaseView, facts: Facts) -> Report:
    """All that can be said about the case on its legal day."""
    rooms = tuple(check_room(item, view, facts) for item in rooms_of(sorted(view.items)))
    rules = rules_for(view)
    found = [(rule, tuple(rule.check(view, facts))) for rule in rules]
    findings = [f for room in rooms for f in room.findings] + [f for _, fs in found for f in fs]
    findings += [f for rule in rules for f in rule_unanswered(rule, view, facts)]
    hit = {finding.code for finding in findings}
    return Report(
        day=view.legal_day,
        rooms=rooms,
        findings=by_severity(findings),
        passed=tuple(
            Passed(rule.code, rule.title)
            for rule, fs in found
            if not fs and rule.code not in hit and rule.is_answered(facts)
        ),
        waiting=tuple(_waiting(view, facts)),
        confirmed=view.confirmed,
    )


def _waiting(view: CaseView, facts: Facts) -> Iterable[LookupFact]:
    """Questions without an answer, those left out that only help to fill in."""
    helping = {spec.port for item in rooms_of(sorted(view.items)) for spec in item.lookups if not spec.needed}
    return (fact for fact in facts.lookups.values() if not fact.settled and fact.port not in helping)


def check_room(item: Item, view: CaseView, facts: Facts) -> RoomReport:
    """What one room still needs."""
    after = view.answers.get(item.code)
    if not after:
        nothing = Finding(
            "form.empty", Severity.BLOCK, f"“{item.title}”还没有填。", fix="请打开这一项填写。", item=item.code
        )
        return RoomReport(item.code, item.title, started=False, missing=(nothing,))
    missing = tuple(room_missing(item, after))
    return RoomReport(item.code, item.title, started=True, missing=missing, findings=room_findings(item, view, facts))


def room_findings(item: Item, view: CaseView, facts: Facts) -> tuple[Finding, ...]:
    """What the checks of one room say, and which of its questions nobody answered."""
    after = view.answers.get(item.code, {})
    findings = [finding for check in item.checks for finding in check(after, view, facts)]
    findings += [said for rule in rules_for(view) if rule.room == item.code for said in rule.check(view, facts)]
    return by_severity(findings + unanswered(item, view, facts))


def room_missing(item: Item, payload: Mapping[str, Any]) -> Iterable[Finding]:
    """Every field of a room that is empty or wrong."""
    head = payload.get("structure", {}) if item.rows else payload
    yield from _form_missing(item.form.read(head), item)
    if item.rows:
        for row in payload.get("rows", ()):
            if row.get("change") in {"added", "changed"}:
                yield from _form_missing(
                    item.rows.form.read(row), item, str(row.get("row_id", "")), item.rows.title(row)
                )


def _form_missing(form: ItemForm, item: Item, row: str = "", who: str = "") -> Iterable[Finding]:
    for field, sentence in form.missing.items():
        message = f"{who}：{sentence}" if who else sentence
        yield Finding("form.missing", Severity.BLOCK, message, item=item.code, field=field, row=row)


def unanswered(item: Item, view: CaseView, facts: Facts) -> list[Finding]:
    """What a silent outside system means, as its lookup declares: never passed over in silence."""
    after = view.answers.get(item.code, {})
    asked = ((spec, subject) for spec in item.lookups for subject in spec.subjects(after, view))
    return _silent(asked, facts, item.code)


def rule_unanswered(rule: Rule, view: CaseView, facts: Facts) -> list[Finding]:
    """The same for what a rule asks about the company or the registered 法定代表人."""
    asked = ((spec, subject) for spec in rule.lookups for subject in spec.subjects({}, view))
    return _silent(asked, facts)


def _silent(asked: Iterable[tuple[LookupSpec, Subject]], facts: Facts, item: str = "") -> list[Finding]:
    silent = [
        Finding(
            f"lookup.{spec.port}",
            spec.down,
            f"{spec.title or spec.port}现在没有回应，还没有查到结果。",
            fix="系统会自动再查。您可以确认内容属实先往下办，提交后、核准前会再查。"
            if spec.down is not Severity.BLOCK
            else "系统会自动再查，查到以后才能往下办。",
            item=item,
            field=spec.field,
        )
        for spec, subject in asked
        if spec.needed and facts.lookup(spec.port, subject).unavailable
    ]
    return list({finding.key: finding for finding in silent}.values())
