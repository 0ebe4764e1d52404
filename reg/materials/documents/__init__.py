"""文书: every kind of paper 企登 makes, one folder each, listed here and nowhere else. R035.

document = documents.document("application")
paper = typeset.compile(document.code, document.build(view), legal_day=view.legal_day)
"""

from collections.abc import Mapping
from types import MappingProxyType

from reg.materials.documents.agent import DOCUMENT as AGENT
from reg.materials.documents.application import DOCUMENT as APPLICATION
from reg.materials.documents.appoint import DOCUMENT as APPOINT
from reg.materials.documents.articles import DOCUMENT as ARTICLES
from reg.materials.documents.contact import DOCUMENT as CONTACT
from reg.materials.documents.kit import NOTHING, Document, Extra, NoticeFacts
from reg.materials.documents.notice import DOCUMENT as NOTICE
from reg.materials.documents.own import DOCUMENT as OWN
from reg.materials.documents.people import DocumentRefused
from reg.materials.documents.person import DOCUMENT as PERSON
from reg.materials.documents.realname import DOCUMENT as REALNAME
from reg.materials.documents.resolution import DOCUMENT as RESOLUTION
from reg.materials.documents.unanimous_consent import DOCUMENT as UNANIMOUS_CONSENT

DOCUMENTS: Mapping[str, Document] = MappingProxyType(
    {
        document.code: document
        for document in (
            APPLICATION,
            PERSON,
            CONTACT,
            AGENT,
            REALNAME,
            APPOINT,
            RESOLUTION,
            UNANIMOUS_CONSENT,
            ARTICLES,
            OWN,
            NOTICE,
        )
    }
)
"""By code, in the order of a case's papers; the authority's notice comes last."""


def document(code: str) -> Document:
    """The document of this code. KeyError when there is none: it is uploaded, not made."""
    return DOCUMENTS[code]


__all__ = ["DOCUMENTS", "NOTHING", "OWN", "Document", "DocumentRefused", "Extra", "NoticeFacts", "document"]
