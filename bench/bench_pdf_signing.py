"""What a signature costs: prepare, value, merge, verify, on our own PDFs and on foreign ones. CPU time, medians of 3.

No document is met twice in a round, so that nothing remembered of one serves the next.

Budget: sign and verify ≤ 1.5 ms CPU for our own PDFs, ≤ 5 ms for foreign ones. .venv/bin/python bench/bench_pdf_signing.py
"""

from __future__ import annotations

import gc
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.report import tell
from foundation.crypto import CryptoPort, crypto
from foundation.crypto.eseal import SealPicture
from foundation.crypto.gmssl import Gmssl
from foundation.crypto.tongsuo import Tongsuo
from foundation.crypto.x509 import Issuer, parse
from foundation.crypto.x509.testing import NOON
from sandbox.seal_maker.picture import MILLIMETRES, seal_png
from signing.pdf import cms
from signing.pdf.appearance import Appearance
from signing.pdf.container import Container
from signing.pdf.ses import Ses
from signing.pdf.sign import Prepared, merge, prepare
from signing.pdf.slots import add_signature_fields
from signing.pdf.testing import SLOTS, Signers, handwriting, own_pdf, stream_pdf
from signing.pdf.verify import verify_pdf

T = TypeVar("T")
ROUNDS = 3
DOCUMENTS, FOREIGN = 60, 20


def milliseconds(work: Callable[[], object], times: int = 1) -> float:
    """CPU milliseconds of one call, the median of the rounds."""
    measured = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        for _ in range(times):
            work()
        measured.append((time.process_time() - begin) / times * 1000)
    return statistics.median(measured)


BUDGETS = {"pdf_sign_verify_own": "≤ 1.5", "pdf_sign_verify_foreign": "≤ 5"}


def show(name: str, value: float, unit: str = "ms CPU") -> None:
    tell(name, f"{value:.3f} {unit}", BUDGETS.get(name, ""))


class Ceremony:
    """One person, one certificate, many documents, each with its own 流水号."""

    def __init__(self, signers: Signers, who: Issuer, field: str, image: bytes | None, seal: bool = False) -> None:
        self.signers, self.who, self.field = signers, who, field
        self.image, self.seal, self.serial = image, seal, 0
        self.roots = [parse(root) for root in signers.roots]

    def look(self) -> Appearance:
        self.serial += 1
        lines = (
            "签署时间：2026-11-24 12:00:00",
            "认证流水号：RZ20261124000123",
            f"签署流水号：3101012026112400{self.serial:04d}-01-02-1",
        )
        return Appearance(self.who.certificate.subject.common_name, self.image, lines, self.seal)

    @property
    def container(self) -> Container:
        return cms.STD

    def prepare(self, pdf: bytes) -> Prepared:
        at = NOON + timedelta(seconds=self.serial % 600)
        who, chain = self.who.certificate.der, self.signers.chain
        return prepare(pdf, self.field, self.look(), who, chain, at, container=self.container)

    def value(self, prepared: Prepared) -> bytes:
        return crypto().sm2_sign_digest(self.who.key.private, prepared.sm2_digest)

    def sign(self, pdf: bytes) -> bytes:
        prepared = self.prepare(pdf)
        return merge(prepared, self.value(prepared))

    def sign_and_verify(self, pdf: bytes) -> bytes:
        signed = self.sign(pdf)
        report = verify_pdf(signed, self.roots)
        if not report.ok:
            raise SystemExit("; ".join(report.sentences))
        return signed


class Sealing(Ceremony):
    """One company that seals many documents with its electronic seal."""

    def __init__(self, signers: Signers) -> None:
        super().__init__(signers, signers.company, "seal", None)
        info = replace(signers.seal_info(), picture=rim_picture(signers.company.certificate.subject.common_name))
        self.der = signers.seal(info)
        self.picture = info.picture

    @property
    def container(self) -> Container:
        return Ses(self.der, tuple(self.signers.chain))

    def look(self) -> Appearance:
        return replace(super().look(), picture=self.picture)


def rim_picture(name: str) -> SealPicture:
    """As the seal maker draws it."""
    return SealPicture("PNG", seal_png(name), MILLIMETRES, MILLIMETRES)


def each_of(documents: Sequence[T], work: Callable[[T], object]) -> float:
    """CPU milliseconds a document."""

    def all_of_them() -> None:
        for document in documents:
            work(document)

    return milliseconds(all_of_them) / len(documents)


def measure_documents(signers: Signers) -> None:
    owns = [add_signature_fields(own_pdf(articles), SLOTS) for articles in range(1, DOCUMENTS + 1)]
    foreigns = [add_signature_fields(stream_pdf(articles), SLOTS) for articles in range(1, FOREIGN + 1)]
    person = Ceremony(signers, signers.person, "legal_representative", handwriting())
    printed = Ceremony(signers, signers.other, "liaison", None)
    company = Ceremony(signers, signers.company, "seal", None, seal=True)
    sealing = Sealing(signers)
    ones = [person.sign_and_verify(each) for each in owns]
    twos = [printed.sign_and_verify(each) for each in ones]
    company.sign_and_verify(twos[0])
    threes = [sealing.sign_and_verify(each) for each in twos]
    person.sign_and_verify(foreigns[0])
    gc.collect()
    gc.freeze()  # as a worker does when it has begun
    show("pdf_size_own", len(owns[18]) / 1024, "KiB")
    show("pdf_size_own_signed_once", len(ones[18]) / 1024, "KiB")
    show("pdf_add_fields_own", milliseconds(lambda: add_signature_fields(own_pdf(), SLOTS), 10))
    show("pdf_prepare_own", each_of(owns, person.prepare))
    show("pdf_value", each_of([person.prepare(each) for each in owns], person.value))
    show("pdf_sign_verify_own", each_of(owns, person.sign_and_verify))
    show("pdf_sign_verify_own_second_signer", each_of(ones, printed.sign_and_verify))
    show("pdf_sign_verify_own_seal_third", each_of(twos, company.sign_and_verify))
    show("pdf_size_electronic_seal", len(sealing.der) / 1024, "KiB")
    show("pdf_size_own_sealed_third", len(threes[18]) / 1024, "KiB")
    show("pdf_sign_verify_own_electronic_seal_third", each_of(twos, sealing.sign_and_verify))
    show("pdf_sign_verify_own_electronic_seal_only", each_of(owns, sealing.sign_and_verify))
    show("pdf_sign_verify_own_seal_only", each_of(owns, company.sign_and_verify))
    show("pdf_verify_own_once_again", each_of(ones, lambda each: verify_pdf(each, person.roots)))
    show("pdf_sign_verify_foreign", each_of(foreigns, person.sign_and_verify))


def measure_numbers(library: CryptoPort) -> None:
    key = library.sm2_keygen()
    digest = bytes(range(32))
    value = library.sm2_sign_digest(key.private, digest)
    show(f"sm2_sign_{library.name}", milliseconds(lambda: library.sm2_sign_digest(key.private, digest), 200))
    show(f"sm2_verify_{library.name}", milliseconds(lambda: library.sm2_verify_digest(key.public, digest, value), 200))


def measure() -> None:
    for each in (Tongsuo(), Gmssl()):
        measure_numbers(each)
    show("sm3_100_kib", milliseconds(lambda: crypto().sm3(bytes(102400)), 20))
    measure_documents(Signers.make())


if __name__ == "__main__":
    measure()
