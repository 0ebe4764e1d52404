"""What is asked about an agent (R003: 姓名、证件、联系电话、电子邮箱; 代理权限范围及代理期限)."""

from __future__ import annotations

from typing import Any, ClassVar

from foundation.ui.parts import Section
from reg.catalog import codes
from reg.items.kit.days import day_of
from reg.items.kit.fields import Choice, Day, Email, Mobile, Number, PersonName, Several, Text, Uscc, half_width
from reg.items.kit.form import ItemForm
from reg.items.kit.groups import check_identity, standard_number

KINDS = (("person", "自然人代理"), ("agency", "登记代理机构的从业人员"))
SCOPE = (
    ("check_materials", "核对登记材料中的复印件并签署核对意见"),
    ("correct_own_docs", "修改自备文件的错误"),
    ("correct_form", "修改有关表格的填写错误"),
    ("collect_licence", "领取营业执照和有关文书"),
)


class AgentForm(ItemForm):
    """委托代理人信息."""

    sections: ClassVar = (
        Section("代理人", ("name", "id_type", "id_number", "mobile", "email")),
        Section("代理机构", ("kind", "agency_name", "agency_uscc", "filing_no")),
        Section("委托", ("scope", "valid_from", "valid_to")),
    )

    name = PersonName(hint="代理人就是现在登录的人")
    id_type = Choice("证件类型", lambda: [(c.code, c.name) for c in codes.id_document_types().values()])
    id_number = Number("证件号码", standard=standard_number)
    mobile = Mobile(hint="企业确认、登记机关联系都用这个号码")
    email = Email()
    kind = Choice("以什么身份代办", KINDS, radio=True)
    agency_name = Text("代理机构名称", required=False, hint="登记代理机构的从业人员才填")
    agency_uscc = Uscc("代理机构统一社会信用代码", required=False)
    filing_no = Text("代理机构备案号", required=False, max_length=60, standard=half_width, hint="有备案号的填写")
    scope = Several("可以做什么", SCOPE, required=False, hint="都不选的，只能递交材料，不能改动材料")
    valid_from = Day("委托从", hint="委托期限的第一天")
    valid_to = Day("委托到", hint="委托期限的最后一天")

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        check_identity(self, values)
        if values.get("kind") == "agency":
            for name, label in (("agency_name", "代理机构名称"), ("agency_uscc", "代理机构统一社会信用代码")):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"请填写{label}。")
        elif values.get("kind") == "person":
            for name in ("agency_name", "agency_uscc", "filing_no"):
                values[name] = ""
                self.errors.pop(name, None)
        begin, end = day_of(values.get("valid_from")), day_of(values.get("valid_to"))
        if begin and end and end < begin:
            self.add_error("valid_to", "委托结束的日期不能早于开始的日期。")
        return values
