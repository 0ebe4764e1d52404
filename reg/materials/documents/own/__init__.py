"""自备文书的签署页 (the last page of a paper that the applicant brought)."""

from reg.materials.documents.kit import Document
from reg.materials.documents.own import data

DOCUMENT = Document(
    code="own",
    form="",
    build=data.build,
    must_read=data.must_read,
    title=lambda view, party: data.TITLE,
    parties=lambda view: (),
)
