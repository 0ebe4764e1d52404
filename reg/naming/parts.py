"""The parts of a name: 行政区划, 字号, 行业, 组织形式, and where the region stands. 名称规定6, 实施办法8、9; R102."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from reg.naming.lexicon import non_industry_words
from reg.naming.text import canonical, simple, tidy


class Order(StrEnum):
    """Where the region stands (实施办法9)."""

    FRONT = "front"
    MIDDLE = "middle"
    """星岚（上海）科技有限公司."""
    BEFORE_FORM = "before_form"
    """星岚科技（上海）有限公司."""
    NONE = "none"
    BRANCH = "branch"
    """分支机构: the parent's whole name stands where a 字号 stands, then what makes the branch, then 分公司 (名称规定13)."""


@dataclass(frozen=True)
class Parts:
    """A name as its parts. `small_class` is the 国民经济行业小类 of the main business, which the words need not show."""

    region: str
    trade: str
    industry: str
    form: str
    order: Order = Order.FRONT
    small_class: str = ""
    group: str = ""
    """集团 or （集团） before the form."""

    @property
    def full(self) -> str:
        """The name as it is written."""
        group = self.group
        match self.order:
            case Order.FRONT:
                return f"{self.region}{self.trade}{self.industry}{group}{self.form}"
            case Order.MIDDLE:
                return f"{self.trade}（{self.region}）{self.industry}{group}{self.form}"
            case Order.BEFORE_FORM:
                return f"{self.trade}{self.industry}{group}（{self.region}）{self.form}"
            case Order.NONE | Order.BRANCH:
                return f"{self.trade}{self.industry}{group}{self.form}"

    def tidied(self) -> Parts:
        """Without blanks and with full-width brackets; everything else as typed."""
        return replace(
            self,
            region=tidy(self.region),
            trade=tidy(self.trade),
            industry=tidy(self.industry),
            form=tidy(self.form),
            order=self.order if self.region.strip() or self.is_branch else Order.NONE,
        )

    @cached_property
    def compared(self) -> Parts:
        """As it is compared with others: one width, no blanks."""
        return replace(
            self,
            region=canonical(self.region),
            trade=canonical(self.trade),
            industry=canonical(self.industry),
            form=canonical(self.form),
        )

    @cached_property
    def plain(self) -> Parts:
        """As it is understood: standard characters for traditional ones."""
        return replace(
            self,
            region=simple(self.region),
            trade=simple(self.trade),
            industry=simple(self.industry),
            form=simple(self.form),
        )

    @property
    def is_branch(self) -> bool:
        """Whether it is the name of a branch, whose `trade` is the parent's name and `industry` what stands behind it."""
        return self.order is Order.BRANCH

    @property
    def division(self) -> str:
        """大类: two digits, or empty."""
        return self.small_class[:2]

    @property
    def says_no_industry(self) -> bool:
        """Whether only words like 实业 and 发展 stand where the industry belongs, or nothing (比对规则4(5))."""
        return not self.industry or self.plain.industry in non_industry_words()
