"""The same signatures by the openssl command line, step by step: a second opinion that shares no code with ours.

`python -m signing.pdf.openssl_check FILE ROOT.pem [SUB.pem …]` prints every step and fails if one fails.
openssl cannot carry the SM2 identifier along a chain, so each hop is a step of its own.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from foundation.crypto.x509 import Certificate, parse_many, public_pem, verify_chain
from foundation.crypto.x509.testing import openssl, openssl_verifies_hop, openssl_verifies_value
from signing.pdf import cms
from signing.pdf.fields import signature_fields
from signing.pdf.library import read_pdf
from signing.pdf.syntax import integer_of, parse_array, parse_dict, reference_of, string_of


@dataclass(frozen=True)
class Step:
    """One thing openssl was asked."""

    text: str
    ok: bool


def openssl_steps(pdf: bytes, roots: Iterable[Certificate], intermediates: Iterable[Certificate] = ()) -> list[Step]:
    """For every signature: the digest of its range, its value, and each hop of its chain."""
    file, steps = read_pdf(pdf), list[Step]()
    trusted, between = list(roots), list(intermediates)
    for field in signature_fields(file):
        if not field.signed:
            continue
        entries = parse_dict(file.value(reference_of(field.entries[b"V"]) or 0))
        ranges = [integer_of(item) for item in parse_array(entries[b"ByteRange"])]
        signature = cms.read_container(string_of(entries[b"Contents"]))
        signer = signature.certificate
        covered = pdf[ranges[0] : ranges[0] + ranges[1]] + pdf[ranges[2] : ranges[2] + ranges[3]]
        done, said = openssl("dgst", "-sm3", "-r", data=covered)
        steps.append(Step(f"{field.name}: digest", done and said.startswith(signature.digest.hex())))
        holds = openssl_verifies_value(public_pem(signer.public), signature.attributes, signature.value)
        steps.append(Step(f"{field.name}: value by {signer.subject.common_name}", holds))
        chain = verify_chain(
            signer, roots=trusted, intermediates=[*between, *signature.others], at=signer.not_before
        ).path
        anchored = chain[-1] in trusted
        steps.append(Step(f"{field.name}: chain ends at a given root", anchored))
        for below, above in zip(chain, [*chain[1:], chain[-1]], strict=True):
            text = f"{field.name}: {below.subject.common_name} issued by {above.subject.common_name}"
            steps.append(Step(text, openssl_verifies_hop(below, above)))
    return steps


def main(arguments: list[str]) -> int:
    """Print the steps; 0 only if there are some and all hold."""
    pdf = Path(arguments[0]).read_bytes()
    roots = parse_many(Path(arguments[1]).read_bytes())
    between = [each for name in arguments[2:] for each in parse_many(Path(name).read_bytes())]
    steps = openssl_steps(pdf, roots, between)
    for step in steps:
        print(f"{'ok  ' if step.ok else 'FAIL'} {step.text}")
    print(f"sha256 {hashlib.sha256(pdf).hexdigest()}")
    return 0 if steps and all(step.ok for step in steps) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
