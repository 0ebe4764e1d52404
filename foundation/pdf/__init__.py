"""PDF and pictures (文件的看、收、拼): render pages, admit uploads, straighten photos, merge. R035, R143, R147.

A pure library without tables. `photos` and `compare` load OpenCV, so they are imported by name where they are used.
"""

from foundation.pdf.admission import admit, admit_picture, admit_upload, refuse_by_head
from foundation.pdf.assemble import CannotAssemble, images_to_pdf
from foundation.pdf.folders import admit_files
from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.mending import Mended, NotMended, mend
from foundation.pdf.render import NotRenderable, page_count, page_sizes, render_page_jpeg
from foundation.pdf.verdict import MAX_BYTES, MAX_PAGES, Admitted, Rejected

__all__ = [
    "MAX_BYTES",
    "MAX_PAGES",
    "Admitted",
    "CannotAssemble",
    "Kind",
    "Mended",
    "NotMended",
    "NotRenderable",
    "Rejected",
    "admit",
    "admit_files",
    "admit_picture",
    "admit_upload",
    "images_to_pdf",
    "mend",
    "page_count",
    "page_sizes",
    "refuse_by_head",
    "render_page_jpeg",
    "sniff",
]
