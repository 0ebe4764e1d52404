"""The examining child: `python -m foundation.pdf.admission_child signing|viewing`, file on stdin, JSON on stdout."""

from __future__ import annotations

import json
import sys

import pikepdf
from PIL import Image

from foundation.pdf.confine import confine
from foundation.pdf.examine import Refused, examine
from foundation.pdf.verdict import MAX_PHOTO_PIXELS

DECODED_BYTES = 256 * 1024 * 1024
"""One stream unpacked: more is a bomb."""


def main() -> int:
    """Read, examine, answer. An exit code other than 0 tells the parent that the file was too much."""
    for_signing = sys.argv[1:] == ["signing"]
    confine()
    pikepdf.settings.set_qpdf_limits(flate_max_memory=DECODED_BYTES, dct_max_memory=DECODED_BYTES)
    Image.MAX_IMAGE_PIXELS = MAX_PHOTO_PIXELS
    data = sys.stdin.buffer.read()
    try:
        findings = examine(data, for_signing=for_signing)
    except Refused as refusal:
        answer: dict[str, object] = {"code": refusal.code, "numbers": refusal.numbers}
    except MemoryError:
        answer = {"code": "too_heavy", "numbers": []}
    else:
        answer = {"sizes": findings.sizes, "warnings": findings.warnings}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
