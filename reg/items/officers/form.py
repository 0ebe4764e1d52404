"""What is asked about 董事、监事、高级管理人员 (R017): how the company is governed, and each person with his office."""

from __future__ import annotations

from typing import Any, ClassVar

from foundation.ui.parts import Section
from reg.catalog import codes
from reg.items.kit.days import day_of
from reg.items.kit.fields import Choice, Count, Day, Mobile, YesNo
from reg.items.kit.form import ItemForm
from reg.items.kit.groups import PersonForm
from reg.items.kit.offices import body_field, check_appointment, mode_field, office

SUPERVISORY = (
    ("board", "设监事会"),
    ("one", "不设监事会，设一名监事"),
    ("audit_committee", "在董事会中设审计委员会，不设监事"),
    ("none", "全体股东一致同意不设监事（只限有限责任公司）"),
)
MOST_DIRECTORS, MOST_STAFF = 60, 5_000_000


class StructureForm(ItemForm):
    """公司治理结构."""

    sections: ClassVar = (
        Section("董事会", ("board", "directors_count")),
        Section("监督", ("supervisory", "staff_count")),
    )

    board = YesNo("是否设董事会", yes="设董事会", no="不设董事会，设一名董事")
    directors_count = Count("董事人数", least=1, most=MOST_DIRECTORS, hint="设董事会的三名以上，不设的一名，和章程一致")
    supervisory = Choice("怎样监督", SUPERVISORY, radio=True)
    staff_count = Count(
        "职工人数", required=False, most=MOST_STAFF, hint="三百人以上的公司，董事会或者监事会里要有职工代表"
    )


def positions() -> list[tuple[str, str]]:
    """Offices of a company; 执行董事 of the old law last, for those who are still registered so."""
    found = [p for p in codes.positions().values() if p.organ]
    return [(p.code, p.label) for p in sorted(found, key=lambda p: p.legacy)]


class OfficerForm(PersonForm):
    """一名董事、监事、高级管理人员."""

    sections: ClassVar = (
        Section("任职", ("position", "appointed_by", "appointment_mode", "term_from", "term_to")),
        Section("这个人", ("name", "id_type", "id_number", "gender", "birth_date")),
        Section("证件上的其他内容", ("nationality", "ethnicity", "residence", "id_valid_to")),
        Section("怎么联系", ("mobile", "email")),
    )

    mobile = Mobile(hint="用来收短信和签名，请填本人的号码")
    position = Choice("职务", positions)
    appointed_by = body_field()
    appointment_mode = mode_field()
    term_from = Day("任期从", required=False, hint="董事、监事要填任期")
    term_to = Day("任期到", required=False, hint="任期的最后一天；董事、监事每届不超过三年")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        check_appointment(self, values)
        found = office(values.get("position"))
        if found and (found.is_director or found.is_supervisor):
            for name, label in (("term_from", "任期开始的日期"), ("term_to", "任期结束的日期")):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"请填写{label}。")
        begin, end = day_of(values.get("term_from")), day_of(values.get("term_to"))
        if begin and end and end <= begin:
            self.add_error("term_to", "任期结束的日期要在开始的日期以后。")
        return values
