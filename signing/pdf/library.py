"""PDF files that others made: cross-reference streams, object streams, hybrid files. Read and appended to by pyHanko.

pyHanko tells where objects stand in each revision and writes the update; values are still judged as bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType

from signing.pdf.errors import SigningError
from signing.pdf.objects import PdfFile
from signing.pdf.syntax import UNCERTAIN, Dict, Raw, parse_dict

_TAIL = re.compile(rb"startxref[\r\n ]+\d{1,10}[\r\n ]+%%EOF(\r\n|\n|\r|)")


class _Verbatim(generic.PdfObject):
    """An object that is written as the bytes it was given."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def write_to_stream(self, stream: Any, handler: Any = None, container_ref: Any = None) -> None:
        stream.write(self.body)


class _Quiet(IncrementalPdfFileWriter):
    """Writes what it is given and nothing else: no version, no dates, no metadata."""

    output_version = (1, 0)

    def _update_meta(self) -> None:
        return None


class LibraryFile(PdfFile):
    """A file read by pyHanko."""

    def __init__(self, data: bytes, reader: Any) -> None:
        super().__init__(data)
        self._reader = reader
        self.revisions = reader.total_revisions
        self.size = int(reader.trailer["/Size"]) + 1
        self._tails = [self._find_tail(revision) for revision in range(self.revisions)]

    @classmethod
    def read(cls, data: bytes) -> LibraryFile:
        """SigningError when the file is broken beyond the standard, or encrypted."""
        try:
            reader = PdfFileReader(BytesIO(data), strict=True)
            if reader.encrypted:
                raise SigningError("encrypted", "文件已加密，不能签署；请去掉密码后重新上传")
            return cls(data, reader)
        except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
            raise SigningError("structure", f"文件结构有误，不能作为标准 PDF 读取（{type(error).__name__}）") from None

    def root_at(self, revision: int) -> int:
        resolver = self._reader.get_historical_resolver(revision % self.revisions)
        return int(resolver.root_ref.idnum)

    def ends(self, revision: int) -> tuple[int, int]:
        return self._tails[revision]

    def changed(self, revision: int) -> set[int]:
        xrefs = self._reader.xrefs
        written = {int(ref.idnum) for ref in xrefs.explicit_refs_in_revision(revision)}
        written |= {int(ref.idnum) for ref in xrefs.refs_freed_in_revision(revision)}
        return written - {0} - {number for number in self.carriers(revision) if not self._existed(number, revision)}

    def position(self, number: int, revision: int = -1) -> int | None:
        found = self._marker(number, revision)
        return found if isinstance(found, int) else None

    def trailer(self, revision: int = -1) -> Dict:
        flat = self._reader.trailer.flatten(revision % self.revisions)
        return parse_dict(_written(flat))

    def tail(self, revision: int) -> int:
        info = self._reader.xrefs.get_xref_container_info(revision)
        return int(info.end_location if info.stream_ref is not None else info.declared_startxref)

    def hybrid(self, revision: int) -> bool:
        kind = self._reader.xrefs.get_xref_container_info(revision).xref_section_type
        return kind in {XRefSectionType.HYBRID_MAIN, XRefSectionType.HYBRID_STREAM}

    def placed(self, revision: int) -> list[tuple[int, int]]:
        carriers = ((self.position(number, revision), number) for number in self.carriers(revision))
        return sorted({*super().placed(revision), *((at, number) for at, number in carriers if at is not None)})

    def value(self, number: int, revision: int = -1) -> Raw:
        marker = self._marker(number, revision)
        if marker is None or isinstance(marker, int):
            return super().value(number, revision)
        reference = generic.Reference(number, 0, self._reader)
        try:
            return _written(self._reader.get_object(reference, revision % self.revisions))
        except (PdfError, ValueError, KeyError) as error:
            raise SigningError(
                "structure", f"文件结构有误：第 {number} 号对象不能读取（{type(error).__name__}）"
            ) from None

    def mentions(self, numbers: Collection[int], revision: int) -> bool:
        if super().mentions(numbers, revision):
            return True
        packed = (number for number in self.changed(0) if self.position(number, 0) is None)
        return any(self.references(self.value(number, 0)) & {*numbers, UNCERTAIN} for number in packed)

    def append(self, objects: Mapping[int, bytes]) -> bytes:
        data = self.data if self.data.endswith((b"\n", b"\r")) else self.data + b"\n"
        writer: Any = _Quiet(BytesIO(data), self._reader)
        while writer.allocate_placeholder().idnum < max(objects):
            continue
        for number, body in objects.items():
            writer.objects[(0, number)] = _Verbatim(body)
        out = BytesIO()
        writer.write(out)
        return out.getvalue()

    def _marker(self, number: int, revision: int) -> Any:
        reference = generic.Reference(number, 0, self._reader)
        return self._reader.xrefs.get_historical_ref(reference, revision % self.revisions)

    def _existed(self, number: int, revision: int) -> bool:
        return revision > 0 and self._marker(number, revision - 1) is not None

    def carriers(self, revision: int) -> set[int]:
        xrefs = self._reader.xrefs
        carriers = {int(ref.idnum) for ref in xrefs.object_streams_used_in(revision)}
        own = xrefs.get_xref_container_info(revision).stream_ref
        return carriers | ({int(own.idnum)} if own is not None else set())

    def _find_tail(self, revision: int) -> tuple[int, int]:
        match = _TAIL.search(self.data, self._reader.xrefs.get_xref_container_info(revision).end_location)
        if not match:
            raise SigningError("structure", "文件结构有误：找不到文件结尾标记")
        return match.end() - len(match[1]), match.end()


def _written(value: generic.PdfObject) -> Raw:
    out = BytesIO()
    value.write_to_stream(out, None)
    return out.getvalue()


def read_pdf(data: bytes) -> PdfFile:
    """The file by the strict reader if it is of the simple kind, else by the library."""
    from signing.pdf.classic import ClassicFile
    from signing.pdf.errors import NotClassic

    try:
        return ClassicFile.read(data)
    except NotClassic:
        return LibraryFile.read(data)
