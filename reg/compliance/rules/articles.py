"""Rules about amending the articles: the dates in their order, votes enough, applied for in time (CO01, CO03, CC23). R019, R025."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from reg.casefile.view import CaseView
from reg.catalog.rules import rule_text
from reg.compliance.rule import Rule, finding
from reg.items.articles import decision
from reg.items.kit import Facts, Finding, Severity
from reg.items.kit.days import day_of, day_words

ITEM = "articles"
ARTICLES = frozenset({"articles"})


def _decided(case: CaseView) -> Mapping[str, Any]:
    found: Mapping[str, Any] = case.answers.get(ITEM, {}).get("resolution") or {}
    return found


def the_dates_are_in_order(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO03: 制定日 ≤ 修改日 ≤ today, 决议日 ≤ 修改日. Equal days are in order."""
    answer = case.answers.get(ITEM, {})
    held, adopted = day_of(_decided(case).get("held_on")), day_of(answer.get("adopted_on"))
    amended = day_of(answer.get("amended_on")) or held
    if amended is None:
        return
    field = "held_on" if answer.get("amended_with_decision") else "amended_on"
    fix = "改成不早于章程制定日、不早于决议日、不晚于今天的日期。"
    if (adopted and amended < adopted) or amended > case.legal_day:
        yield finding(
            "CO03", case="修改日早于制定日或晚于申请日", date=day_words(amended), fix=fix, item=ITEM, field=field
        )
    elif held and amended < held:
        yield finding(
            "CO03",
            case="修改日早于决议日",
            date=day_words(amended),
            fix=f"决议日是{day_words(held)}。{fix}确实是分两次决定的，确认后往下办。",
            item=ITEM,
            field=field,
        )


def enough_votes_agree(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CC23: a special matter needs two thirds of the votes, counted as fractions; what decides without votes is only told."""
    voted = _decided(case)
    if voted.get("kind") == decision.WRITTEN:
        yield Finding(
            "CC23",
            Severity(rule_text("CC23").severity_of("免于表决情形")),
            "全体股东书面一致同意的，不用开股东会会议，也不用计票。",
            fix="全体股东都要在书面决定上签名、盖章；有一位不签，就要改为开会表决。",
            basis=("公司法59第3款",),
            item=ITEM,
            field="mode",
        )
    share = decision.share_for(voted) if voted.get("kind") == decision.MEETING and decision.is_counted(voted) else None
    needed = decision.NEEDED.get(str(voted.get("threshold")), decision.NEEDED["two_thirds"])
    if share is not None and share < needed:
        base = "出席会议股东所持表决权" if case.entity.form == "joint_stock" else "全部表决权"
        wanted = {"all": "的全部"}.get(
            str(voted.get("threshold")), f"的{_fraction(needed.numerator, needed.denominator)}"
        )
        yield finding(
            "CC23",
            case="表决未达比例",
            p=decision.percent(share),
            need=f"{base}{wanted}",
            fix="核对各位股东的表决；没有通过的，要重新开会、重新作出决议。",
            item=ITEM,
            field="vote_0" if voted.get("voters") else "votes_for",
        )


def _fraction(numerator: int, denominator: int) -> str:
    return f"{'零一二三四五六七八九'[denominator]}分之{'零一二三四五六七八九'[numerator]}以上"


def is_applied_for_in_time(case: CaseView, facts: Facts) -> Iterator[Finding]:
    """CO01: within 30 days of the decision, the day of it not counted, a rest day at the end prolonging it (民法典201-203)."""
    held = day_of(_decided(case).get("held_on"))
    days = int(rule_text("CO01").params["days"])
    if held and held < case.legal_day and case.legal_day > last_day(held, days, facts):
        yield finding("CO01", fix="不影响提交，请尽快办完。", item=ITEM, field="held_on")


def last_day(start: date, days: int, facts: Facts) -> date:
    """The last day of a period; one that ends on a rest day goes over to the next day that is none."""
    end = start + timedelta(days=days)
    while facts.rests(end):
        end += timedelta(days=1)
    return end


RULES = (
    Rule("CC23", enough_votes_agree, items=ARTICLES, room=ITEM),
    Rule("CO01", is_applied_for_in_time, items=ARTICLES, room=ITEM),
    Rule("CO03", the_dates_are_in_order, items=ARTICLES, room=ITEM),
)
