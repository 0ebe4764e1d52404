"""登记机关的通知书 (F_REG_NOTICE)."""

from reg.materials.documents.kit import Document
from reg.materials.documents.notice import data

DOCUMENT = Document(
    code="notice",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
