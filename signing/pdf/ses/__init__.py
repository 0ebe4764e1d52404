"""电子签章 (GB/T 38540-2020, SES_Signature) in a PDF: an enterprise's signature made with the seal a seal maker issued. R139."""

from signing.pdf.ses.container import SUB_FILTER, Ses, is_ses, read_container

__all__ = ["SUB_FILTER", "Ses", "is_ses", "read_container"]
