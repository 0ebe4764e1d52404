"""证据包: a ZIP with everything that proves a document, and how to check each piece with openssl alone. R141, R148.

What is in it is listed with its SM3 in manifest.txt, which is signed by SM2. A signer gets the document, the stamped
main part and his own parts; staff gets all parts. Every export is recorded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from foundation import clock
from foundation.audit import record as audit
from foundation.config import config
from foundation.crypto import crypto
from foundation.crypto.timestamp import token_read
from foundation.crypto.x509 import Certificate, parse, public_pem
from foundation.files.services import file_read
from foundation.identity.actor import Actor
from signing.ceremonies.trust import Trust, trust
from signing.evidence import guide
from signing.evidence.content import canonical
from signing.evidence.models import EvidenceRecord
from signing.evidence.seal_files import SIGNED, seal_files, seal_in, seal_steps
from signing.pdf.behalf import MARK
from signing.pdf.container import covered_digest
from signing.pdf.report import SignatureReport
from signing.pdf.verify import verify_pdf
from signing.tasks.models import Subject

_RANGE = re.compile(rb"/ByteRange ?\[0 (\d{1,10}) (\d{1,10}) (\d{1,10})\]")
_DOS_EPOCH = (1980, 1, 1, 0, 0, 0)
DOCUMENT, MAIN, MANIFEST, SIGNATURE, KEY, README = (
    "document.pdf",
    "evidence.json",
    "manifest.txt",
    "manifest.sig",
    "qideng-signing.pem",
    "README.txt",
)
Files = dict[str, bytes]


def evidence_export(*, actor: Actor, record: EvidenceRecord, subject: Subject | None = None) -> bytes:
    """The ZIP; with `subject`, only his own parts. Who may see the document is decided by the caller's selector."""
    files = _files(record, subject)
    files[MANIFEST] = "".join(f"{crypto().sm3(files[name]).hex()}  {name}\n" for name in sorted(files)).encode()
    files[SIGNATURE] = crypto().sm2_sign(_private(), files[MANIFEST])
    packed = _packed(files)
    with transaction.atomic():
        audit(
            actor,
            "evidence.export",
            "evidence",
            record.code,
            doc=record.document.ref,
            own=subject is not None,
            digest=crypto().sm3(packed).hex(),
        )
    return packed


def public_key_pem() -> str:
    """The key that belongs to the signature over manifest.txt."""
    return public_pem(crypto().sm2_public(_private()))


def _private() -> bytes:
    return bytes.fromhex(config().secret("signing", "evidence_key"))


def _files(record: EvidenceRecord, subject: Subject | None) -> Files:
    document = record.document
    if document.current is None:
        raise LookupError("a finished document has a file")
    pdf, believed = file_read(document.current), trust()
    files = {DOCUMENT: pdf, MAIN: canonical(record.main), KEY: public_key_pem().encode()}
    report = verify_pdf(pdf, believed.roots, believed.intermediates, revocations=believed.taken_back.lists)
    steps = [*guide.whole(record.sm3)]
    for number, (signature, covered) in enumerate(zip(report.signatures, _ranges(pdf), strict=True), start=1):
        files |= _signature(number, signature, believed)
        place, digest, seal = f"signatures/{number}", covered_digest(pdf, covered).hex(), seal_in(signature)
        steps += guide.signature(
            number,
            _named(record.main["signatures"][number - 1]),
            covered,
            digest,
            _moment(signature),
            _hops(files, place),
            seal_steps(place, signature, seal, digest, _hops(files, f"{place}/seal")) if seal else None,
        )
    for part in _parts(record, subject):
        files[f"signatures/{part['number']}/part.json"] = canonical(part)
        steps += guide.part(part["number"], record.main["signatures"][part["number"] - 1]["part_sm3"])
    files |= _stamp(record, believed.roots)
    steps += guide.stamp(files, record.sm3, _stamped_at(record))
    steps += guide.manifest(crypto().sm3(files[KEY]).hex())
    files[README] = guide.readme(document.title, record.code, clock.to_shanghai(clock.now()), steps).encode()
    return files


def _named(line: dict[str, Any]) -> str:
    """The signer as the guide names him: *演示，授权签署，代 *示例."""
    return f"{line['signer']}，{MARK}，代 {line['on_behalf_of']}" if "on_behalf_of" in line else str(line["signer"])


def _parts(record: EvidenceRecord, subject: Subject | None) -> Iterator[dict[str, Any]]:
    """All parts, or a subject's own."""
    own = None if subject is None else subject.key
    for part in record.parts:
        if own is None or own in {part["signer"].get("id_index"), part["signer"].get("uscc")}:
            yield part


def _ranges(pdf: bytes) -> list[tuple[int, int, int]]:
    """The byte ranges of a verified file, in the order of signing: end of the head, begin of the tail, its length."""
    found = [(int(each[1]), int(each[2]), int(each[3])) for each in _RANGE.finditer(pdf)]
    return sorted(found, key=lambda numbers: numbers[1] + numbers[2])


def _moment(signature: SignatureReport) -> int:
    return int((signature.signed_at or datetime.fromtimestamp(0, UTC)).timestamp())


def _signature(number: int, signature: SignatureReport, believed: Trust) -> Files:
    place, seal = f"signatures/{number}", seal_in(signature)
    leaf, known = parse(signature.certificate or b""), (*signature.others, *believed.intermediates)
    signed = f"{place}/{SIGNED if seal else 'attributes.der'}"
    return {
        signed: signature.to_be_signed,
        f"{place}/value.der": signature.value,
        **_certificates(place, leaf, _chain(leaf, known, believed.roots)),
        **(seal_files(place, seal, _chain(seal.maker, known, believed.roots)) if seal else {}),
    }


def _certificates(place: str, leaf: Certificate, chain: Iterable[Certificate]) -> Files:
    above = {f"{place}/issuer-{level}.pem": each.pem.encode() for level, each in enumerate(chain, start=1)}
    return {f"{place}/certificate.pem": leaf.pem.encode(), **above}


def _chain(leaf: Certificate, others: Iterable[bytes], roots: Iterable[bytes]) -> list[Certificate]:
    """From the issuer up to the root, by names."""
    known = [parse(each) for each in (*roots, *others)]
    path = [leaf]
    while above := next((each for each in known if each.subject_der == path[-1].issuer_der and each not in path), None):
        path.append(above)
    return path[1:]


def _hops(files: Files, place: str) -> list[str]:
    """Names of the certificate files at `place`, from the signer upwards."""
    return [f"{place}/certificate.pem", *sorted(name for name in files if name.startswith(f"{place}/issuer-"))]


def _stamp(record: EvidenceRecord, roots: Iterable[bytes]) -> Files:
    stamp = getattr(record, "stamp", None)
    if stamp is None or stamp.token is None:
        return {}
    token = token_read(bytes(stamp.token))
    chain = _chain(token.certificate, [each.der for each in token.others], roots)
    return {
        "timestamp/token.der": token.der,
        "timestamp/info.der": token.info,
        "timestamp/attributes.der": token.attributes,
        "timestamp/value.der": token.value,
        **_certificates("timestamp", token.certificate, chain),
    }


def _stamped_at(record: EvidenceRecord) -> datetime | None:
    stamp = getattr(record, "stamp", None)
    return stamp.stamped_at if stamp else None


def _packed(files: Files) -> bytes:
    """A ZIP that is the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name, _DOS_EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
