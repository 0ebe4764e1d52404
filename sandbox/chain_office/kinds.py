"""文书的种类 by business: their titles and what they say, with the facts of the unit put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from signing_client import Business

TRUE = "本单位保证所提交的材料真实、合法、有效，复印件与原件一致，并承担由此产生的法律责任。"


@dataclass(frozen=True)
class Kind:
    """One kind of paper. Words in braces are filled in: head, unit, leader, premises."""

    title: str
    says: tuple[str, ...]
    must_read: str
    """The point that the signer has to recognise."""


KINDS: Mapping[str, tuple[Kind, ...]] = {
    Business.CHAIN: (
        Kind(
            "门店登记事项确认书",
            ("{head}统一办理所属门店的登记。{unit}的名称、负责人和经营场所如上表所列，经逐项核对无误。", TRUE),
            "门店：{unit}",
        ),
        Kind(
            "经营场所使用承诺书",
            ("{unit}在{premises}经营，场所取得合法，用途符合规定，不擅自改变房屋结构和用途。", TRUE),
            "经营场所：{premises}",
        ),
        Kind(
            "门店负责人任职书",
            ("任命{leader}为{unit}的负责人，在{head}授权范围内开展经营活动。",),
            "负责人：{leader}",
        ),
    ),
    Business.ESTABLISHMENT: (
        Kind("设立登记申请书", ("{head}申请设立{unit}，登记事项如上表所列。", TRUE), "设立：{unit}"),
        Kind("设立分支机构的决定", ("经研究，{head}决定设立{unit}，经营场所为{premises}。",), "经营场所：{premises}"),
        Kind("负责人任职书", ("任命{leader}为{unit}的负责人。",), "负责人：{leader}"),
    ),
    Business.CHANGE: (
        Kind("变更登记申请书", ("{head}申请办理{unit}的变更登记，变更后的登记事项如上表所列。", TRUE), "变更：{unit}"),
        Kind(
            "变更登记事项的决定",
            ("经研究，{head}决定变更{unit}的登记事项，变更后负责人为{leader}。",),
            "负责人：{leader}",
        ),
        Kind("经营场所确认书", ("{unit}的经营场所为{premises}，场所取得合法，用途符合规定。",), "经营场所：{premises}"),
    ),
    Business.DEREGISTRATION: (
        Kind("注销登记申请书", ("{head}申请注销{unit}。", TRUE), "注销：{unit}"),
        Kind("注销的决定", ("经研究，{head}决定注销{unit}，公章和证照由{head}收回。",), "注销：{unit}"),
        Kind(
            "债权债务处理承诺书", ("{unit}没有未结清的债务和应缴税款；如有遗漏，由{head}承担。",), "由总部承担：{head}"
        ),
    ),
    Business.NAMING: (
        Kind("名称使用授权书", ("{head}同意{unit}在名称中使用{head}的名称。",), "授权使用的名称：{unit}"),
        Kind(
            "名称申报承诺书",
            ("{unit}的名称由{head}申报，不侵犯他人的名称权；有争议的，服从名称登记机关的裁决。",),
            "名称：{unit}",
        ),
    ),
}
"""A case takes them in turn."""
