"""实名登记确认表 (F_REALNAME), one per person."""

from reg.materials.documents.kit import Document
from reg.materials.documents.realname import data

DOCUMENT = Document(
    code="realname",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
    parties=data.parties,
)
