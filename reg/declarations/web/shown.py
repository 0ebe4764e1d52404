"""How a declaration is shown: its state in a word, and the way it took. R111."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from foundation import clock
from foundation.ui.templatetags.q import cn_datetime
from reg.casefile.numbers import grouped
from reg.catalog.places import authority_name
from reg.declarations.models import Declaration
from reg.naming.kinds import is_branch
from reg.naming.models import Reservation

Step = dict[str, Any]


def state_of(one: Declaration) -> tuple[str, str]:
    """The word and tone of today, whether or not the sweep has been by."""
    held = one.reservation
    if one.state == Declaration.State.REVIEW:
        return ("要补充", "warn") if asks(one) else ("审核中", "now")
    if one.state == Declaration.State.REFUSED:
        return "没有核准", "block"
    if one.state == Declaration.State.WITHDRAWN:
        return "已撤回", ""
    if held.state == Reservation.State.HELD and held.case_number:
        return "正在办登记", "now"
    if held.state == Reservation.State.HELD and not held.holds_on(clock.today()):
        return Reservation.State.EXPIRED.label, ""
    return Reservation.State(held.state).label, "ok" if held.state in {"held", "used"} else ""


def asks(one: Declaration) -> bool:
    """Whether the desk waits for the applicant."""
    return one.state == Declaration.State.REVIEW and bool(one.asked_at) and not one.answered_at


_OF_BRANCH = {
    Declaration.Business.ESTABLISH: "新设分支机构的名称",
    Declaration.Business.CHANGE: "分支机构改名",
    Declaration.Business.MOVE_IN: "分支机构从外省市迁入",
}


def purpose_of(one: Declaration) -> str:
    """What the name is for, in words: a new enterprise, a new branch, a change …"""
    business = Declaration.Business(one.business)
    return _OF_BRANCH[business] if is_branch(one.kind) else str(business.label)


def is_held(one: Declaration) -> bool:
    """Whether the name may be used now."""
    return one.reservation.holds_on(clock.today())


def row(one: Declaration) -> dict[str, Any]:
    """A line of a list."""
    word, tone = state_of(one)
    return {"one": one, "word": word, "tone": tone, "url": reverse("name", args=[one.number])}


def steps(one: Declaration) -> list[Step]:
    """申报, 受理, 审核, 核准, and what became of the name, with their times."""
    way: list[Step] = [{"title": "申报", "when": cn_datetime(one.declared_at), "state": "done"}]
    office = authority_name(one.authority)
    if one.accepted_at:
        way.append({"title": "受理", "when": cn_datetime(one.accepted_at), "note": _who(one, office), "state": "done"})
    if one.asked_at:
        way.append({"title": "请您补充", "when": cn_datetime(one.asked_at), "note": one.asked, "state": "done"})
    if one.answered_at:
        way.append({"title": "您补充了", "when": cn_datetime(one.answered_at), "state": "done"})
    match one.state:
        case Declaration.State.REVIEW:
            due = f"{one.due:%-m月%-d日}前" if one.due else ""
            way.append({"title": "审核", "note": f"{office}{due}答复", "state": "now"})
            way.append({"title": "核准", "note": "核准后从当天起算保留期", "state": "wait"})
        case Declaration.State.REFUSED:
            way.append(_decided(one, "审核，没有核准", one.reason))
        case Declaration.State.WITHDRAWN:
            way.append(_decided(one, "撤回", "名称已放开"))
        case _:
            way.append(_decided(one, "审核、核准", one.reason or _who(one, office)))
            way += _kept(one.reservation)
    return way


def _who(one: Declaration, office: str) -> str:
    return office if one.due else "自主申报，系统当场办结"


def _decided(one: Declaration, title: str, note: str) -> Step:
    return {
        "title": title,
        "when": cn_datetime(one.decided_at) if one.decided_at else "",
        "note": note,
        "state": "done",
    }


def _kept(held: Reservation) -> list[Step]:
    until = f"{held.until:%Y年%-m月%-d日}"
    if held.ended_at:
        return [{"title": Reservation.State(held.state).label, "when": cn_datetime(held.ended_at), "state": "done"}]
    if held.case_number:
        return [{"title": "用于登记", "note": f"正在办，申请号 {grouped(held.case_number)}", "state": "now"}]
    if held.until < clock.today():
        return [{"title": Reservation.State.EXPIRED.label, "note": f"{until}到期", "state": "done"}]
    return [
        {"title": "保留中", "note": f"保留到 {until}", "state": "now"},
        {"title": "用于登记", "note": "办登记的时候填这个名称和保留号", "state": "wait"},
    ]
