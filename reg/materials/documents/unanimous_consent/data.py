"""全体股东一致同意不设监事的文件 (F_RESOLUTION): for a 有限责任公司 without supervisors. R017, R035, 公司法83."""

from __future__ import annotations

from reg.casefile.view import CaseView
from reg.materials.documents.kit import NOTHING, Data, Extra, cn_date, paper
from reg.materials.documents.people import DocumentRefused
from reg.materials.documents.votes import everybody, voting

FORM = "F_RESOLUTION"
TITLE = "全体股东关于不设监事的决定"


def build(view: CaseView, party: str | None = None, extra: Extra = NOTHING) -> Data:
    """The consent of every single shareholder."""
    if view.entity.form != "llc":
        raise DocumentRefused(
            "股份有限公司不能以全体股东一致同意的方式不设监事（《公司法》第一百三十三条），请设监事或者审计委员会。"
        )
    day = cn_date(voting(view).get("held_on"))
    when = f"于{day}" if day else ""
    return {
        **paper(view, TITLE, over=view.entity.name),
        "opening": [
            f"{view.entity.name}规模较小或者股东人数较少，根据《中华人民共和国公司法》第八十三条的规定，"
            f"全体股东{when}经协商一致，决定如下："
        ],
        "points": [["一、公司不设监事会，也不设监事。"], ["二、公司章程与本决定不一致的，相应修改。"]],
        "signatures": everybody(view),
    }


def must_read(view: CaseView, party: str | None = None) -> list[str]:
    """What the signer has to recognise."""
    return [f"{view.entity.name}不设监事会，也不设监事", "要全体股东都同意，少一位都不行"]
