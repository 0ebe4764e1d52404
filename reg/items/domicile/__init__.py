"""住所变更登记: where the company has its seat. R006; 公司法8, 条例11, 条例27, 细则35, 民法典279."""

from __future__ import annotations

from reg.items.domicile import checks, form, hints, page, prefill
from reg.items.kit import Item, LookupSpec

ITEM = Item(
    code="domicile",
    title="住所",
    kind="登记",
    lead="照产权证或者租赁合同上的地址，一段一段填。全文由系统写好，不用您拼。",
    icon="home",
    form=form.DomicileForm,
    summary=page.summary,
    diff=page.diff,
    prefill=prefill.prefill,
    hints=hints.hints,
    hints_wait="路名、门牌号、产权证编号填好以后，会自动去标准地址库和产权登记里查。",
    settle=hints.settle,
    to_register=page.to_register,
    section=page.section,
    checks=(
        checks.is_another_house,
        checks.is_no_military_property,
        checks.stands_in_the_address_library,
        checks.lies_in_the_town_that_was_chosen,
        checks.a_collective_address_is_on_the_list,
        checks.the_certificate_is_of_this_house,
        checks.is_not_a_dwelling,
        checks.may_be_used_today,
    ),
    lookups=(
        LookupSpec("std_address", checks.house_subject, title="标准地址库查询", field="road"),
        LookupSpec("frozen_address", checks.house_subject, title="冻结地址查询", field="road"),
        LookupSpec("address_density", checks.crowd_subject, title="同址户数查询", field="road"),
        LookupSpec("property", checks.title_subject, title="规资产权核验", field="property_certificate_no"),
        LookupSpec("centralized_address", checks.list_subject, title="集中登记地查询", field="kind"),
    ),
    carry_over=True,
)
