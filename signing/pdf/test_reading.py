"""What was read once is remembered by its bytes, and is what a first reading would have said. R147."""

from __future__ import annotations

import pytest

from signing.pdf.classic import ClassicFile
from signing.pdf.errors import NotClassic, SigningError
from signing.pdf.library import read_pdf
from signing.pdf.objects import PdfFile, Stored
from signing.pdf.slots import add_signature_fields
from signing.pdf.testing import SLOTS, Signers, own_pdf, stream_pdf

BODIES = {
    "dictionary": b"<</A 1/B (x)>>",
    "number": b"42",
    "end in a string": b"<</A (endobj)/B 2>>",
    "end in a comment": b"<</A 1>> % endobj",
    "end in a name": b"<</A /endobj/B 2>>",
    "comment before the end": b"<</A 1>> % here\n",
    "stream": b"<</Length 6>>\nstream\nendobj\nendstream",
    "nested": b"<</A <</B [1 0 R (endobj)]>>>>",
}


@pytest.fixture(scope="module")
def signed() -> bytes:
    signers = Signers.make()
    return signers.sign(add_signature_fields(own_pdf(), SLOTS), SLOTS[0].name, signers.person)


def every_object(file: PdfFile) -> list[tuple[int, int]]:
    return [(number, at) for revision in range(file.revisions) for at, number in file.placed(revision)]


def test_every_object_is_read_alike_by_both_ways(signed: bytes) -> None:
    for data in (signed, add_signature_fields(stream_pdf(), SLOTS)):
        file = read_pdf(data)
        assert len(every_object(file)) > 10
        for number, at in every_object(file):
            assert file._read_object(number, at) == file._read_any_object(number, at)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_end_that_is_none_deceives_nobody(body: bytes) -> None:
    base = read_pdf(own_pdf())
    number = base.size
    file = read_pdf(base.append({number: body}))
    found = file.stored(number)
    assert isinstance(found, Stored)
    assert body.startswith(found.raw)
    assert file.data[: found.end].endswith(body + b"\nendobj")
    assert found == file._read_any_object(number, found.start)


def test_the_same_bytes_elsewhere_are_an_object_elsewhere() -> None:
    base = read_pdf(own_pdf())
    once = read_pdf(base.append({base.size: b"<</A 1>>"}))
    twice = read_pdf(once.append({base.size: b"<</A 1>>", base.size + 1: b"<</A 1>>"}))
    places = [twice.stored(base.size, 1), twice.stored(base.size, 2), twice.stored(base.size + 1)]
    assert all(each is not None and twice.data.startswith(b"<</A 1>>", each.value_start) for each in places)
    assert len({each.start for each in places if each}) == 3


def test_an_object_under_another_number_is_refused() -> None:
    base = read_pdf(own_pdf())
    whole, number = base.append({base.size: b"<</A 1>>"}), b"%d" % base.size
    at = whole.rindex(number + b" 0 obj")
    wrong = whole[:at] + b"1".zfill(len(number)) + whole[at + len(number) :]
    assert read_pdf(whole).value(base.size) == b"<</A 1>>"
    with pytest.raises(SigningError, match="交叉引用表指向的位置没有"):
        read_pdf(wrong).stored(base.size)


@pytest.mark.parametrize(
    "between", [b"% startxref\n", b"(x) ", b"<<>> ", b"startxref\n0\n%%EOF\n", b"% startxref\n0\n%%EOF\n"]
)
def test_nothing_stands_between_a_trailer_and_its_end(between: bytes) -> None:
    data = own_pdf()
    at = data.rindex(b"startxref")
    with pytest.raises(NotClassic):
        ClassicFile.read(data[:at] + between + data[at:])


def test_a_table_of_another_place_is_refused_though_it_was_read_before() -> None:
    data = own_pdf()
    assert ClassicFile.read(data).revisions == 1
    at = data.rindex(b"xref\n", 0, data.rindex(b"startxref"))
    number = data[data.rindex(b"startxref") + 10 :].split()[0]
    moved = (data[:at] + b" " + data[at:]).replace(b"startxref\n" + number, b"startxref\n%d" % (int(number) + 1))
    assert ClassicFile.read(moved).tail(0) == int(number) + 1
    with pytest.raises(NotClassic):
        ClassicFile.read(data[:at] + b" " + data[at:])


def test_what_others_made_is_appended_to_twice_alike() -> None:
    file = read_pdf(add_signature_fields(stream_pdf(), SLOTS))
    first, second = (read_pdf(file.append({file.size: b"<</A 1>>"})) for _ in range(2))
    assert first.revisions == second.revisions == file.revisions + 1
    assert first.value(file.size) == second.value(file.size) == b"<</A 1>>"
    assert first.data.startswith(file.data)
    assert second.data.startswith(file.data)
    assert first.trailer().keys() == second.trailer().keys()
    assert file.trailer() == read_pdf(file.data).trailer()
