"""Inside the child: put a refused PDF right without changing what is seen (整理). R147, docs/adr/0022.

Never a file that carries signatures, is encrypted, or is another file as well. What is not part of the pages is taken
away, every step is counted, and the file is written anew.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable

import pikepdf

from foundation.pdf import flatten
from foundation.pdf.examine import ACTIONS, containers, dictionaries, name_at
from foundation.pdf.kinds import HEAD, Kind, sniff

_PLAIN = {Kind.PDF, Kind.TEXT, Kind.UNKNOWN, Kind.EMPTY}
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_HEADER = re.compile(rb"(?:\A|[\r\n])%PDF-\d")
_BLANK = b"\x00\t\n\x0c\r \x1a"
_OPENING = {"/GoTo", ""}
"""What may happen when a file is opened: it goes to a page."""


class Beyond(Exception):
    """It cannot be put right, or may not: the code of mending.WHY_NOT."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def repaired(data: bytes, *, for_signing: bool) -> tuple[bytes, Counter[str]]:
    """The PDF written anew, and what was done how often: codes of mending.STEPS. Beyond when there is no lawful way."""
    if b"/ByteRange" in data:
        raise Beyond("signed")
    if len(_HEADER.findall(data)) > 1:
        raise Beyond("double")
    done: Counter[str] = Counter()
    data = _cut(data, done)
    done["history"] = max(0, data.count(b"startxref") - 1 - (b"/Linearized" in data[:1024]))
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            _lawful(pdf)
            _clean(pdf, done, for_signing=for_signing)
            _flaws([*pdf.check_pdf_syntax(), *map(str, pdf.get_warnings())], done)
            return _written(pdf), +done
    except pikepdf.PasswordError as error:
        raise Beyond("password") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise Beyond("broken") from error


def _cut(data: bytes, done: Counter[str]) -> bytes:
    """The document alone, without the bytes in front and behind."""
    start, end = data.find(b"%PDF-"), data.rfind(b"%%EOF") + 5
    before, after = data[:start], data[end:].strip(_BLANK)
    for rest in (before, after):
        if sniff(rest.lstrip(_BLANK)[:HEAD]) not in _PLAIN or any(mark in rest for mark in _ZIP_MARKS):
            raise Beyond("double")
    done["leading"], done["trailing"] = len(before), len(after)
    return data[start:end] + b"\n"


def _lawful(pdf: pikepdf.Pdf) -> None:
    root = pdf.Root
    if pdf.is_encrypted:
        raise Beyond("restricted")
    if "/Perms" in root or any(_is_signed(each) for entry in pdf.objects for each in dictionaries(entry)):
        raise Beyond("signed")
    if "/Collection" in root:
        raise Beyond("portfolio")
    if bool(root.get("/NeedsRendering", False)):
        raise Beyond("dynamic")


def _is_signed(entry: pikepdf.Object) -> bool:
    return "/ByteRange" in entry or (name_at(entry, "/FT") == "/Sig" and "/V" in entry)


# --- what is taken away ------------------------------------------------------------------------------------------


def _clean(pdf: pikepdf.Pdf, done: Counter[str], *, for_signing: bool) -> None:
    form = pdf.Root.get("/AcroForm")
    dynamic = isinstance(form, pikepdf.Dictionary) and "/XFA" in form
    _count(pdf, done)
    flatten.draw(pdf, flatten.is_pin)
    gone = [_is_script, _is_action, _is_parcel]
    if dynamic or (for_signing and flatten.has_fields(pdf)):
        done.update(flatten.draw_fields(pdf))
        done["dynamic"] = int(dynamic)
        gone.append(flatten.is_field)
    _catalog(pdf.Root)
    for entry in pdf.objects:
        for container in containers(entry):
            _take_out(container, lambda value: any(test(value) for test in gone))


def _count(pdf: pikepdf.Pdf, done: Counter[str]) -> None:
    """What there is to take away, before anything is touched."""
    for entry in pdf.objects:
        for each in dictionaries(entry):
            done["scripts"] += _is_script(each)
            done["actions"] += _is_action(each) or _is_idle(each.get("/AA"))
            done["attachments"] += "/EF" in each
    names = pdf.Root.get("/Names")
    for key, kind in (("/JavaScript", "scripts"), ("/EmbeddedFiles", "attachments")):
        if isinstance(names, pikepdf.Dictionary) and key in names:
            done[kind] = max(1, done[kind])
    opening = pdf.Root.get("/OpenAction")
    if _opens_otherwise(opening) and not _is_script(opening) and not _is_action(opening):
        done["actions"] += 1


def _is_idle(triggers: pikepdf.Object | None) -> bool:
    """Triggers (/AA) none of which is counted by itself."""
    if not isinstance(triggers, pikepdf.Dictionary):
        return False
    return not any(_is_script(each) or _is_action(each) for each in triggers.as_dict().values())


def _opens_otherwise(opening: pikepdf.Object | None) -> bool:
    """Whether something else than going to a page happens when the file is opened."""
    return isinstance(opening, pikepdf.Dictionary) and name_at(opening, "/S") not in _OPENING


def _catalog(root: pikepdf.Object) -> None:
    if _opens_otherwise(root.get("/OpenAction")):
        del root["/OpenAction"]
    names = root.get("/Names")
    if isinstance(names, pikepdf.Dictionary):
        for key in ("/JavaScript", "/EmbeddedFiles"):
            if key in names:
                del names[key]


def _is_script(value: pikepdf.Object | None) -> bool:
    return isinstance(value, pikepdf.Dictionary) and ("/JS" in value or name_at(value, "/S") == "/JavaScript")


def _is_action(value: pikepdf.Object | None) -> bool:
    if not isinstance(value, pikepdf.Dictionary) or _is_script(value):
        return False
    return name_at(value, "/S") in ACTIONS and name_at(value, "/Type") != "/StructElem"


def _is_parcel(value: pikepdf.Object) -> bool:
    """An attachment, or the pin that shows one on a page."""
    if isinstance(value, pikepdf.Stream):
        return name_at(value, "/Type") == "/EmbeddedFile"
    return isinstance(value, pikepdf.Dictionary) and ("/EF" in value or flatten.is_pin(value))


def _take_out(container: pikepdf.Object, is_gone: Callable[[pikepdf.Object], bool]) -> None:
    if isinstance(container, pikepdf.Array):
        for place in reversed(range(len(container))):
            if is_gone(container[place]):
                del container[place]
        return
    holder = container.stream_dict if isinstance(container, pikepdf.Stream) else container
    if isinstance(holder, pikepdf.Dictionary):
        for key, value in list(holder.as_dict().items()):
            if key in {"/AA", "/AF"} or is_gone(value):
                del holder[key]


# --- writing -----------------------------------------------------------------------------------------------------


def _flaws(problems: list[str], done: Counter[str]) -> None:
    """What had to be guessed on reading."""
    done["lengths"] = sum("recovered stream length" in each for each in problems)
    done["table"] = int(any("cross-reference" in each or "xref" in each for each in problems))
    done["flaws"] = int(bool(problems) and not done["lengths"] and not done["table"])


def _written(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()
