"""Forged files, made by us: every way we know to pass something off as signed. Used by tests, listed for reviewers.

Each attack starts from documents that are good and says by which code it must be refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from foundation.crypto import crypto
from foundation.crypto.x509 import EVENT, Issuer, Subject, issue_certificate
from foundation.crypto.x509.testing import NOON
from signing.pdf import cms
from signing.pdf.attacks_published import PUBLISHED
from signing.pdf.attacks_trust import TRUST
from signing.pdf.fields import catalog, find_field, pages
from signing.pdf.forgery import (
    EVIL,
    FIRST,
    SECOND,
    SIGNERS,
    Attack,
    certified,
    changed_while_signing,
    entries_of,
    fields_only,
    hole,
    new_field,
    once,
    once_packed,
    resigned,
    rewritten,
    signed_over,
    then_sign,
    twice,
    update,
    value_number,
    with_reference,
    written,
)
from signing.pdf.library import read_pdf
from signing.pdf.sign import merge
from signing.pdf.slots import add_signature_fields
from signing.pdf.syntax import parse_dict, reference, reference_of, write_array, write_dict
from signing.pdf.testing import SLOTS, hybrid_update, own_pdf, stream_pdf

# ---------------------------------------------------------------- bytes and ranges


def changed_byte() -> bytes:
    at = once().index(b"stream\n") + 100
    return once()[:at] + bytes([once()[at] ^ 1]) + once()[at + 1 :]


def changed_value() -> bytes:
    pdf = bytearray(once())
    value = cms.read_container(bytes.fromhex(hole(once()).strip(b"<>").decode())).value.hex().encode()
    at = once().index(value) + len(value) - 1
    pdf[at] = ord("0") if pdf[at] != ord("0") else ord("1")
    return bytes(pdf)


def with_range(change: Callable[[list[int], int], list[int]]) -> bytes:
    """A signature over the range that `change` makes of the true one: digest and value are right for that range."""
    prepared = SIGNERS.prepare(fields_only(), FIRST, SIGNERS.person)
    start, end = prepared.gap
    numbers = change([0, start, end, len(prepared.pdf) - end], len(prepared.pdf))
    written = b"/ByteRange [%d %010d %010d %010d]" % tuple(numbers)
    pdf = re.sub(rb"/ByteRange \[0 \d{10} \d{10} \d{10}\]", written, prepared.pdf)
    covered = pdf[numbers[0] : numbers[0] + numbers[1]] + pdf[numbers[2] : numbers[2] + numbers[3]]
    return signed_over(replace(prepared, pdf=pdf), covered, SIGNERS.person)


def short_range() -> bytes:
    return with_range(lambda true, size: [*true[:3], true[3] - 40])


def range_beyond() -> bytes:
    return with_range(lambda true, size: [*true[:3], true[3] + 40])


def late_start() -> bytes:
    return with_range(lambda true, size: [9, true[1] - 9, true[2], true[3]])


def overlapping_range() -> bytes:
    return with_range(lambda true, size: [0, true[2] + 20, true[2], true[3]])


def wide_hole() -> bytes:
    return with_range(lambda true, size: [0, true[1] - 60, true[2], true[3]])


def wrapped() -> bytes:
    """Signature wrapping: the signed second half is moved back, the value and its range are written anew behind it."""
    good = once()
    start, end = good.index(hole(good)), good.index(hole(good)) + len(hole(good))
    file, shift = read_pdf(good), 64
    table = int(re.findall(rb"startxref\n(\d+)", good)[-1])
    moved = good[:end] + b" " * shift + good[end:]
    number = value_number(good, FIRST)
    value = re.sub(rb"\[0 \d+ \d+ \d+\]", b"[0 %d %d %d]" % (start, end + shift, len(good) - end), file.value(number))
    root = file.root_at(-1)
    evil_root = write_dict({**catalog(file), b"Lang": b"(en)"})
    bodies = (b"%d 0 obj\n%b\nendobj\n" % (number, value), b"%d 0 obj\n%b\nendobj\n" % (root, evil_root))
    first = len(moved)
    second = first + len(bodies[0])
    rows = b"xref\n%d 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (root, second, number, first)
    trailer = b"trailer\n" + write_dict({**file.trailer(), b"Prev": b"%d" % (table + shift)})
    return moved + b"".join(bodies) + rows + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % (second + len(bodies[1]))


def trailing_bytes(pdf: bytes) -> bytes:
    return pdf + b"\n\n% more"


def value_outside_its_revision() -> bytes:
    """A copy of the value is written again later: the old range is good, but the value that counts lies outside it."""
    file = read_pdf(once())
    number = value_number(once(), FIRST)
    return update(once(), {number: file.value(number)})


# ---------------------------------------------------------------- what came after


def saved_again() -> bytes:
    file = read_pdf(once())
    return update(once(), {file.size: b"<</Nothing true>>"})


def new_page(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    tree = reference_of(catalog(file)[b"Pages"]) or 0
    entries = entries_of(file, tree)
    content, page = file.size, file.size + 1
    kids = write_array([*file.items_of(entries[b"Kids"]), reference(page)])
    return update(
        pdf,
        {
            content: EVIL,
            page: b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R>>" % (tree, content),
            tree: write_dict({**entries, b"Kids": kids, b"Count": b"4"}),
        },
    )


def swapped_content(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    return update(pdf, {reference_of(pages(file)[0].entries[b"Contents"]) or 0: EVIL})


def swapped_for_new_readers(pdf: bytes) -> bytes:
    """Old readers see the signed page, new ones another: the swap stands in a hybrid table only."""
    return hybrid_update(pdf, {reference_of(pages(read_pdf(pdf))[0].entries[b"Contents"]) or 0: EVIL})


def swapped_page_entry(pdf: bytes) -> bytes:
    """The page is told to show another content stream."""
    file = read_pdf(pdf)
    page = pages(file)[0]
    body = write_dict({**page.entries, b"Contents": reference(file.size)})
    return update(pdf, {file.size: EVIL, page.number: body})


def swapped_appearance(pdf: bytes) -> bytes:
    """The first signer's name is drawn anew."""
    file = read_pdf(pdf)
    form = reference_of(parse_dict(find_field(file, FIRST).entries[b"AP"])[b"N"]) or 0
    return update(pdf, {form: EVIL.replace(b"<<", b"<</Type/XObject/Subtype/Form/BBox[0 0 180 70]", 1)})


def moved_first_signature(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    field = find_field(file, FIRST)
    return update(pdf, {field.number: write_dict({**field.entries, b"Rect": b"[0 0 595 842]"})})


def covered_by_annotation(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    page = pages(file)[0]
    note = b"<</Type/Annot/Subtype/Square/Rect[0 0 595 842]/IC[1 1 1]/C[1 1 1]/F 4>>"
    shown = write_array([*file.items_of(page.entries[b"Annots"]), reference(file.size)])
    return update(pdf, {file.size: note, page.number: write_dict({**page.entries, b"Annots": shown})})


def metadata_changed(pdf: bytes) -> bytes:
    file = read_pdf(pdf)
    return update(pdf, {reference_of(file.trailer()[b"Info"]) or 0: b"<</Title (other)>>"})


def freed_object() -> bytes:
    """The page's content is declared free."""
    file = read_pdf(once())
    number = reference_of(pages(file)[0].entries[b"Contents"]) or 0
    added = update(once(), {file.size: b"<</Nothing true>>"})
    table = added.rindex(b"xref\n", 0, added.rindex(b"startxref"))
    row = b"xref\n%d 1\n0000000000 00001 f \n" % number
    return added[:table] + row + added[table + 5 :]


def hidden_object() -> bytes:
    """Bytes between the objects of a good signature's revision, for readers that search instead of looking up."""
    prepared = SIGNERS.prepare(once(), SECOND, SIGNERS.other)
    at = len(once())
    file = read_pdf(once())
    hidden = b"%d 0 obj\n<</Type/Catalog/Pages 1 0 R/Evil true>>\nendobj\n" % file.root_at(-1)
    return resigned(prepared, at, hidden, SIGNERS.other)


def with_empty_reference(written_as: bytes, number: int, base: bytes) -> bytes:
    """The author left a reference on the page, written in his way, to an object that is not there; one has signed."""
    page = pages(read_pdf(base))[0]
    both = b"[%b %b]" % (page.entries[b"Contents"], written_as % number)
    start = update(base, {page.number: write_dict({**page.entries, b"Contents": both})})
    return SIGNERS.sign(add_signature_fields(start, SLOTS), FIRST, SIGNERS.person)


def shadow(written_as: bytes = b"%d 0 R") -> bytes:
    """The second signature's appearance brings along the object that an empty reference on the page waits for."""
    empty = read_pdf(own_pdf()).size + 200
    signed = with_empty_reference(written_as, empty, own_pdf())
    prepared = SIGNERS.prepare(signed, SECOND, SIGNERS.other)
    objects = written(prepared.pdf)
    form = reference_of(parse_dict(find_field(read_pdf(prepared.pdf), SECOND).entries[b"AP"])[b"N"]) or 0
    brought = objects[form].replace(b"/Resources <<", b"/Resources <</XObject<</Evil %d 0 R>>" % empty, 1)
    return rewritten(prepared, signed, {**objects, form: brought, empty: EVIL})


def shadow_by_a_table() -> bytes:
    """The empty reference waits for the second signature's cross-reference stream: it may hold drawing operators."""
    usual = read_pdf(then_sign(with_empty_reference(b"%d 0 R", 9999, stream_pdf())))
    table = max(usual.carriers(usual.revisions - 1))
    return then_sign(with_empty_reference(b"%d 0 R", table, stream_pdf()))


def brought_along() -> bytes:
    """An object that the signature does not need comes with it, for a later change to pick up."""
    prepared = SIGNERS.prepare(once(), SECOND, SIGNERS.other)
    objects = written(prepared.pdf)
    return rewritten(prepared, once(), {**objects, max(objects) + 1: EVIL})


def borrowed_appearance() -> bytes:
    """The second signer is shown with the first one's handwriting."""
    first = find_field(read_pdf(once()), FIRST).entries[b"AP"]
    return changed_while_signing(lambda entries: {**entries, b"AP": first})


def value_beside_the_hole() -> bytes:
    """The hole is another string of the dictionary; the value that counts is an old one, copied beside it."""
    prepared = SIGNERS.prepare(once(), SECOND, SIGNERS.other)
    objects = written(prepared.pdf)
    number = value_number(prepared.pdf, SECOND)
    body = objects[number].replace(b"/Contents <", b"/Pad <")[:-2] + b"/Contents " + hole(once()) + b">>"
    return rewritten(prepared, once(), {**objects, number: body})


def two_times() -> bytes:
    """The dictionary states one time, the signed attribute another."""
    prepared = SIGNERS.prepare(fields_only(), FIRST, SIGNERS.person)
    attributes = cms.signed_attributes(SIGNERS.person.certificate, prepared.digest, NOON + timedelta(minutes=20))
    value = crypto().sm2_sign(SIGNERS.person.key.private, attributes)
    return merge(replace(prepared, chain=(), to_be_signed=attributes), value)


def borrowed_value() -> bytes:
    """The second place is given the first signer's value."""
    file = read_pdf(once())
    first, second = find_field(file, FIRST), find_field(file, SECOND)
    body = write_dict({**second.entries, b"V": first.entries[b"V"], b"AP": first.entries[b"AP"]})
    return update(once(), {second.number: body})


def removed_signature() -> bytes:
    """The first signature is taken out of its place; the second is good."""
    file = read_pdf(twice())
    field = find_field(file, FIRST)
    return update(twice(), {field.number: write_dict({k: v for k, v in field.entries.items() if k != b"V"})})


def replaced_signature() -> bytes:
    """The first place is emptied and signed again by another person."""
    file = read_pdf(once())
    field = find_field(file, FIRST)
    emptied = update(once(), {field.number: write_dict({k: v for k, v in field.entries.items() if k != b"V"})})
    return SIGNERS.sign(emptied, FIRST, SIGNERS.other)


def other_root() -> bytes:
    """A new catalogue with other pages is put at the head of the file, and signed."""
    file = read_pdf(once())
    body = write_dict({**catalog(file), b"Lang": b"(en)"})
    pdf = update(once(), {file.size: body})
    old, new = reference(file.root_at(-1)), reference(file.size)
    at = pdf.rindex(b"/Root " + old)
    return then_sign(pdf[:at] + b"/Root " + new + pdf[at + len(b"/Root " + old) :])


# ---------------------------------------------------------------- certificates


def swapped_certificate() -> bytes:
    """Another certificate for the same key stands beside the value; the signed attributes name the true one."""
    other = issue_certificate(
        issuer=SIGNERS.authority.sub,
        subject=Subject("冒名者"),
        public=SIGNERS.person.key.public,
        profile=EVENT,
        not_before=NOON,
        minutes=30,
    )
    prepared = SIGNERS.prepare(fields_only(), FIRST, Issuer(other, SIGNERS.person.key))
    attributes = cms.signed_attributes(SIGNERS.person.certificate, prepared.digest)
    return merge(replace(prepared, to_be_signed=attributes), crypto().sm2_sign(SIGNERS.person.key.private, attributes))


def two_values_in_one() -> bytes:
    """Something follows the container in the padding."""
    pdf = bytearray(once())
    at = once().index(hole(once())) + len(hole(once())) - 3
    pdf[at : at + 2] = b"ff"
    return bytes(pdf)


# ---------------------------------------------------------------- permissions


def locked_then_signed() -> bytes:
    parameters = b"<</Type/TransformParams/Action/Include/Fields[(%b)]/V/1.2>>" % SECOND.encode()
    return then_sign(with_reference(fields_only(), FIRST, b"FieldMDP", parameters))


HARD_TO_SEE = {
    "with wide gaps": b"%d" + b" " * 40 + b"0" + b" " * 40 + b"R",
    "with a comment": b"%d %%x\n0 R",
    "with a long comment": b"%d 0 %%" + b"x" * 5000 + b"\nR",
    "with a long generation": b"%d 000000 R",
    "with a sign": b"%d +0 R",
    "with a decimal point": b"%d.0 0 R",
    "with blanks of PDFium": b"%d\x800\xffR",
}
"""References that one reader follows or another: PDFium, which shows pages in browsers, follows all of these."""

ATTACKS: dict[str, Attack] = {
    "a byte of the page changed": Attack(changed_byte, "digest", "内容被改动过"),
    "a digit of the value changed": Attack(changed_value, "value", "签名值不成立"),
    "something in the padding": Attack(two_values_in_one, "container", "藏有别的内容"),
    "range too short": Attack(short_range, "range_short", "没有保护到文件的结尾"),
    "range beyond the file": Attack(range_beyond, "range_beyond", "超出了文件"),
    "range not from the start": Attack(late_start, "range_start", "没有从文件开头"),
    "range overlaps": Attack(overlapping_range, "range_overlap", "重叠"),
    "hole too wide": Attack(wide_hole, "range_hole", "漏掉"),
    "signature wrapping": Attack(wrapped, "range_hole", "漏掉"),
    "value rewritten later": Attack(value_outside_its_revision, "range_wrapped", "移花接木"),
    "bytes after the end": Attack(lambda: trailing_bytes(once()), "trailing", "结尾之后"),
    "bytes after the end, packed": Attack(lambda: trailing_bytes(once_packed()), "trailing", "结尾之后"),
    "saved after signing": Attack(saved_again, "saved_after", "又被保存过"),
    "page appended": Attack(lambda: new_page(once()), "pages", "增加了页面（原 3 页，现 4 页）"),
    "page appended, then signed": Attack(lambda: then_sign(new_page(once())), "pages", "增加了页面"),
    "page appended, packed": Attack(lambda: new_page(once_packed()), "pages", "增加了页面"),
    "content swapped between two signatures": Attack(
        lambda: then_sign(swapped_content(once())), "content", "第 1 页的内容"
    ),
    "content swapped, packed": Attack(lambda: then_sign(swapped_content(once_packed())), "content", "第 1 页的内容"),
    "content swapped for new readers only": Attack(
        lambda: then_sign(swapped_for_new_readers(once())), "hybrid", "两套"
    ),
    "page redirected between two signatures": Attack(lambda: then_sign(swapped_page_entry(once())), "page", "第 1 页"),
    "appearance swapped": Attack(lambda: then_sign(swapped_appearance(once())), "signed_appearance", "外观"),
    "first signature enlarged": Attack(
        lambda: then_sign(moved_first_signature(once())), "signed_field", "被改动或替换"
    ),
    "page covered by an annotation": Attack(lambda: then_sign(covered_by_annotation(once())), "annotation", "批注"),
    "field added later": Attack(lambda: SIGNERS.sign(new_field(once()), "extra", SIGNERS.other), "form", "表单"),
    "metadata changed": Attack(lambda: then_sign(metadata_changed(once())), "metadata", "文档信息"),
    "content freed": Attack(freed_object, "content", "第 1 页的内容"),
    "object hidden between objects": Attack(hidden_object, "hidden_bytes", "藏有"),
    "empty reference filled later": Attack(shadow, "shadow", "空引用"),
    "empty reference filled by a table": Attack(shadow_by_a_table, "shadow", "空引用"),
    **{
        f"empty reference {how}, filled later": Attack(partial(shadow, written_as), "shadow", "空引用")
        for how, written_as in HARD_TO_SEE.items()
    },
    "field moved while signing": Attack(
        lambda: changed_while_signing(lambda entries: {**entries, b"Rect": b"[0 0 595 842]"}), "widget", "移动或改动"
    ),
    "script added while signing": Attack(
        lambda: changed_while_signing(lambda entries: {**entries, b"AA": b"<</U<</S/JavaScript/JS(1)>>>>"}),
        "widget",
        "移动或改动",
    ),
    "object brought along": Attack(brought_along, "unknown_objects", "夹带"),
    "appearance borrowed": Attack(borrowed_appearance, "appearance", "不是签名时写入的"),
    "value beside the hole": Attack(value_beside_the_hole, "range_wrapped", "移花接木"),
    "two times": Attack(two_times, "time", "不一致"),
    "value borrowed from another signer": Attack(borrowed_value, "value_object", "不是签名时写入的"),
    "signature removed": Attack(removed_signature, "orphan", "移除或替换"),
    "signature replaced": Attack(replaced_signature, "orphan", "移除或替换"),
    "catalogue exchanged": Attack(other_root, "trailer", "根对象"),
    "certificate swapped": Attack(swapped_certificate, "certificate_swapped", "证书可能被替换"),
    "certified as final, then signed": Attack(lambda: then_sign(certified(1)), "docmdp", "不得作任何改动"),
    "certified second": Attack(lambda: certified(2, first=False), "docmdp", "不是文件的第一个签名"),
    "certified but not listed": Attack(lambda: certified(2, listed=False), "docmdp", "没有登记"),
    "locked place signed": Attack(locked_then_signed, "fieldmdp", "锁定"),
    **PUBLISHED,
    **TRUST,
}
