"""改名 and 迁入 looked at as a whole: what becomes of the old name, who must follow, what to adapt. R107, R110."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reg.declarations.grounds import Ground
from reg.naming.branches import HERE, branch_read
from reg.naming.checking import NameReport
from reg.naming.parsing import parse, without_places
from reg.naming.parts import Order, Parts

_PARTS = (("region", "行政区划"), ("trade", "字号"), ("industry", "行业"), ("group", "集团字样"), ("form", "组织形式"))
_BRANCH_PARTS = (("trade", "隶属企业"), ("industry", "所在地等"), ("form", "结尾"))
_ORDERS = {Order.FRONT: "最前面", Order.MIDDLE: "字号后面", Order.BEFORE_FORM: "组织形式前面", Order.NONE: "不写"}


@dataclass(frozen=True)
class Changed:
    """One part of the name, before and after."""

    label: str
    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


def old_parts(ground: Ground) -> Parts:
    """The name that the enterprise has, taken apart."""
    if ground.is_branch:
        return branch_read(ground.old_name, ground.parents[-1].name, ground.kind)
    return parse(ground.old_name, ground.small_class).parts


def parts_changed(ground: Ground, new: Parts) -> tuple[Changed, ...]:
    """The old name beside the new one, part by part (R107 新名称与原名称的关联性)."""
    old, tidy = old_parts(ground), new.tidied()
    rows = [
        Changed(word, getattr(old, name), getattr(tidy, name))
        for name, word in (_BRANCH_PARTS if ground.is_branch else _PARTS)
    ]
    shown = [row for row in rows if row.before or row.after]
    if not ground.is_branch and old.order != tidy.order:
        shown.append(Changed("行政区划的位置", _ORDERS[old.order], _ORDERS[tidy.order]))
    return tuple(shown)


def link_of(ground: Ground, new: Parts) -> str:
    """How the new name is bound to the old one, in a sentence: what customers will still recognise."""
    old, tidy = old_parts(ground).compared, new.tidied().compared
    if ground.is_branch:
        return "" if old.trade == tidy.trade else "分支机构跟着隶属企业改名。"
    if old.trade != tidy.trade:
        return f"字号从“{old.trade}”改成“{tidy.trade}”，别人会当作另一家企业。请及时告知客户，避免混淆。"
    if old.industry != tidy.industry:
        return "字号没有变，行业变了。行业要和主营业务一致，主营业务也变了的，请一并办经营范围变更。"
    return "字号、行业都没有变，容易认出是同一家企业。"


def kinship(ground: Ground, new: Parts) -> Iterator[str]:
    """分支机构与母体名称的关联性: whose name a branch follows, and which branches must follow."""
    if ground.is_branch:
        yield _followed(ground, new)
    elif ground.branch_count:
        named = (
            f"：{'、'.join(ground.branches[:3])}{'等' if ground.branch_count > 3 else ''}" if ground.branches else ""
        )
        yield (
            f"它有 {ground.branch_count} 家分支机构，名称都要跟着改成以新名称开头{named}。"
            "企业办好变更登记之日起 30 日内，为每一家申请变更登记。"
        )


def _followed(ground: Ground, new: Parts) -> str:
    present, first = ground.parents[-1].name, ground.parents[0].name
    act, after = ("迁入", "迁入后的") if ground.business == "move_in" else ("变更登记", "新")
    chosen = next((one for one in ground.parents if one.name == new.trade), ground.parents[-1])
    if ground.business == "move_in" and chosen.district.startswith(HERE):
        return "隶属企业已经迁到上海，名称以它现在的名称开头，和它一致。"
    if new.trade != present:
        return f"名称跟着隶属企业{after}名称“{new.trade}”。隶属企业办好{act}以后，分支机构才能用它登记。"
    if first != present:
        return f"隶属企业已经申报了{after}名称“{first}”。它办好{act}以后，分支机构还要再改一次，最好现在就跟着改。"
    if ground.business == "move_in":
        return "隶属企业没有申报迁入，仍用它现在的名称开头，后面写明所在地。"
    return "名称以隶属企业现在的名称开头，和它一致。"


def advice(ground: Ground, report: NameReport) -> Iterator[str]:
    """调整建议 for a name that moves here: what has to give way, and to what (R108, R110)."""
    old, new = old_parts(ground), report.parts
    if ground.is_branch:
        if place := old.industry.removesuffix(without_places(old.industry)):
            yield f"原来的所在地“{place}”换成现在的所在地。"
    else:
        region = old.region + old.trade.removesuffix(without_places(old.trade, least=2))
        if region and new.region != region:
            yield f"原来的行政区划“{region}”不能再用，换成“{new.region}”。"
        elif not region and new.region:
            yield f"原名称没有写行政区划，上海的名称加上“{new.region}”。"
    if report.found.same:
        yield f"“{report.found.same[0].written}”在上海已经有了，请换一个{'序号' if ground.is_branch else '字号'}。"
    elif report.found.similar:
        yield "和上海的名称相近，可以照用，也可以换一个字号，避免以后的纠纷。"
    elif report.outcome.may_be_held:
        yield "其余的照旧，在上海没有相同、相近的名称。"
