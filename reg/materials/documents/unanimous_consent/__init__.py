"""全体股东一致同意不设监事的文件 (F_RESOLUTION)."""

from reg.materials.documents.kit import Document
from reg.materials.documents.unanimous_consent import data

DOCUMENT = Document(
    code="unanimous_consent",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
