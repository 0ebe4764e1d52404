"""联络员信息表 (F_CONTACT)."""

from reg.materials.documents.contact import data
from reg.materials.documents.kit import Document

DOCUMENT = Document(
    code="contact",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
