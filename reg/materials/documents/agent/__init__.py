"""授权委托页 (F_AGENT)."""

from reg.materials.documents.agent import data
from reg.materials.documents.kit import Document

DOCUMENT = Document(
    code="agent",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
