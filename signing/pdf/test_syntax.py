"""Values of a PDF as bytes: where they end, and that nothing is read as something else. R147."""

from __future__ import annotations

import random

import pytest

from signing.pdf.syntax import UNCERTAIN, PdfSyntaxError, end_of_value, parse_array, parse_dict, references_in


@pytest.mark.parametrize(
    ("raw", "entries"),
    [
        (b"<</A#42/B/C 1>>", {b"AB": b"/B", b"C": b"1"}),
        (b"<</A 1 0 R/B(x)/C[1 2]/D<41>>>", {b"A": b"1 0 R", b"B": b"(x)", b"C": b"[1 2]", b"D": b"<41>"}),
        (b"<</Inner<</Deep<</X 1>>>>/After true>>", {b"Inner": b"<</Deep<</X 1>>>>", b"After": b"true"}),
        (b"<</Key<<>>/K e>>", {b"Key": b"<<>>", b"K": b"e"}),
        (b"<< /T (a \\( b) /U /V >>", {b"T": b"(a \\( b)", b"U": b"/V"}),
    ],
)
def test_a_dictionary_is_read_as_it_is_written(raw: bytes, entries: dict[bytes, bytes]) -> None:
    assert parse_dict(raw) == entries


@pytest.mark.parametrize(
    "raw", [b"<</A 1/A 2>>", b"<</A#42 1/AB 2>>", b"<</A>>", b"<</A 1>>x", b"<<A 1>>", b"<</A <4g>>>", b"<</A (x>>"]
)
def test_what_is_no_dictionary_is_refused(raw: bytes) -> None:
    with pytest.raises(PdfSyntaxError):
        parse_dict(raw)


@pytest.mark.parametrize("inner", [b"1 <</B 2>>", b" /X <AB> /Y (s) <<>> ", b"<4f> [<</A[<42>]>>]", b"a<<>>b<43>"])
def test_what_nests_ends_where_it_ends(inner: bytes) -> None:
    whole = b"[" + inner + b"]"
    assert end_of_value(whole + b" /After", 0) == len(whole)
    assert b"".join(parse_array(whole)).replace(b" ", b"") == inner.replace(b" ", b"")


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (b"[7 0 R 8 0 R]", {7, 8}),
        (b"12 0 R", {12}),
        (b"1234567 " + b" " * 30 + b"0 R", {1234567}),
        (b"9 %R\n0 %%\n%x\nR]", {9}),
        (b"0.83 0.09 0.11 RG 1 0 0 RG (see 5 0 Rest)", set()),
        (b"stream %\xff\x00\nR\n R", set()),
        (b"[999.0 0 R]", {999, 0}),
        (b"[+7 000 R]", {7}),
        (b"[9e2 0 R]", {9, 2, 900}),
        (b"[- 0 R]", set()),
    ],
)
def test_references_are_found_however_they_are_parted_and_nothing_else_is(data: bytes, numbers: set[int]) -> None:
    assert references_in(data) == numbers


def test_what_a_picture_happens_to_spell_is_no_reference_that_cannot_be_told() -> None:
    noise = random.Random(38).randbytes(40 * 1024 * 1024)
    found = references_in(noise)
    assert UNCERTAIN not in found
    assert len(found) < 3
