"""决议: who decided, how the meeting went, how the votes fell. R019, R035, 公司法59、60、64、66、112、116、119、172."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

from reg.casefile.view import CaseView
from reg.materials.documents.kit import Data, Extra, cn_date, group, numbered, percent, plain_number, slot
from reg.materials.documents.people import (
    HALF,
    TWO_THIRDS,
    Signer,
    all_shareholders,
    consenting_shareholders,
    directors,
    meeting_host,
    person_signer,
    shareholder_signer,
    sole_shareholder,
    state_capital_body,
)

DecisionKind = Literal["state", "sole", "written", "meeting"]
TITLES: Mapping[DecisionKind, str] = {
    "state": "履行出资人职责的机构决定",
    "sole": "股东决定",
    "written": "全体股东书面决定",
    "meeting": "股东会决议",
}


def voting(view: CaseView) -> Mapping[str, Any]:
    """What was answered about the meeting and its votes."""
    found: Mapping[str, Any] = view.answers.get("articles", {}).get("resolution") or {}
    return found


def decision_kind(view: CaseView) -> DecisionKind:
    """Which body decides in the place of, or as, the 股东会."""
    if view.entity.state_wholly_owned:
        return "state"
    if view.entity.sole_shareholder:
        return "sole"
    return "written" if voting(view).get("mode") == "written_unanimous" else "meeting"


def opening(view: CaseView) -> str:
    """How the decision came about, as its first paragraph says."""
    voted = voting(view)
    day = cn_date(voted.get("held_on"))
    company = view.entity.name
    match decision_kind(view):
        case "state":
            body = state_capital_body(view).name
            return f"{body}依法履行{company}的出资人职责，行使股东会职权，于{day}作出如下决定（《公司法》第一百七十二条）："
        case "sole":
            article = "第一百一十二条" if view.entity.form == "joint_stock" else "第六十条"
            return f"{sole_shareholder(view).name}作为{company}的唯一股东，于{day}作出如下书面决定（《公司法》{article}）："
        case "written":
            return (
                f"{company}全体股东以书面形式一致表示同意，不召开股东会会议，于{day}直接作出如下决定"
                "（《公司法》第五十九条第三款）："
            )
        case "meeting":
            return _meeting(view, voted, day)


def _meeting(view: CaseView, voted: Mapping[str, Any], day: str) -> str:
    place = f"在{voted['place']}" if voted.get("place") else ""
    called = f"会议由{voted['convener']}召集，" if voted.get("convener") else "会议"
    chaired = f"由{voted['host']}主持" if voted.get("host") else "依法召集和主持"
    if view.entity.form == "joint_stock":
        total = str(voted.get("votes_total") or 100)
        attended = "" if total == "100" else f"出席会议的股东所持表决权总数为{total}。"
    else:
        cast = sum(Decimal(str(voted.get(key) or 0)) for key in ("votes_for", "votes_against", "votes_abstain"))
        share = percent(cast, voted.get("votes_total"))
        attended = f"应到股东{len(all_shareholders(view))}名，参加表决的股东代表{share}的表决权。"
    return (
        f"{day}，{view.entity.name}{place}召开股东会会议。{called}{chaired}。"
        f"{attended}会议的召集程序、表决方式符合法律和公司章程的规定。经表决，形成如下决议："
    )


def result(view: CaseView) -> str:
    """表决结果, for a meeting; the other kinds have one will."""
    if decision_kind(view) != "meeting":
        return ""
    voted = voting(view)
    total = voted.get("votes_total")
    base = "出席会议股东所持表决权" if view.entity.form == "joint_stock" else "全部表决权"
    return (
        f"表决结果（占{base}的比例）：同意{percent(voted.get('votes_for'), total)}，"
        f"反对{percent(voted.get('votes_against'), total)}，弃权{percent(voted.get('votes_abstain'), total)}。"
    )


def two_thirds_signatures(view: CaseView, extra: Extra) -> list[Data]:
    """Who signs a decision on the articles (公司法59、60、66、112、119、172)."""
    match decision_kind(view):
        case "state":
            return state_body(view)
        case "sole":
            return sole(view)
        case "written":
            return everybody(view, role="shareholders_2_3")
    return (
        board_of_meeting(view) if view.entity.form == "joint_stock" else holders(view, extra, role="shareholders_2_3")
    )


def majority_signatures(view: CaseView, extra: Extra) -> list[Data]:
    """Who signs an ordinary decision of the 股东会, an election for example (公司法66、119)."""
    return (
        board_of_meeting(view) if view.entity.form == "joint_stock" else holders(view, extra, role="shareholders_half")
    )


def state_body(view: CaseView) -> list[Data]:
    return [
        group("履行出资人职责的机构盖章", [slot("seal_state_body", "state_capital_body", state_capital_body(view))])
    ]


def sole(view: CaseView) -> list[Data]:
    signer = shareholder_signer(sole_shareholder(view))
    heading = "股东盖章" if signer.kind == "seal" else "股东签字"
    return [group(heading, [slot("sig_sole_shareholder", "sole_shareholder", signer)])]


def everybody(view: CaseView, *, role: str = "all_shareholders") -> list[Data]:
    """全体股东签名、盖章."""
    signers = [shareholder_signer(holder) for holder in all_shareholders(view)]
    return [group("全体股东签字、盖章", numbered("sig_shareholder", role, signers))]


def holders(view: CaseView, extra: Extra, *, role: Literal["shareholders_2_3", "shareholders_half"]) -> list[Data]:
    share, strictly = (TWO_THIRDS, False) if role == "shareholders_2_3" else (HALF, True)
    signing = consenting_shareholders(view, chosen=extra.signing_shareholders, share=share, strictly=strictly)
    signers = [shareholder_signer(holder) for holder in signing]
    captions = [f"{holder.name}（表决权{plain_number(holder.ratio)}%）" for holder in signing]
    return [group("股东签字、盖章", numbered("sig_shareholder", role, signers, captions))]


def board_of_meeting(view: CaseView) -> list[Data]:
    """股份公司: the host and the directors present sign; the host, being one of them, signs once (公司法119)."""
    present = directors(view.was("officers"))
    host = meeting_host(str(voting(view).get("host") or ""), present)
    others = [person_signer(row) for row in present if row is not host]
    groups = [
        group(
            "会议主持人签字", [slot("sig_host", "meeting_host", person_signer(host), f"{host['name']}（主持人、董事）")]
        )
    ]
    if others:
        groups.append(group("出席会议的董事签字", numbered("sig_director", "directors_present", others)))
    return groups


def board(view: CaseView) -> list[Data]:
    """董事会: the directors in office once the meeting of shareholders has elected."""
    signers: list[Signer] = [person_signer(row) for row in directors(view.now("officers"))]
    return [group("董事签字", numbered("sig_director", "directors_present", signers))]
