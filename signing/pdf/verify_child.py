"""The verifying child: `python -m signing.pdf.verify_child`, trust and file on stdin, the report as JSON on stdout."""

from __future__ import annotations

import base64
import json
import sys
from datetime import datetime

from foundation.crypto.x509 import parse_crl
from foundation.pdf.confine import confine
from signing.pdf.verify import verify_pdf

REPORT_BYTES = 1024 * 1024


def main() -> int:
    """The first line says whom to believe, as of when, and what time it is; the rest is the file."""
    confine(output=REPORT_BYTES)
    head, _, pdf = sys.stdin.buffer.read().partition(b"\n")
    told = json.loads(head)
    roots, between, lists = (
        [base64.b64decode(each) for each in told[key]] for key in ("roots", "intermediates", "revocations")
    )
    at, now = (datetime.fromisoformat(told[key]) if told[key] else None for key in ("at", "now"))
    report = verify_pdf(pdf, roots, between, at, revocations=list(map(parse_crl, lists)), now=now)
    sys.stdout.write(json.dumps(report.as_json()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
