"""章程修正案 (F_ARTICLES_AMEND)."""

from reg.materials.documents.articles import data
from reg.materials.documents.kit import Document

DOCUMENT = Document(
    code="articles",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
)
