"""What is asked about a 登记联络员 (R020: 姓名、证件类型、证件号码、联系电话、电子邮箱)."""

from __future__ import annotations

from typing import Any, ClassVar

from foundation.ui.parts import Section
from reg.catalog import codes
from reg.items.kit.fields import Choice, Email, Mobile, Number, PersonName
from reg.items.kit.form import ItemForm
from reg.items.kit.groups import check_identity, standard_number


class LiaisonForm(ItemForm):
    """登记联络员信息."""

    sections: ClassVar = (
        Section("联络员", ("name", "id_type", "id_number")),
        Section("怎么联系", ("mobile", "email")),
    )

    name = PersonName()
    id_type = Choice("证件类型", lambda: [(c.code, c.name) for c in codes.id_document_types().values()])
    id_number = Number("证件号码", standard=standard_number)
    mobile = Mobile(hint="须是联络员本人实名的号码，登记机关会打这个电话")
    email = Email()

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        check_identity(self, values)
        return values
