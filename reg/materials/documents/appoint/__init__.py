"""任免职文件 (F_APPOINT), one per appointing body."""

from reg.materials.documents.appoint import data
from reg.materials.documents.kit import Document

DOCUMENT = Document(
    code="appoint",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=data.title,
    parties=data.parties,
)
