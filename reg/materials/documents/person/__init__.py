"""人员信息表 (F_PERSON), one per person."""

from reg.materials.documents.kit import Document
from reg.materials.documents.person import data

DOCUMENT = Document(
    code="person",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
    parties=data.parties,
)
