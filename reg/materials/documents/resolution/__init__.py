"""修改公司章程的决议、决定 (F_RESOLUTION)."""

from reg.materials.documents.kit import Document
from reg.materials.documents.resolution import data

DOCUMENT = Document(
    code="resolution",
    form=data.FORM,
    build=data.build,
    must_read=data.must_read,
    title=data.title,
)
