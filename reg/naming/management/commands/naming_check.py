"""`naming_check FILE.csv`: may each name be used by this kind of enterprise? (R104)"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reg.naming.management.table import TableCommand
from reg.naming.tables import checked_rows


class Command(TableCommand):
    help = (
        "逐行检查企业名称：输出原有两列（企业类型写中文名称或代码），加上 通过/禁止/限制/格式错误 和理由（提示算通过）"
    )
    columns = ("name", "entity_type")

    def judge(self, rows: Iterable[Mapping[str, str]]) -> Iterator[tuple[str, str]]:
        return checked_rows(rows)
