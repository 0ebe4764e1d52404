"""登记机关的通知书 (F_REG_NOTICE): 准予登记（备案）, 不予登记, 一次性告知补正. R035, 条例19, 条例20, 细则18, 细则19."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reg.casefile.view import CaseView
from reg.materials.documents.application.changes import change_rows, touched
from reg.materials.documents.kit import NOTHING, Data, Extra, NoticeFacts, cn_date, fields, group, grouped, paper, slot
from reg.materials.documents.people import DocumentRefused, authority_seal

FORM = "F_REG_NOTICE"
TITLE = "登记机关通知书"
LICENCE_ROOMS = frozenset({"name", "legal_representative", "domicile"})


@dataclass(frozen=True)
class Kind:
    """One of the three notices."""

    title: str
    decision: str
    basis: str
    point_heads: tuple[str, ...]
    point_keys: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    "approve": Kind(
        "准予{matters}通知书",
        "经审查，申请材料齐全、符合法定形式，准予{matters}。事项如下：",
        "《中华人民共和国市场主体登记管理条例》第十九条{articles}",
        (),
        (),
    ),
    "refuse": Kind(
        "不予登记通知书",
        "经审查，申请不符合法律、行政法规的规定，决定不予登记（备案）。理由如下：",
        "《中华人民共和国市场主体登记管理条例》第二十条",
        ("序号", "理由", "依据"),
        ("message", "basis"),
    ),
    "return": Kind(
        "一次性告知补正通知书",
        "经审查，申请材料不齐全或者不符合法定形式，现将需要补正的全部内容一次告知如下：",
        "《中华人民共和国市场主体登记管理条例》第十九条第二款",
        ("序号", "需要补正的内容", "怎样补正", "依据"),
        ("message", "fix", "basis"),
    ),
}


def matters(view: CaseView) -> str:
    """变更登记, 备案 or both."""
    recordals = [item.recordal for item in touched(view)]
    if all(recordals):
        return "备案"
    return "变更（备案）登记" if any(recordals) else "变更登记"


def facts(extra: Extra) -> NoticeFacts:
    if extra.notice is None or extra.notice.kind not in KINDS:
        raise DocumentRefused("登记机关还没有作出决定，通知书没有生成。")
    return extra.notice


def title(view: CaseView, extra: Extra) -> str:
    return KINDS[facts(extra).kind].title.format(matters=matters(view))


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The notice of the decision in `extra.notice`, with the authority's seal slot."""
    decided = facts(extra)
    kind = KINDS[decided.kind]
    values = {
        "doc_no": decided.doc_no,
        "application_no": grouped(view.number),
        "name": _name(view, decided),
        "uscc": view.entity.uscc,
        "matters": "、".join(item.name for item in touched(view)),
        "legal_basis": kind.basis.format(articles=_articles(view)),
    }
    return {
        **paper(view, title(view, extra), over=view.entity.authority_name),
        "case": fields(view, FORM, "body", values, wide=tuple(values)),
        "addressee": f"{_addressee(view, decided)}：",
        "decision": [f"你公司提交的{matters(view)}申请收悉。{kind.decision.format(matters=matters(view))}"],
        "table": _table(view, kind, decided),
        "after": _after(view, decided),
        "issued_on": cn_date(decided.issued_on),
        "signatures": [group("登记机关", [slot("seal_registry", "registry", authority_seal(view))])],
    }


def _name(view: CaseView, decided: NoticeFacts) -> str:
    """How the company is called on the day of the decision."""
    return str(view.answers.get("name", {}).get("full") or "" if decided.kind == "approve" else "") or view.entity.name


def _addressee(view: CaseView, decided: NoticeFacts) -> str:
    name = _name(view, decided)
    return name if name == view.entity.name else f"{name}（原名称：{view.entity.name}）"


def _table(view: CaseView, kind: Kind, decided: NoticeFacts) -> Data:
    if decided.kind == "approve":
        return {
            "heading": "准予的事项",
            "heads": ["事项", "变更（备案）前", "变更（备案）后"],
            "rows": change_rows(view),
        }
    rows = [
        [str(number), *(point.get(key, "") for key in kind.point_keys)]
        for number, point in enumerate(decided.points, start=1)
    ]
    return {
        "heading": "不予登记的理由" if decided.kind == "refuse" else "需要补正的内容",
        "heads": list(kind.point_heads),
        "rows": rows,
    }


def _articles(view: CaseView) -> str:
    """条例24 asks for the registration of changes, 条例29 for their recordal."""
    recordals = {item.recordal for item in touched(view)}
    return ("、第二十四条" if False in recordals else "") + ("、第二十九条" if True in recordals else "")


def _after(view: CaseView, decided: NoticeFacts) -> list[str]:
    """What the company does next, or what it may do against the decision."""
    match decided.kind:
        case "approve" if LICENCE_ROOMS & frozenset(item.room for item in touched(view)):
            return ["营业执照记载事项已经变更，电子营业执照同步更新；领有纸质营业执照的，请交回旧照、换领新照。"]
        case "return":
            until = f"请于{cn_date(decided.deadline)}（含当日）前补正" if decided.deadline else "请补正"
            return [f"{until}后重新提交。没有改动的文书和已有的签名继续有效，不用重签。"]
        case "refuse":
            return [_remedy(view)]
    return []


def _remedy(view: CaseView) -> str:
    """救济途径: 行政复议法20、24, 行政诉讼法46."""
    government = view.entity.authority_name.replace("市场监督管理局", "人民政府")
    return (
        f"对本决定不服的，可以自收到本通知书之日起六十日内向{government}申请行政复议，"
        "也可以自收到本通知书之日起六个月内依法向人民法院提起行政诉讼。"
    )


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """The authority seals on its own; nobody else signs."""
    return []
