"""公司登记（备案）申请书 (F_COMPANY_APP)."""

from reg.materials.documents.application import data
from reg.materials.documents.kit import Document

DOCUMENT = Document(
    code="application",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
