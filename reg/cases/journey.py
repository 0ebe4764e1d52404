"""接下来谁办: the next step of a case and the way that lies ahead, with owner and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse

from reg.casefile.models import Case
from reg.casefile.states import State
from reg.cases.mending import Mend
from reg.catalog.places import authority_name
from reg.compliance.report import Report
from reg.items.registry import BY_CODE


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now, and who does it."""

    who: str
    title: str
    note: str
    url: str = ""
    label: str = ""
    due: date | None = None


@dataclass(frozen=True)
class WayStep:
    """One station of the way."""

    state: str
    """done, now, wait."""
    title: str
    note: str = ""
    when: str = ""
    url: str = ""
    url_label: str = ""
    parts: tuple[object, ...] = field(default_factory=tuple)
    sign: str = "clock"


def next_step(case: Case, report: Report, mends: Sequence[Mend] = ()) -> NextStep:
    """What is to be done now; points of a return notice that nobody touched yet come first."""
    office = authority_name(case.authority)
    match State(case.state):
        case State.DRAFT | State.RETURNED:
            waiting = [mend for mend in mends if not mend.done]
            return _mend_first(case, waiting) if waiting else _mine(case, report)
        case State.SIGNING:
            url = reverse("case-signing", args=[case.number])
            return NextStep(
                "等签名", "等签名", "谁签了、谁还没签，都在签名页上。", url, "看谁还没签", case.applicant_due
            )
        case State.SUBMITTED | State.ACCEPTED:
            return NextStep(office, f"等{office}审核", "不用您办。有结果会发短信。", due=case.authority_due)
        case State.APPROVED:
            return NextStep("系统", "正在记入登记簿", "马上就好，不用您办。")
        case State.RECORDED:
            url = reverse("case-notice", args=[case.number])
            return NextStep("办好了", "登记已经完成", "通知书可以下载，电子营业执照已更新。", url, "看通知书")
        case State.REFUSED:
            url = reverse("case-notice", args=[case.number])
            return NextStep("已结束", "不予登记", "原因和救济途径写在通知书里。", url, "看通知书")
        case State.WITHDRAWN | State.EXPIRED:
            return NextStep("已结束", case.state_title, "填过的内容还能查看。")


def _mend_first(case: Case, waiting: Sequence[Mend]) -> NextStep:
    first = waiting[0]
    return NextStep(
        "您来办", f"改好要补正的 {len(waiting)} 处", first.text, first.url, f"去改：{first.title}", case.applicant_due
    )


def _mine(case: Case, report: Report) -> NextStep:
    """The applicant's next step while the case can be edited: the first thing that bars the way."""
    who, due = "您来办", case.applicant_due
    for room in report.rooms:
        if not room.started or room.missing:
            url = reverse("room", args=[case.number, room.item])
            what = room.missing[0].message if room.started else f"填写{room.title}"
            return NextStep(who, what, f"{room.title}还没有填好。", url, f"去填：{room.title}", due)
    check = reverse("case-check", args=[case.number])
    if stops := report.stops:
        first = stops[0]
        item = BY_CODE[first.item].title if first.item in BY_CODE else "核对结果"
        return NextStep(who, "看核对结果", first.message, check, f"去看：{item}", due)
    papers = reverse("papers", args=[case.number])
    return NextStep(who, "看文书，请人签名", "填写都通过了核对，文书已按您填的内容生成。", papers, "去看文书", due)


def way(case: Case, report: Report) -> list[WayStep]:
    """The stations of the case; computed from its state, never stored."""
    office = authority_name(case.authority)
    order = [State.DRAFT, State.SIGNING, State.SUBMITTED, State.RECORDED]
    here = {State.RETURNED: 0, State.ACCEPTED: 2, State.APPROVED: 3}.get(State(case.state))
    if here is None:
        here = order.index(State(case.state)) if case.state in order else len(order)
    ended = case.is_ended
    stations = (
        ("填完、核对", "填写内容随时自动保存。" if case.state == State.DRAFT else ""),
        ("签名", "签名人会收到短信。"),
        (f"{office}审核", "按规定 3 个工作日内"),
        ("记入登记簿，更新电子营业执照", "核准当天"),
    )
    return [
        WayStep(
            state="done" if n < here or (ended and case.state == State.RECORDED) else "now" if n == here else "wait",
            title=t,
            note=s,
        )
        for n, (t, s) in enumerate(stations)
    ]
