"""What is asked about a new 法定代表人 (R016: 姓名、证件、性别、出生日期、住所、国籍、民族、职务、产生方式)."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from foundation import clock
from foundation.ui.parts import Section
from reg.catalog import codes
from reg.items.kit.fields import Choice, Day, Mobile
from reg.items.kit.groups import PersonForm
from reg.items.kit.offices import body_field, check_mode, mode_field

REASONS = (("resigned", "辞任"), ("term_ended", "任期届满"), ("dismissed", "解任"), ("other", "其他"))
EARLIEST = date(1993, 12, 29)
"""The day the first 公司法 was passed: no older resignation is meant."""


def positions() -> list[tuple[str, str]]:
    """Offices whose holder may represent the company; those of the old law only as far as they are still registered."""
    return [(p.code, p.label) for p in codes.positions().values() if p.represents and not p.legacy]


class LegalRepresentativeForm(PersonForm):
    """新任法定代表人信息."""

    sections: ClassVar = (
        Section("新任法定代表人", ("name", "id_type", "id_number", "gender", "birth_date")),
        Section("证件上的其他内容", ("nationality", "ethnicity", "residence", "id_valid_to")),
        Section("怎么联系", ("mobile", "email")),
        Section("任职", ("position", "appointed_by", "appointment_mode")),
        Section("原法定代表人", ("reason", "resigned_on")),
    )

    mobile = Mobile(hint="用来收短信和签名，请填本人实名的号码")
    position = Choice(
        "职务",
        positions,
        hint="要是代表公司执行公司事务的董事或者经理（公司法10）；监事、财务负责人等不能担任",
    )
    appointed_by = body_field()
    appointment_mode = mode_field()
    reason = Choice("为什么换人", REASONS)
    resigned_on = Day(
        "辞任日期",
        required=False,
        hint="辞任的才填；公司要在辞任之日起 30 日内确定新的法定代表人",
        earliest=lambda: EARLIEST,
        latest=clock.today,
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        check_mode(self, values)
        if values.get("reason") == "resigned":
            if not values.get("resigned_on") and "resigned_on" not in self.errors:
                self.add_error("resigned_on", "请填写原法定代表人辞任的日期。")
        elif values.get("reason"):
            values["resigned_on"] = None
            self.errors.pop("resigned_on", None)
        return values
