"""Inside the child: look at a foreign file from every side (外来文件检查). Answers codes and numbers. R147.

Order matters: cheap refusals first, pdfium and the trial signature last.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pikepdf
from PIL import Image, ImageStat

from foundation.pdf.kinds import Kind, sniff
from foundation.pdf.render import NotRenderable, open_document, render_open_page
from foundation.pdf.verdict import (
    MAX_IMAGE_PIXELS,
    MAX_PAGE_POINTS,
    MAX_PAGES,
    MAX_PHOTO_PIXELS,
    MIN_PAGE_POINTS,
    MIN_PHOTO_SIDE,
)

THUMBNAIL_WIDTH = 120
BLANK_DEVIATION = 1.5

ACTIONS = {
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/ResetForm",
    "/GoToE",
    "/GoToR",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/RichMediaExecute",
    "/GoTo3DView",
    "/SetOCGState",
    "/Hide",
}
_MEDIA = {"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound", "/PS"}
_HIDDEN, _PRINTED, _NOT_SHOWN = 2, 4, 32
"""Flags of an annotation."""
FILLABLE = {"/Tx", "/Btn", "/Ch"}


class Refused(Exception):
    """Stop here: the code of verdict.REASONS and its numbers."""

    def __init__(self, code: str, *numbers: int) -> None:
        super().__init__(code)
        self.code, self.numbers = code, numbers


@dataclass
class Findings:
    """What was seen of a file that may come in."""

    sizes: list[tuple[float, float]] = field(default_factory=list)
    warnings: list[tuple[str, list[int]]] = field(default_factory=list)

    def warn(self, code: str, *numbers: int) -> None:
        self.warnings.append((code, list(numbers)))


# --- PDF ---------------------------------------------------------------------------------------------------------


def examine_pdf(data: bytes, *, for_signing: bool) -> Findings:
    """Refused, or what there is to know about a PDF."""
    findings = Findings()
    _envelope(data)
    with _opened(data) as pdf:
        _encryption(pdf, findings, for_signing)
        pages = _pages(pdf)
        seen = _walk(pdf)
        _forms(pdf, seen, findings, for_signing)
        _layers(pdf, findings, for_signing)
        _syntax(pdf, findings, for_signing)
    _render(data, pages, findings)
    if for_signing:
        _trial_signature(data)
    return findings


def _envelope(data: bytes) -> None:
    """The bytes around the document: nothing in front, an end, nothing behind (双重文件)."""
    if not data.startswith(b"%PDF-"):
        raise Refused("leading_data")
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data:
        raise Refused("truncated")
    rest = data[end + 5 :].strip(b"\x00\t\n\x0c\r \x1a")
    if b"PK\x05\x06" in data[-66_000:]:
        raise Refused("trailing_data")
    if len(rest) > 64:
        raise Refused("truncated" if _looks_cut(rest) else "trailing_data")


def _looks_cut(rest: bytes) -> bool:
    """An incremental update that stops half-way: objects follow the last %%EOF, but no end."""
    return re.search(rb"\d+ \d+ obj", rest) is not None


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(io.BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("password") from error
    except pikepdf.PdfError as error:
        raise Refused("damaged") from error


def _encryption(pdf: pikepdf.Pdf, findings: Findings, for_signing: bool) -> None:
    if pdf.is_encrypted:
        if for_signing:
            raise Refused("encrypted")
        findings.warn("restricted")


def _pages(pdf: pikepdf.Pdf) -> int:
    try:
        count = len(pdf.pages)
    except (pikepdf.PdfError, RuntimeError) as error:
        raise Refused("damaged") from error
    if count == 0:
        raise Refused("no_pages")
    if count > MAX_PAGES:
        raise Refused("too_many_pages")
    for number, page in enumerate(pdf.pages, start=1):
        _page_size(page, number)
    return count


def _page_size(page: pikepdf.Page, number: int) -> None:
    try:
        unit = float(page.obj.get("/UserUnit", 1))
        for box in (page.mediabox, page.cropbox):
            left, bottom, right, top = (float(value) for value in pikepdf.Array(box).as_list())
            width, height = abs(right - left) * unit, abs(top - bottom) * unit
            if max(width, height) > MAX_PAGE_POINTS or min(width, height) < MIN_PAGE_POINTS:
                raise Refused("page_size", number)
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused("page_size", number) from error


@dataclass
class _Seen:
    signatures: bool = False
    locked: bool = False
    prints_otherwise: bool = False


def _walk(pdf: pikepdf.Pdf) -> _Seen:
    """Every dictionary of the file, referenced or not."""
    seen = _Seen()
    root = pdf.Root
    _catalog(root)
    for entry in pdf.objects:
        for dictionary in dictionaries(entry):
            _dictionary(dictionary, seen)
    return seen


def dictionaries(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The dictionaries of one indirect object, without following references."""
    return (each for each in containers(entry) if not isinstance(each, pikepdf.Array))


def containers(entry: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """One indirect object and what lies in it directly: streams, dictionaries and arrays."""
    waiting = [entry]
    while waiting:
        current = waiting.pop()
        if isinstance(current, pikepdf.Stream):
            yield current
            waiting.extend(value for value in current.stream_dict.as_dict().values() if _inner(value))
        elif isinstance(current, pikepdf.Dictionary):
            yield current
            waiting.extend(value for value in current.as_dict().values() if _inner(value))
        elif isinstance(current, pikepdf.Array):
            yield current
            waiting.extend(value for value in current.as_list() if _inner(value))


def _inner(value: object) -> bool:
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect


def _catalog(root: pikepdf.Object) -> None:
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        if "/JavaScript" in names:
            raise Refused("javascript")
        if "/EmbeddedFiles" in names:
            raise Refused("embedded_files")
    if "/Collection" in root:
        raise Refused("embedded_files")
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and name_at(opening, "/S") not in {"/GoTo", ""}:
        raise Refused("javascript" if name_at(opening, "/S") == "/JavaScript" else "action")


def _dictionary(entry: pikepdf.Object, seen: _Seen) -> None:
    kind, subtype, action = name_at(entry, "/Type"), name_at(entry, "/Subtype"), name_at(entry, "/S")
    if "/JS" in entry or action == "/JavaScript":
        raise Refused("javascript")
    if "/AA" in entry or (action in ACTIONS and kind != "/StructElem"):
        raise Refused("action")
    if "/EF" in entry or kind == "/EmbeddedFile" or subtype == "/FileAttachment":
        raise Refused("embedded_files")
    if "/XFA" in entry:
        raise Refused("xfa")
    if subtype in _MEDIA:
        raise Refused("media")
    if _is_elsewhere(entry, subtype):
        raise Refused("external_data")
    if subtype == "/Image":
        _image(entry)
    seen.prints_otherwise |= _prints_otherwise(entry, subtype)
    if "/ByteRange" in entry:
        seen.signatures = True
    if name_at(entry, "/TransformMethod") == "/DocMDP":
        parameters = entry.get("/TransformParams")
        allowed = parameters.get("/P", 2) if isinstance(parameters, pikepdf.Dictionary) else 2
        seen.locked = seen.locked or int(allowed) == 1


def _is_elsewhere(entry: pikepdf.Object, subtype: str) -> bool:
    """A stream whose bytes, or a drawing whose page, lie in another file."""
    return (isinstance(entry, pikepdf.Stream) and "/F" in entry) or (subtype == "/Form" and "/Ref" in entry)


def _prints_otherwise(entry: pikepdf.Object, subtype: str) -> bool:
    """An annotation for paper alone, a second picture for the printer, a program of its own, a file in its stead."""
    if "/Rect" in entry:
        flags = entry.get("/F", 0)
        return isinstance(flags, int) and flags & (_HIDDEN | _PRINTED | _NOT_SHOWN) == _PRINTED | _NOT_SHOWN
    return (subtype == "/Image" and "/Alternates" in entry) or (
        subtype in {"/Form", "/Image"} and any(key in entry for key in ("/OPI", "/PS", "/Subtype2"))
    )


def _image(entry: pikepdf.Object) -> None:
    try:
        pixels = int(entry.get("/Width", 0)) * int(entry.get("/Height", 0))
    except (TypeError, ValueError) as error:
        raise Refused("damaged") from error
    if not 0 <= pixels <= MAX_IMAGE_PIXELS:
        raise Refused("huge_image")


def name_at(entry: pikepdf.Object, key: str) -> str:
    """The name under a key, with its slash; empty when there is none."""
    value = entry.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _forms(pdf: pikepdf.Pdf, seen: _Seen, findings: Findings, for_signing: bool) -> None:
    if seen.locked and for_signing:
        raise Refused("signed_locked")
    if seen.signatures and not for_signing:
        findings.warn("already_signed")
    if seen.prints_otherwise:
        if for_signing:
            raise Refused("prints_otherwise")
        findings.warn("prints_otherwise")
    if any(name_at(entry, "/FT") in FILLABLE for entry in pdf.objects if isinstance(entry, pikepdf.Dictionary)):
        if for_signing:
            raise Refused("fillable")
        findings.warn("fillable")


def _layers(pdf: pikepdf.Pdf, findings: Findings, for_signing: bool) -> None:
    if has_hidden_layers(pdf):
        if for_signing:
            raise Refused("hidden_layers")
        findings.warn("hidden_layers")


def has_hidden_layers(pdf: pikepdf.Pdf) -> bool:
    """Optional content that is off, or differs between screen and print."""
    layers = pdf.Root.get("/OCProperties")
    if not isinstance(layers, pikepdf.Dictionary):
        return False
    usual = layers.get("/D")
    if not isinstance(usual, pikepdf.Dictionary):
        return False
    off = usual.get("/OFF")
    hidden = (isinstance(off, pikepdf.Array) and len(off) > 0) or name_at(usual, "/BaseState") == "/OFF"
    return hidden or "/AS" in usual or any(map(_is_off_somewhere, _listed(layers.get("/OCGs"))))


def _listed(value: pikepdf.Object | None) -> list[pikepdf.Object]:
    listed: list[pikepdf.Object] = list(value.as_list()) if isinstance(value, pikepdf.Array) else []
    return [each for each in listed if isinstance(each, pikepdf.Dictionary)]


def _is_off_somewhere(layer: pikepdf.Object) -> bool:
    """Whether a layer says of itself that it is not shown, or not printed: PDFium heeds that without being asked."""
    usage = layer.get("/Usage")
    if not isinstance(usage, pikepdf.Dictionary):
        return False
    told = ((usage.get("/View"), "/ViewState"), (usage.get("/Print"), "/PrintState"))
    return any(isinstance(each, pikepdf.Dictionary) and name_at(each, key) == "/OFF" for each, key in told)


def _syntax(pdf: pikepdf.Pdf, findings: Findings, for_signing: bool) -> None:
    """Whatever qpdf had to repair, and every stream decoded once (a bomb ends in the limits)."""
    problems = [*pdf.check_pdf_syntax(), *map(str, pdf.get_warnings())]
    if any("memory limit" in problem for problem in problems):
        raise Refused("too_heavy")
    if problems:
        if for_signing:
            raise Refused("damaged")
        findings.warn("repaired")


def _render(data: bytes, pages: int, findings: Findings) -> None:
    number = 1
    try:
        with open_document(data) as document:
            if len(document) != pages:
                raise Refused("damaged")
            for number in range(1, pages + 1):
                findings.sizes.append(document.get_page_size(number - 1))
                if _blank(render_open_page(document, number - 1, THUMBNAIL_WIDTH)):
                    findings.warn("blank_page", number)
    except NotRenderable as error:
        raise Refused("not_renderable", number) from error
    if len({(round(min(size) / 30), round(max(size) / 30)) for size in findings.sizes}) > 1:
        findings.warn("mixed_sizes")


def _blank(thumbnail: Image.Image) -> bool:
    return float(ImageStat.Stat(thumbnail.convert("L")).stddev[0]) < BLANK_DEVIATION


def _trial_signature(data: bytes) -> None:
    """Add a signature field and an empty signature the way signing would, and read the outcome back."""
    from foundation.pdf.trial import prepare_trial

    try:
        prepared = prepare_trial(data)
    except ValueError as error:
        raise Refused("not_signable") from error
    if not prepared.startswith(data):
        raise Refused("not_signable")
    with _opened(prepared) as pdf:
        if pdf.get_warnings():
            raise Refused("not_signable")


# --- pictures ----------------------------------------------------------------------------------------------------

_FOREIGN = (b"<?php", b"<script")


def examine_picture(data: bytes) -> Findings:
    """Refused, or the size of a JPEG or PNG that decodes to its last row."""
    findings = Findings()
    if b"PK\x05\x06" in data[-66_000:] or b"%PDF-" in data[:2048] or any(mark in data for mark in _FOREIGN):
        raise Refused("photo_polyglot")
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            width, height = picture.size
            if width * height > MAX_PHOTO_PIXELS:
                raise Refused("photo_too_big")
            if min(width, height) < MIN_PHOTO_SIDE:
                raise Refused("photo_too_small")
            if picture.format == "PNG" and getattr(picture, "n_frames", 1) > 1:
                findings.warn("animated")
            picture.load()
            turned = picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}
    except Image.DecompressionBombError as error:
        raise Refused("photo_too_big") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused("photo_broken") from error
    findings.sizes.append((height, width) if turned else (width, height))
    return findings


EXAMINE: dict[Kind, Callable[[bytes, bool], Findings]] = {
    Kind.PDF: lambda data, for_signing: examine_pdf(data, for_signing=for_signing),
    Kind.JPEG: lambda data, _: examine_picture(data),
    Kind.PNG: lambda data, _: examine_picture(data),
}


def examine(data: bytes, *, for_signing: bool) -> Findings:
    """By content; the parent has refused other kinds already."""
    return EXAMINE[sniff(data)](data, for_signing)
