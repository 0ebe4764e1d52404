"""分支机构: the parent's name, then what makes the branch, then 分公司 … 名称规定13, 实施办法13; N050-N052; R103, R106."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reg.catalog.names import form_rules
from reg.naming.context import NameContext
from reg.naming.finding import NameFinding, said
from reg.naming.kinds import KIND_WORDS
from reg.naming.lexicon import district_words, says_industry
from reg.naming.parts import Parts
from reg.naming.text import canonical

_NUMBER = re.compile(r"第?[一二三四五六七八九十百零〇]+")
BRANCH_OF = {
    "llc": "company_branch",
    "joint_stock": "company_branch",
    "general_partnership": "partnership_branch",
    "special_general_partnership": "partnership_branch",
    "limited_partnership": "partnership_branch",
    "partnership": "partnership_branch",
    "sole_proprietorship": "sole_branch",
    "non_company": "non_company_branch",
}


def branch_name(parent: str, middle: str, ending: str) -> str:
    """The name derived from the parent's: 上海星岚科技有限公司 + 徐汇 + 分公司."""
    return f"{parent}{middle}{ending}"


def branch_endings(kind: str) -> tuple[str, ...]:
    """Endings of the branches of this kind, for a page to offer."""
    rule = form_rules().get(kind)
    return rule.suffixes if rule else ()


def branch_findings(parts: Parts, context: NameContext) -> Iterator[NameFinding]:
    """N050 冠以隶属企业名称, N051 the rest says only place, number or industry, N052 the parent's present name."""
    parent = context.parent
    if parent is None:
        if not parts.form.endswith(branch_endings(context.kind)):
            words = "”“".join(branch_endings(context.kind)[:4])
            yield said("N040", "form", hit=parts.form, form=parts.form, type=KIND_WORDS[context.kind], expected=words)
        return
    name, head = canonical(parts.full), canonical(parent.name)
    if not name.startswith(head):
        code = "N052" if parent.renamed else "N050"
        case = "分支机构新名称不以隶属企业现名称开头" if parent.renamed else ""
        yield said(code, "name", case=case, parent=parent.name)
        return
    rest = name.removeprefix(head)
    ending = next(
        (one for one in sorted(branch_endings(context.kind), key=len, reverse=True) if rest.endswith(one)), ""
    )
    if not ending:
        yield said("N051", "form", case="未冠以隶属企业名称或缀词错误", hit=rest, parent=parent.name)
        return
    middle = _without_place_and_number(rest.removesuffix(ending))
    if middle and not (context.other_industry and says_industry(middle)):
        yield said("N051", "industry", case="行业与隶属企业不一致", hit=middle)


def _without_place_and_number(middle: str) -> str:
    """What is left when places and Chinese numbers are taken off; a road or a town is a place too."""
    rest = middle
    for place in sorted(("上海市", "上海", *district_words()), key=len, reverse=True):
        if rest.startswith(place):
            rest = rest.removeprefix(place)
            break
    rest = re.sub(r"^[一-鿿]{2,6}(路|镇|街道|街|村|新村|大道|弄)", "", rest)
    return _NUMBER.sub("", rest)
