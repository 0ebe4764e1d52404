"""签名位置: every signature field a document will ever have is added once, before the first signature. R139, R147.

Afterwards signing changes nothing but one field at a time, and whatever else changes is a forgery.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from signing.pdf.additions import LARGEST
from signing.pdf.appearance import LABEL_KEY, Drawing, label_font
from signing.pdf.errors import SigningError
from signing.pdf.fields import Page, acro_form, all_fields, catalog, pages
from signing.pdf.fonts import stream
from signing.pdf.library import read_pdf
from signing.pdf.objects import PdfFile
from signing.pdf.syntax import (
    Dict,
    PdfSyntaxError,
    integer_of,
    reference,
    reference_of,
    write_array,
    write_dict,
    write_numbers,
    write_text,
)

_PRINTED_AND_LOCKED = b"132"
_SIGNATURES_AND_APPEND_ONLY = 3
_SMALLEST, _TOLERANCE = 8.0, 1.0


@dataclass(frozen=True)
class Slot:
    """A place for one signature, in points from the lower left corner of the page as it is shown."""

    name: str
    """Unique in the document; no full stop."""
    page: int
    """From 0."""
    x: float
    y: float
    width: float
    height: float
    kind: Literal["person", "seal"] = "person"


def add_signature_fields(pdf: bytes, slots: Sequence[Slot]) -> bytes:
    """The document with all its signature fields, invisible until signed. Appends only; what stands stays as it is.

    SigningError when the file cannot be read, is signed already, or a slot does not fit.
    """
    if not slots:
        raise SigningError("no_slot", "没有指定签名位置")
    file = read_pdf(pdf)
    try:
        return _add(file, slots)
    except (PdfSyntaxError, UnicodeDecodeError) as error:
        raise SigningError("structure", f"文件结构有误，不能添加签名位置（{error}）") from None


def _add(file: PdfFile, slots: Sequence[Slot]) -> bytes:
    root, form = catalog(file), acro_form(file)
    _check_form(file, root, form, slots)
    shown = pages(file)
    drawing = Drawing(file.size)
    label = drawing.add_font(label_font())
    empty = drawing.add(stream(b"", b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>"))
    widgets: dict[int, list[int]] = {}
    for slot in slots:
        page = _page_of(slot, shown)
        widgets.setdefault(slot.page, []).append(drawing.add(_widget(slot, page, empty)))
    changed = dict(drawing.objects)
    for index, added in widgets.items():
        entries = dict(shown[index].entries)
        annotations = file.items_of(entries.get(b"Annots"))
        entries[b"Annots"] = write_array([*annotations, *map(reference, added)])
        changed[shown[index].number] = write_dict(entries)
    fields = [number for index in sorted(widgets) for number in widgets[index]]
    body = write_dict(_new_form(file, form, fields, label))
    own = reference_of(root.get(b"AcroForm"))
    if own is not None:
        changed[own] = body
    else:
        number = drawing.next_number
        changed[number] = body
        changed[file.root_at(-1)] = write_dict({**root, b"AcroForm": reference(number)})
    return file.append(changed)


def _new_form(file: PdfFile, form: Dict, fields: list[int], label: int) -> Dict:
    resources = dict(file.dict_of(form.get(b"DR")))
    known = dict(file.dict_of(resources.get(b"Font")))
    resources[b"Font"] = write_dict({**known, LABEL_KEY: reference(label)})
    flags = integer_of(file.resolve(form.get(b"SigFlags", b"0"))) | _SIGNATURES_AND_APPEND_ONLY
    return {
        **form,
        b"Fields": write_array([*file.items_of(form.get(b"Fields")), *map(reference, fields)]),
        b"SigFlags": b"%d" % flags,
        b"DR": write_dict(resources),
    }


def _check_form(file: PdfFile, root: Dict, form: Dict, slots: Sequence[Slot]) -> None:
    known = list(all_fields(file))
    if any(field.kind == b"/Sig" and field.signed for field in known) or b"Perms" in root:
        raise SigningError("signed", "文件已经有签名，不能再添加签名位置；请上传未签署的原件")
    if b"XFA" in form:
        raise SigningError("xfa", "文件是动态表单（XFA），不能签署；请打印成普通 PDF 后重新上传")
    names = [slot.name for slot in slots]
    taken = {field.name for field in known}
    for slot in slots:
        if not slot.name or "." in slot.name:
            raise SigningError("slot_name", f"签名位置的名称“{slot.name}”不能为空，也不能含有点号")
        if slot.name in taken or names.count(slot.name) > 1:
            raise SigningError("slot_name", f"签名位置的名称“{slot.name}”重复")


def _page_of(slot: Slot, shown: Sequence[Page]) -> Page:
    if not 0 <= slot.page < len(shown):
        raise SigningError("slot_page", f"签名位置“{slot.name}”在第 {slot.page + 1} 页，文件只有 {len(shown)} 页")
    page = shown[slot.page]
    wide, high = page.size
    inside = slot.x >= -_TOLERANCE and slot.y >= -_TOLERANCE
    inside = inside and slot.x + slot.width <= wide + _TOLERANCE and slot.y + slot.height <= high + _TOLERANCE
    if not inside or min(slot.width, slot.height) < _SMALLEST:
        raise SigningError("slot_place", f"签名位置“{slot.name}”超出第 {slot.page + 1} 页，或小到看不清")
    if slot.width * slot.height > LARGEST * wide * high:
        raise SigningError("slot_place", f"签名位置“{slot.name}”太大，会盖住第 {slot.page + 1} 页的一大块")
    return page


def _widget(slot: Slot, page: Page, empty: int) -> bytes:
    entries: Dict = {
        b"Type": b"/Annot",
        b"Subtype": b"/Widget",
        b"FT": b"/Sig",
        b"T": write_text(slot.name),
        b"TU": write_text("印章" if slot.kind == "seal" else "签名"),
        b"F": _PRINTED_AND_LOCKED,
        b"Rect": write_numbers(page.place(slot.x, slot.y, slot.width, slot.height)),
        b"P": reference(page.number),
        b"AP": write_dict({b"N": reference(empty)}),
    }
    if page.rotation:
        entries[b"MK"] = write_dict({b"R": b"%d" % page.rotation})
    return write_dict(entries)
