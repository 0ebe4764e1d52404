"""What a file is by its content (按内容判断文件类型): names and declared types prove nothing. R147."""

from __future__ import annotations

from enum import StrEnum

HEAD = 2048


class Kind(StrEnum):
    """Kinds that people really send; only PDF, JPEG and PNG are taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    WEBP = "webp"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"
    OFD = "ofd"
    OFFICE = "office"
    ARCHIVE = "archive"
    PROGRAM = "program"
    VIDEO = "video"
    WEBPAGE = "webpage"
    TEXT = "text"
    EMPTY = "empty"
    UNKNOWN = "unknown"

    @property
    def is_picture(self) -> bool:
        return self in {Kind.JPEG, Kind.PNG}


PROGRAM_HEADS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"#!", b"dex\n")
_HEADS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    *((head, Kind.PROGRAM) for head in PROGRAM_HEADS),
    (b"GIF8", Kind.GIF),
    (b"BM", Kind.BMP),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind.OFFICE),
    (b"Rar!", Kind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Kind.ARCHIVE),
    (b"\x1f\x8b", Kind.ARCHIVE),
    (b"{\\rtf", Kind.OFFICE),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}


def sniff(data: bytes) -> Kind:
    """The kind that the first bytes show. `data` may be the head of a file (HEAD bytes are enough)."""
    head = data[:HEAD]
    if not head:
        return Kind.EMPTY
    for mark, kind in _HEADS:
        if head.startswith(mark):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(head)
    if head[4:8] == b"ftyp":
        return Kind.HEIC if head[8:12] in _HEIC_BRANDS else Kind.VIDEO
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    return _by_text(head)


def _zip_kind(head: bytes) -> Kind:
    if b"[Content_Types].xml" in head or b"word/" in head or b"xl/" in head or b"opendocument" in head:
        return Kind.OFFICE
    if b"OFD.xml" in head or b"Doc_0/" in head:
        return Kind.OFD
    return Kind.ARCHIVE


def _by_text(head: bytes) -> Kind:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<svg", b"<script")):
        return Kind.WEBPAGE
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    control = sum(byte < 9 or 13 < byte < 32 for byte in head)
    return Kind.UNKNOWN if control else Kind.TEXT
