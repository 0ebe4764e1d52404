"""告知: what the applicant and 一网通办 hear of a declaration — inbox, text message, 办件编号 and its steps. R111."""

from __future__ import annotations

from django.urls import reverse

from foundation.config import config
from foundation.identity.models import Account
from foundation.notify.services import inbox_put, sms_send
from reg.declarations.events import NameAsked, NameDecided, NameDeclared
from reg.declarations.models import Declaration
from reg.integrations import onestop

MATTERS = {
    Declaration.Business.ESTABLISH: "00013112700401",
    Declaration.Business.CHANGE: "00013112700402",
    Declaration.Business.MOVE_IN: "00013112700402",
}
"""公司设立, 变更登记注册: 一网通办 has no matter for a name alone, so it is filed under the one it leads to."""
_STATUS = {
    Declaration.State.REVIEW: "submitted",
    Declaration.State.GRANTED: "approved",
    Declaration.State.REFUSED: "refused",
    Declaration.State.WITHDRAWN: "withdrawn",
}


def tell_declared(event: NameDeclared) -> None:
    """申报已收到: only where a clerk decides; what was granted at once is on the screen."""
    one = _one(event.number)
    if one.due:
        _tell(one, "declared", "名称申报已提交", f"“{one.written}”已为您留着，登记机关在 {_day(one)}前答复。")


def tell_asked(event: NameAsked) -> None:
    """请补充."""
    one = _one(event.number)
    _tell(one, f"asked:{event.at}", "名称申报要补充材料", f"“{one.written}”：{one.asked}")


def tell_decided(event: NameDecided) -> None:
    """核准 or 不予核准; who took it back knows it."""
    one = _one(event.number)
    if one.state == Declaration.State.GRANTED:
        until = one.reservation.until
        _tell(one, "granted", "名称已核准", f"“{one.written}”为您保留到 {until:%Y年%-m月%-d日}。")
    elif one.state == Declaration.State.REFUSED:
        _tell(one, "refused", "名称没有核准", f"“{one.written}”没有核准：{one.reason}")


def _one(number: str) -> Declaration:
    return Declaration.objects.select_related("reservation").get(number=number)


def _day(one: Declaration) -> str:
    return f"{one.due:%-m月%-d日}" if one.due else ""


def _tell(one: Declaration, kind: str, title: str, text: str) -> None:
    ref = f"name:{one.number}:{kind}"
    link = reverse("name", args=[one.number])
    fresh = inbox_put(person_index=one.declared_by, kind="name", title=title, text=text, ref=ref, link=link)
    account = Account.objects.filter(person_index=one.declared_by).first() if fresh else None
    if account and account.mobile:
        words = f"【企登】{text}请打开 {config().base_url('reg')} 查看。"
        sms_send(mobile=str(account.mobile), template="name", text=words, ref=ref)


# 一网通办


def onestop_declared(event: NameDeclared) -> None:
    """The declaration gets its 办件编号; one that was granted at once is reported as such."""
    one = _one(event.number)
    if not one.onestop_serial:
        applicant = {"name": one.written, "uscc": one.uscc, "handler": str(one.declarer)}
        serial = onestop.filing_open(one.number, MATTERS[Declaration.Business(one.business)], applicant)
        Declaration.objects.filter(pk=one.pk, onestop_serial="").update(onestop_serial=serial)
        one = _one(event.number)
    if one.decided_at:
        _report(one)


def onestop_decided(event: NameDecided) -> None:
    """The decision, once the declaration is known there."""
    _report(_one(event.number))


def _report(one: Declaration) -> None:
    onestop.filing_report(one.onestop_serial, _STATUS[Declaration.State(one.state)], one.decided_at)
