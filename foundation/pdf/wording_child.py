"""The comparing child: `python -m foundation.pdf.wording_child`, on stdin the length of the text, the text and the PDF."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from foundation.pdf.confine import confine
from foundation.pdf.render import NotRenderable
from foundation.pdf.wording import wording_compare

HEAD = 8


def main() -> int:
    """Compare, answer in numbers. An exit code other than 0 tells the parent that the file was too much."""
    confine()
    length = int.from_bytes(sys.stdin.buffer.read(HEAD))
    text, pdf = sys.stdin.buffer.read(length).decode(), sys.stdin.buffer.read()
    try:
        answer = asdict(wording_compare(pdf, text))
    except NotRenderable:
        return 1
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
