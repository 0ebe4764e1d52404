"""The trial signature (签名试备): does this foreign PDF take a signature field and a signature? R147.

What signing does later with pyHanko is done once with an empty value; imported only in the examining child.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

FIELD = "QidengTrial"


def prepare_trial(pdf: bytes) -> bytes:
    """The PDF with one empty signature appended; ValueError when that does not work."""
    out = io.BytesIO()
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=True)
        append_signature_field(writer, SigFieldSpec(FIELD, on_page=0, box=(20, 20, 120, 60)))
        embedding = PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer, existing_fields_only=True)
        next(embedding)
        placeholder = PdfSignedData(
            obj_type=pdf_name("/Sig"),
            subfilter=SigSeedSubFilter.PADES,
            timestamp=datetime.now(tz=UTC),
            bytes_reserved=64,
        )
        embedding.send(SigObjSetup(sig_placeholder=placeholder))
        embedding.send(SigIOSetup(md_algorithm="sha256", output=out))
        embedding.send(b"\x30\x00")
    except (PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError, OSError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    return out.getvalue()
