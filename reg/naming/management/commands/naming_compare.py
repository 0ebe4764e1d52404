"""`naming_compare FILE.csv`: is the first name of each row the same as the second, or near it? (R104)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reg.naming.management.table import TableCommand
from reg.naming.tables import compared_rows


class Command(TableCommand):
    help = "逐行比对两个企业名称：输出原有四列，加上 相同/相近/不同 和规则编号"
    columns = ("name_a", "industry_a", "name_b", "industry_b")

    def judge(self, rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
        return compared_rows(rows)
