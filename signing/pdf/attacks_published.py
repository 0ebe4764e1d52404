"""Attacks on signed PDFs that have been published, each rebuilt by us: forged values (USF), incremental saving (ISA),
wrapping (SWA), shadow documents, and what certified documents were made to carry (EAA, SSA).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from signing.pdf import forgery
from signing.pdf.fields import acro_form, catalog, find_field, pages
from signing.pdf.fonts import stream
from signing.pdf.forgery import (
    EVIL,
    FIRST,
    SECOND,
    SIGNERS,
    Attack,
    certified,
    entries_of,
    fields_only,
    hole,
    new_field,
    once,
    once_packed,
    rewritten,
    signed_over,
    then_sign,
    update,
    value_number,
    wide_hole_signed,
    written,
)
from signing.pdf.library import read_pdf
from signing.pdf.slots import add_signature_fields
from signing.pdf.syntax import Dict, parse_dict, reference, reference_of, references_in, write_array, write_dict
from signing.pdf.testing import SLOTS, own_pdf, packed_update

# ---------------------------------------------------------------- universal forgery: a value that nobody can check


def value_with(change: Callable[[Dict], Dict]) -> bytes:
    """The value's dictionary is written again, so that a careless reader finds nothing to check."""
    number = value_number(once(), FIRST)
    return update(once(), {number: write_dict(change(dict(read_pdf(once()).dict_of(reference(number)))))})


def in_place(old: bytes, new: bytes) -> bytes:
    """The same inside the signed revision: as long as before, so that nothing moves."""
    return once().replace(old, new.ljust(len(old)), 1)


def range_in_place(new: bytes) -> bytes:
    found = re.search(rb"/ByteRange \[[^\]]*\]", once())
    return in_place(found[0] if found else b"", new)


def contents_in_place(new: bytes) -> bytes:
    return in_place(b"/Contents " + hole(once()), new)


def contents_twice() -> bytes:
    """Two values in one dictionary: one reader takes the first, another the last."""
    prepared = SIGNERS.prepare(fields_only(), FIRST, SIGNERS.person)
    objects = written(prepared.pdf)
    number = value_number(prepared.pdf, FIRST)
    return rewritten(prepared, fields_only(), {**objects, number: objects[number][:-2] + b"/Contents <00>>>"}, SIGNERS.person)  # fmt: skip


# ---------------------------------------------------------------- incremental saving that is no proper update


def _evil_object(pdf: bytes) -> bytes:
    number = reference_of(pages(read_pdf(pdf))[0].entries[b"Contents"]) or 0
    return b"%d 0 obj\n%b\nendobj\n" % (number, EVIL)


def saved_without_table() -> bytes:
    return once() + _evil_object(once())


def saved_without_end() -> bytes:
    """An update whose table is there, but neither startxref nor end: lenient readers rebuild the table and find it."""
    file, first = read_pdf(once()), len(once())
    body = _evil_object(once())
    number = int(body.split(b" ", 1)[0])
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n" % (number, first)
    return once() + body + table + write_dict(file.trailer())


def saved_in_a_comment() -> bytes:
    return once() + b"%" + _evil_object(once()).replace(b"\n", b"\r")


def saved_without_objects() -> bytes:
    """A table without a single entry: nothing changes, but the file is another one."""
    file = read_pdf(once())
    at = int(re.findall(rb"startxref\n(\d+)", once())[-1])
    trailer = write_dict({**file.trailer(), b"Prev": b"%d" % at})
    return once() + b"xref\n0 0\ntrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(once()))


# ---------------------------------------------------------------- wrapping


def objects_in_the_hole() -> bytes:
    """The hole is made wide before signing; behind the value it is closed, and objects stand in its rest."""
    good = wide_hole_signed(450)
    whole = hole(good)
    hidden = b">/Pad (" + _evil_object(good) + b")/Rest <"
    return good.replace(whole, whole[: -len(hidden) - 1] + hidden + b">", 1)


# ---------------------------------------------------------------- shadow: what is prepared before signing


def _with_page(entries: Dict, objects: dict[int, bytes]) -> bytes:
    """Our document, its first page changed, with the signature fields, before anybody has signed."""
    base = own_pdf()
    page = pages(read_pdf(base))[0]
    return add_signature_fields(update(base, {**objects, page.number: write_dict({**page.entries, **entries})}), SLOTS)


def _signed(pdf: bytes) -> bytes:
    return SIGNERS.sign(pdf, FIRST, SIGNERS.person)


def shadow_hide() -> bytes:
    """A white sheet covers the text while it is signed; afterwards the sheet is emptied."""
    file = read_pdf(own_pdf())
    page = pages(file)[0]
    cover = file.size + 9
    both = write_array([page.entries[b"Contents"], reference(cover)])
    signed = _signed(_with_page({b"Contents": both}, {cover: stream(b"1 g 0 0 595 842 re f")}))
    return then_sign(update(signed, {cover: stream(b"")}))


def shadow_replace() -> bytes:
    """The font is exchanged: the same codes show other figures."""
    file = read_pdf(once())
    resources = file.dict_of(pages(file)[0].entries[b"Resources"])
    font = min(references_in(file.resolve(resources[b"Font"])))
    entries = entries_of(file, font)
    return then_sign(update(once(), {font: write_dict({**entries, b"BaseFont": b"/Evil"})}))


def shadow_glyphs() -> bytes:
    """The program of the font itself is exchanged."""
    file = read_pdf(once())
    numbers = (n for n in range(1, file.size) if b"FontFile2" in file.value(n) or b"FontFile3" in file.value(n))
    described = entries_of(file, next(numbers))
    key = next(each for each in described if each.startswith(b"FontFile"))
    return then_sign(update(once(), {reference_of(described[key]) or 0: stream(b"other glyphs")}))


def shadow_hide_and_replace() -> bytes:
    """A second page lies unused in the signed bytes; the update brings no object, its table only points there."""
    base = own_pdf()
    page = pages(read_pdf(base))[0]
    evil = read_pdf(base).size + 40
    other = b"%d 0 obj\n%b\nendobj\n" % (page.number, write_dict({**page.entries, b"Contents": reference(evil)}))
    start = update(base, {evil: EVIL})
    at = int(re.findall(rb"startxref\n(\d+)", start)[-1])
    hidden = start[:at] + other + start[at:]
    hidden = re.sub(rb"startxref\n%d\n" % at, b"startxref\n%d\n" % (at + len(other)), hidden)
    signed = _signed(add_signature_fields(hidden, SLOTS))
    last = int(re.findall(rb"startxref\n(\d+)", signed)[-1])
    trailer = write_dict({**read_pdf(signed).trailer(), b"Prev": b"%d" % last})
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n%b\nstartxref\n%d\n%%%%EOF\n"
    return signed + table % (page.number, at, trailer, len(signed))


# ---------------------------------------------------------------- layers and forms


def _layers(off: bool, number: int) -> bytes:
    usual = b"<</OFF[%d 0 R]>>" % number if off else b"<</ON[%d 0 R]>>" % number
    return b"<</OCGs[%d 0 R]/D%b>>" % (number, usual)


def layer_switched(*, direct: bool) -> bytes:
    """A layer that was on when the document was signed is off afterwards."""
    base = own_pdf()
    file = read_pdf(base)
    group, layers = file.size + 5, file.size + 6
    stands = _layers(off=False, number=group)
    root = {**catalog(file), b"OCProperties": stands if direct else reference(layers)}
    objects = {group: b"<</Type/OCG/Name(x)>>", layers: stands, file.root_at(-1): write_dict(root)}
    signed = _signed(add_signature_fields(update(base, objects), SLOTS))
    after = _layers(off=True, number=group)
    now = read_pdf(signed)
    changed = {now.root_at(-1): write_dict({**catalog(now), b"OCProperties": after})} if direct else {layers: after}
    return then_sign(update(signed, changed))


def with_text_field() -> tuple[bytes, int]:
    """Our document with a filled text field beside the places to sign."""
    pdf = fields_only()
    file = read_pdf(pdf)
    root, form, page = catalog(file), acro_form(file), pages(file)[1]
    look, field = file.size, file.size + 1
    widget = b"<</Type/Annot/Subtype/Widget/FT/Tx/T(capital)/V(100)/F 4/Rect[60 400 240 420]/AP<</N %d 0 R>>>>" % look
    shown = write_array([*file.items_of(page.entries.get(b"Annots")), reference(field)])
    listed = write_array([*file.items_of(form[b"Fields"]), reference(field)])
    objects = {
        look: stream(b"BT (100) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 180 20]"),
        field: widget,
        page.number: write_dict({**page.entries, b"Annots": shown}),
        reference_of(root[b"AcroForm"]) or 0: write_dict({**form, b"Fields": listed}),
    }
    return update(pdf, objects), field


def filled(pdf: bytes, number: int, *, look_only: bool) -> bytes:
    """The value of a text field, or only what it looks like, is another."""
    entries = read_pdf(pdf).dict_of(reference(number))
    look = reference_of(parse_dict(entries[b"AP"])[b"N"]) or 0
    if look_only:
        return update(pdf, {look: stream(b"BT (900) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 180 20]")})
    return update(pdf, {number: write_dict({**entries, b"V": b"(900)"})})


def filled_in_later(*, look_only: bool = False) -> bytes:
    pdf, number = with_text_field()
    return then_sign(filled(_signed(pdf), number, look_only=look_only))


def form_told(key: bytes, value: bytes) -> bytes:
    """An entry of the form itself is added after signing."""
    file = read_pdf(once())
    number = reference_of(catalog(file)[b"AcroForm"]) or 0
    return then_sign(update(once(), {number: write_dict({**acro_form(file), key: value})}))


def catalog_told(key: bytes, value: bytes) -> bytes:
    """An entry of the catalogue is added after signing."""
    file = read_pdf(once())
    return then_sign(update(once(), {file.root_at(-1): write_dict({**catalog(file), key: value})}))


def page_told(key: bytes, value: bytes) -> bytes:
    """An entry of the first page is added after signing."""
    file = read_pdf(once())
    page = pages(file)[0]
    return then_sign(update(once(), {page.number: write_dict({**page.entries, key: value})}))


# ---------------------------------------------------------------- certified documents


def evil_annotation() -> bytes:
    """EAA: notes are allowed by the certification; one that covers the page is laid over it."""
    return covered(certified(3))


def covered(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    page = pages(file)[0]
    note = b"<</Type/Annot/Subtype/FreeText/Rect[0 0 595 842]/C[1 1 1]/F 4/Contents(100 000 000)/DA(/F1 40 Tf)>>"
    shown = write_array([*file.items_of(page.entries.get(b"Annots")), reference(file.size)])
    return update(pdf, {file.size: note, page.number: write_dict({**page.entries, b"Annots": shown})})


def sneaky_signature() -> bytes:
    """SSA: signing is allowed by the certification; the new signature's field is as large as the page."""
    return SIGNERS.sign(new_field(certified(2)), "extra", SIGNERS.other)


def roomy_place_prepared() -> bytes:
    """The author keeps a place as large as the page for an accomplice, who signs last and draws over everything."""
    file = read_pdf(fields_only())
    field = find_field(file, SECOND)
    start = update(fields_only(), {field.number: write_dict({**field.entries, b"Rect": b"[0 0 595 842]"})})
    return then_sign(_signed(start))


# ---------------------------------------------------------------- time-stamps and validation data


def stamp_instead_of_signature() -> bytes:
    """A document time-stamp in the place of a signature: it proves a time, and nobody's will."""
    prepared = SIGNERS.prepare(fields_only(), FIRST, SIGNERS.person)
    objects = written(prepared.pdf)
    number = value_number(prepared.pdf, FIRST)
    body = objects[number].replace(b"/Type/Sig", b"/Type/DocTimeStamp").replace(b"/Type /Sig", b"/Type /DocTimeStamp")
    body = body.replace(b"ETSI.CAdES.detached", b"ETSI.RFC3161")
    return rewritten(prepared, fields_only(), {**objects, number: body}, SIGNERS.person)


def validation_data_brings_content() -> bytes:
    """Validation data (/DSS) is added as it may be, and a page changed on the way."""
    file = read_pdf(once())
    content = reference_of(pages(file)[0].entries[b"Contents"]) or 0
    root = write_dict({**catalog(file), b"DSS": b"<</Certs[]>>"})
    return update(once(), {file.root_at(-1): root, content: EVIL})


# ---------------------------------------------------------------- two in one, and readers that disagree


def two_in_one_revision() -> bytes:
    """A second value is written in the revision of a good one; each range leaves out its own value and no other."""
    prepared = SIGNERS.prepare(once(), SECOND, SIGNERS.other)
    objects = written(prepared.pdf)
    third, own = find_field(read_pdf(once()), "seal"), value_number(prepared.pdf, SECOND)
    number = max(objects) + 1
    copied = objects[own].replace(hole(prepared.pdf[len(once()) :]), hole(once()))
    objects |= {number: copied, third.number: write_dict({**third.entries, b"V": reference(number)})}
    pdf, gaps = update(once(), objects), dict[int, tuple[int, int]]()
    for found in re.finditer(rb"/ByteRange \[0[^\]]*\]", pdf[len(once()) :]):
        at = found.start() + len(once())
        gap = pdf.index(b"<", at), pdf.index(b">", at) + 1
        ranges = b"/ByteRange [0 %010d %010d %010d]" % (gap[0], gap[1], len(pdf) - gap[1])
        pdf, gaps[at] = pdf[:at] + ranges + pdf[at + len(ranges) :], gap
    gap = gaps[min(gaps)]
    return signed_over(replace(prepared, pdf=pdf, gap=gap), pdf[: gap[0]] + pdf[gap[1] :], SIGNERS.other)


def swapped_in_an_object_stream() -> bytes:
    """A page is written anew inside a compressed object, where no byte of it can be read."""
    file = read_pdf(once_packed())
    page = pages(file)[0]
    evil = file.size
    body = write_dict({**page.entries, b"Contents": reference(evil)})
    return then_sign(packed_update(update(once_packed(), {evil: EVIL}), {page.number: body}))


PUBLISHED: dict[str, Attack] = {
    "value without contents": Attack(lambda: value_with(lambda v: {k: x for k, x in v.items() if k != b"Contents"}), "range_wrapped", "移花接木"),
    "value without range": Attack(lambda: value_with(lambda v: {k: x for k, x in v.items() if k != b"ByteRange"}), "range", "写得不对"),
    "range erased": Attack(lambda: range_in_place(b""), "range", "写得不对"),
    "range null": Attack(lambda: range_in_place(b"/ByteRange null"), "range", "写得不对"),
    "range of nothing": Attack(lambda: range_in_place(b"/ByteRange [0 0 0 0]"), "range_overlap", "重叠"),
    "range negative": Attack(lambda: range_in_place(b"/ByteRange [0 -1 -2 9]"), "range_beyond", "超出"),
    "range of two numbers": Attack(lambda: range_in_place(b"/ByteRange [0 900]"), "range", "写得不对"),
    "range of six numbers": Attack(lambda: range_in_place(b"/ByteRange [0 1 2 3 4 5]"), "range", "写得不对"),
    "contents erased": Attack(lambda: contents_in_place(b""), "range_hole", "漏掉"),
    "contents empty": Attack(lambda: contents_in_place(b"/Contents <>"), "range_hole", "漏掉"),
    "contents zero": Attack(lambda: contents_in_place(b"/Contents <" + b"0" * (len(hole(once())) - 2) + b">"), "container", "CMS"),
    "contents null": Attack(lambda: contents_in_place(b"/Contents null"), "range_hole", "漏掉"),
    "contents twice": Attack(contents_twice, "structure", "结构有误"),
    "saved without a table": Attack(saved_without_table, "trailing", "结尾之后"),
    "saved without an end": Attack(saved_without_end, "trailing", "结尾之后"),
    "saved in a comment": Attack(saved_in_a_comment, "trailing", "结尾之后"),
    "saved without an object": Attack(saved_without_objects, "saved_after", "又被保存过"),
    "objects in the hole": Attack(objects_in_the_hole, "range_hole", "漏掉"),
    "shadow: cover emptied": Attack(shadow_hide, "content", "第 1 页的内容"),
    "shadow: font exchanged": Attack(shadow_replace, "content", "第 1 页的内容"),
    "shadow: glyphs exchanged": Attack(shadow_glyphs, "content", "第 1 页的内容"),
    "shadow: table points to a hidden page": Attack(shadow_hide_and_replace, "page", "第 1 页"),
    "layer switched": Attack(lambda: layer_switched(direct=False), "layers", "图层"),
    "layer switched in the catalogue": Attack(lambda: layer_switched(direct=True), "catalog", "文档目录"),
    "form filled in later": Attack(filled_in_later, "form", "表单域"),
    "look of a form field changed": Attack(lambda: filled_in_later(look_only=True), "annotation", "表单域"),
    "appearances to be drawn anew": Attack(lambda: form_told(b"NeedAppearances", b"true"), "form", "表单"),
    "dynamic form added": Attack(lambda: form_told(b"XFA", b"(<xdp/>)"), "form", "表单"),
    "script added": Attack(lambda: catalog_told(b"OpenAction", b"<</S/JavaScript/JS(1)>>"), "catalog", "文档目录"),
    "attachment added": Attack(lambda: catalog_told(b"AF", b"[<</Type/Filespec/F(a)>>]"), "catalog", "文档目录"),
    "page turned": Attack(lambda: page_told(b"Rotate", b"180"), "page", "第 1 页"),
    "page cropped": Attack(lambda: page_told(b"CropBox", b"[0 400 595 842]"), "page", "第 1 页"),
    "certified, note laid over": Attack(evil_annotation, "annotation", "批注"),
    "certified, signature laid over": Attack(sneaky_signature, "form", "表单"),
    "place as large as the page, signed last": Attack(roomy_place_prepared, "widget", "盖住了页面的一大块"),
    "time-stamp instead of a signature": Attack(stamp_instead_of_signature, "sub_filter", "种类"),
    "validation data brings content": Attack(validation_data_brings_content, "content", "第 1 页的内容"),
    "two signatures in one revision": Attack(two_in_one_revision, "same_revision", "同一个版本"),
    "page in an object stream": Attack(swapped_in_an_object_stream, "page", "第 1 页"),
    "signature hidden while signing": Attack(lambda: forgery.changed_while_signing(lambda e: {**e, b"F": b"2"}), "widget", "移动或改动"),
    "signature of no size while signing": Attack(lambda: forgery.changed_while_signing(lambda e: {**e, b"Rect": b"[0 0 0 0]"}), "widget", "移动或改动"),
}  # fmt: skip
