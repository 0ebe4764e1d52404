"""Files on disk (命令行): admitted one by one, and mended into a folder on demand. R147."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from foundation.pdf.admission import admit_upload, refuse_by_head
from foundation.pdf.kinds import HEAD
from foundation.pdf.mending import Mended, NotMended, mend
from foundation.pdf.verdict import MAX_BYTES, Admitted, Rejected, rejected


def plain(text: object) -> str:
    """As much as fits into a line: a name may not begin one, move the cursor, turn the writing round or be no text."""
    return "".join(each if each.isprintable() or each == "\u3000" else "\ufffd" for each in str(text))


def admit_file(path: Path, *, for_signing: bool = True) -> Admitted | Rejected:
    """As admit_upload, for a file on disk: its length is looked at before a byte is read."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            early = refuse_by_head(file.read(HEAD), size)
            if early is not None:
                return early
            file.seek(0)
            return admit_upload(file.read(MAX_BYTES + 1), for_signing=for_signing)
    except OSError:
        return rejected("unreadable")


def admit_files(paths: Iterable[str | Path], *, for_signing: bool = True, mend_into: Path | None = None) -> int:
    """Print `FILE admit` or `FILE reject: reason` for each file; how many stay out.

    With `mend_into` a second line follows each refusal: `FILE mended: RESULT what was done` or `FILE not mended: reason`.
    A file that was mended does not stay out; the original is left as it is.
    """
    out = 0
    for path in map(Path, paths):
        match admit_file(path, for_signing=for_signing):
            case Admitted():
                print(f"{plain(path)} admit", flush=True)
            case Rejected() as refusal:
                print(f"{plain(path)} reject: {refusal}", flush=True)
                out += mend_into is None or not _mended(path, refusal, mend_into, for_signing=for_signing)
    return out


def _mended(path: Path, refusal: Rejected, folder: Path, *, for_signing: bool) -> bool:
    content = b"" if refusal.code in {"unreadable", "too_big"} else path.read_bytes()
    match mend(content, refusal, for_signing=for_signing):
        case Mended() as mended:
            result = _kept(mended.content, path.stem, folder)
            print(f"{plain(path)} mended: {plain(result)} {'；'.join(mended.sentences)}", flush=True)
            return True
        case NotMended() as reason:
            print(f"{plain(path)} not mended: {reason}", flush=True)
            return False


def _kept(content: bytes, stem: str, folder: Path) -> Path:
    """Where the bytes were written: a name that was free."""
    for place in _places(folder, stem):
        try:
            with place.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return place
    raise AssertionError("names never run out")


def _places(folder: Path, stem: str) -> Iterator[Path]:
    yield folder / f"{stem}.pdf"
    number = 1
    while True:
        number += 1
        yield folder / f"{stem}-{number}.pdf"
