"""Form fields and pins drawn into the page as they are shown now (表单固定). Inside the child. R147."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pikepdf
from pikepdf import Name

from foundation.pdf.examine import FILLABLE, name_at

_UNSEEN = 1 | 2 | 32
"""Flags of an annotation that is not on the screen: invisible, hidden, no view."""

Test = Callable[[pikepdf.Object], bool]


def is_pin(value: pikepdf.Object) -> bool:
    """The annotation that shows an attachment."""
    return name_at(value, "/Subtype") == "/FileAttachment"


def is_field(value: pikepdf.Object | None) -> bool:
    """A form field, its widget, or what names one in the structure of the document."""
    if not isinstance(value, pikepdf.Dictionary):
        return False
    if name_at(value, "/Type") == "/OBJR":
        return is_field(value.get("/Obj"))
    return _is_widget(value) or "/FT" in value


def has_fields(pdf: pikepdf.Pdf) -> bool:
    """Whether something can be filled in."""
    found = (each for each in pdf.objects if isinstance(each, pikepdf.Dictionary))
    return any(name_at(each, "/FT") in FILLABLE for each in found)


def draw_fields(pdf: pikepdf.Pdf) -> Counter[str]:
    """Every field on the screen becomes part of its page, the form goes; how many of which kind."""
    done: Counter[str] = Counter()
    for page in pdf.pages:
        for widget in filter(_is_widget, _annotations(page)):
            kind = "places" if _kind(widget) == "/Sig" else "hidden" if _is_unseen(widget) else "fields"
            done[kind] += 1
    draw(pdf, _is_widget)
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]
    return done


def draw(pdf: pikepdf.Pdf, chosen: Test) -> None:
    """Put what the chosen annotations show into their pages, and take them off."""
    for page in pdf.pages:
        annotations = _annotations(page)
        drawn = [each for each in annotations if chosen(each)]
        if not drawn:
            continue
        content = b"".join(_content(page, each) for each in drawn)
        page.contents_add(b"q\n", prepend=True)
        page.contents_add(b"\nQ\n" + content)
        page.obj.Annots = pikepdf.Array([each for each in annotations if not chosen(each)])


def _content(page: pikepdf.Page, annotation: pikepdf.Object) -> bytes:
    """The operators that draw one annotation; none when it shows nothing."""
    seen = pikepdf.Annotation(annotation)
    appearance = seen.get_appearance_stream(Name.N)
    if not isinstance(appearance, pikepdf.Stream) or _is_unseen(annotation):
        return b""
    name = page.add_resource(appearance, Name.XObject, _free_name(page))
    return b"q\n" + seen.get_page_content_for_appearance(name, page.rotation, 0, _UNSEEN) + b"\nQ\n"


def _free_name(page: pikepdf.Page) -> Name:
    """A name that no other picture of the page has, the same each time."""
    known = page.resources.get("/XObject", pikepdf.Dictionary()).keys()
    number = len(known)
    while f"/Drawn{number}" in known:
        number += 1
    return Name(f"/Drawn{number}")


def _annotations(page: pikepdf.Page) -> list[pikepdf.Object]:
    listed = page.obj.get("/Annots")
    if not isinstance(listed, pikepdf.Array):
        return []
    return [each for each in listed.as_list() if isinstance(each, pikepdf.Dictionary)]


def _is_widget(annotation: pikepdf.Object) -> bool:
    return name_at(annotation, "/Subtype") == "/Widget"


def _is_unseen(annotation: pikepdf.Object) -> bool:
    return bool(int(annotation.get("/F", 0)) & _UNSEEN)


def _kind(widget: pikepdf.Object) -> str:
    """The kind of field, its own or its parent's."""
    above = widget.get("/Parent")
    return name_at(widget, "/FT") or (name_at(above, "/FT") if isinstance(above, pikepdf.Dictionary) else "")
