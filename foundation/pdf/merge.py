"""Several files become one (自备文书合并): PDFs and pictures in the order given, one clean PDF. R035.

What only a viewer program would do (links, scripts, forms, attachments) stays behind; what is seen stays.
Rewriting also mends small flaws of foreign producers, so what is to be signed is merged first, even if it is one file.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import pikepdf

from foundation.pdf.assemble import CannotAssemble, images_to_pdf
from foundation.pdf.examine import has_hidden_layers
from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.verdict import MAX_BYTES, MAX_PAGES, rejected

_PAGE_KEYS = {
    "/Type",
    "/Parent",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Resources",
    "/Contents",
    "/Group",
}


def merge(files: Sequence[bytes], *, max_bytes: int = MAX_BYTES) -> bytes:
    """One PDF of admitted PDFs and pictures, deterministic; CannotAssemble says in Chinese why not."""
    if not files:
        raise CannotAssemble("没有文件可以合并，请先上传。")
    whole = pikepdf.new()
    for part in _parts(files, max_bytes):
        _append(whole, part)
        if len(whole.pages) > MAX_PAGES:
            raise CannotAssemble(f"合并后超过 {MAX_PAGES} 页，请只留下与本次申请有关的页。")
    whole.remove_unreferenced_resources()
    out = io.BytesIO()
    whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    merged = out.getvalue()
    if len(merged) > max_bytes:
        raise CannotAssemble("合并后的文件超过 20 MB，请降低扫描分辨率（200 到 300 dpi 就够）后重新上传。")
    return merged


def _parts(files: Sequence[bytes], max_bytes: int) -> list[bytes]:
    """Neighbouring pictures together, so that they share the room of one file."""
    parts: list[bytes] = []
    pictures: list[bytes] = []
    room = max_bytes - sum(len(file) for file in files if sniff(file) is Kind.PDF)
    count = max(1, sum(sniff(file).is_picture for file in files))
    for file in [*files, b""]:
        kind = sniff(file)
        if kind.is_picture:
            pictures.append(file)
            continue
        if pictures:
            parts.append(images_to_pdf(pictures, max_bytes=max(1, room * len(pictures) // count)))
            pictures = []
        if kind is Kind.PDF:
            parts.append(file)
        elif file:
            raise CannotAssemble("只能合并 PDF、JPEG 和 PNG 文件。")
    return parts


def _append(whole: pikepdf.Pdf, part: bytes) -> None:
    """The pages of a part, annotations drawn into the page, nothing else of it."""
    try:
        with pikepdf.open(io.BytesIO(part), suppress_warnings=True) as pdf:
            if has_hidden_layers(pdf):
                raise CannotAssemble(str(rejected("hidden_layers")))
            pdf.flatten_annotations("all")
            for page in pdf.pages:
                for key in [key for key in page.obj.as_dict() if key not in _PAGE_KEYS]:
                    del page.obj[key]
            whole.pages.extend(pdf.pages)
    except pikepdf.PdfError as error:
        raise CannotAssemble("有一个 PDF 打不开，请重新上传。") from error
