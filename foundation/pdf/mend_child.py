"""The mending child: `python -m foundation.pdf.mend_child signing|viewing`, file on stdin; a line of JSON, then the PDF."""

from __future__ import annotations

import json
import sys

import pikepdf

from foundation.pdf.admission_child import DECODED_BYTES
from foundation.pdf.confine import confine
from foundation.pdf.repair import Beyond, repaired
from foundation.pdf.sameness import Unlike, same_pages
from foundation.pdf.verdict import MAX_BYTES

HEAD_BYTES = 4096


def main() -> int:
    """Mend, compare, answer. An exit code other than 0 tells the parent that the file was too much."""
    for_signing = sys.argv[1:] == ["signing"]
    confine(output=MAX_BYTES + HEAD_BYTES)
    pikepdf.settings.set_qpdf_limits(flate_max_memory=DECODED_BYTES, dct_max_memory=DECODED_BYTES)
    before, after = sys.stdin.buffer.read(), b""
    try:
        after, done = repaired(before, for_signing=for_signing)
        answer: dict[str, object] = {"steps": done, "pages": same_pages(before, after)}
    except Beyond as beyond:
        answer, after = {"code": beyond.code, "page": 0}, b""
    except Unlike as unlike:
        answer, after = {"code": "differs" if unlike.page else "unseen", "page": unlike.page}, b""
    except MemoryError:
        answer, after = {"code": "too_heavy", "page": 0}, b""
    if len(after) > MAX_BYTES:
        answer, after = {"code": "too_big", "page": 0}, b""
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
