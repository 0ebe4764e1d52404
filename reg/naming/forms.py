"""组织形式: does the ending say what the enterprise is? 名称规定10, 实施办法12, 公司法7, 合伙企业法15/56/62; N040-N043."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reg.catalog.names import form_rules
from reg.naming.finding import NameFinding, said
from reg.naming.kinds import HOUSEHOLD, KIND_WORDS, PLAIN_PARTNERSHIP, is_company, is_partnership
from reg.naming.lexicon import HOUSEHOLD_BODIES
from reg.naming.parts import Parts

PARTNERSHIPS = ("general_partnership", "special_general_partnership", "limited_partnership")
_NO_COMPANY = ("公司", "有限", "股份", "合伙", "集团")


def endings(kind: str) -> tuple[str, ...]:
    """How a name of this kind may end, the commonest first."""
    if kind == HOUSEHOLD:
        return HOUSEHOLD_BODIES
    if kind == PLAIN_PARTNERSHIP:
        return tuple(suffix for one in PARTNERSHIPS for suffix in form_rules()[one].suffixes)
    rule = form_rules().get(kind)
    return tuple(sorted(rule.suffixes, key=lambda suffix: (suffix != "有限公司", 0))) if rule else ()


def choices(kind: str) -> tuple[str, ...]:
    """Whole forms to choose from on the page: 合伙企业（有限合伙）, 中心（有限合伙）…"""
    rule = form_rules().get(kind)
    if rule is None or not rule.bodies:
        return endings(kind)
    plain = [body for body in rule.bodies if not any(body != other and body.endswith(other) for other in rule.bodies)]
    return tuple(f"{body}{suffix}" for body in plain for suffix in rule.suffixes)


def form_findings(parts: Parts, kind: str) -> Iterator[NameFinding]:
    """What is wrong with the form, once."""
    form = parts.compared.form
    if not form:
        return
    expected = endings(kind)
    fits = not expected or form.endswith(tuple(expected))
    bad = [word for word in _forbidden(kind) if word in f"{parts.trade}{parts.industry}{form}"]
    if fits and not bad:
        return
    yield said(
        _rule(form, kind, fits=fits),
        "form",
        hit=form,
        form=form,
        type=KIND_WORDS.get(kind, kind),
        expected="”“".join(expected[:4]),
    )


def _rule(form: str, kind: str, *, fits: bool) -> str:
    """N040 says that another kind's form was taken, N041-N043 that the mark of this kind is missing."""
    if is_company(kind):
        return "N040" if form.endswith(("有限公司", "有限责任公司", "股份有限公司", "股份公司")) else "N043"
    if is_partnership(kind):
        return "N040" if fits else "N041"
    return "N042" if kind == "sole_proprietorship" else "N040"


def _forbidden(kind: str) -> Sequence[str]:
    if kind == HOUSEHOLD:
        return _NO_COMPANY
    if kind == "limited_partnership":
        return ("公司", "有限责任", "股份有限")
    if kind == "general_partnership":
        return ("公司", "有限", "股份")
    rule = form_rules().get(kind)
    return rule.forbidden if rule else ()
