"""What an evidence record says (who, verification, certificates, values, times, device, address, digests). R141, R148.

The main part holds no more of a person than the document itself shows, and the digest of each signature's own part. So
a signer can be given his part alone, and the stamped digest still covers everybody's.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from foundation.crypto import crypto
from foundation.crypto.eseal import seal_read
from foundation.crypto.x509 import parse
from foundation.crypto.x509.certificate import SHANGHAI
from foundation.files.models import StoredFile
from foundation.ui.masks import mask_id, mask_name
from signing.ceremonies.models import Ceremony, CeremonyItem, SignatureRecord, Verification
from signing.ceremonies.proofs import identity_at
from signing.ceremonies.states import VerificationState
from signing.seals.models import SealOrder
from signing.tasks.models import Document, Reading, Subject, Task

FORMAT = "qideng-evidence/1"


def canonical(value: Any) -> bytes:
    """The one way to write a part as bytes: sorted keys, no spaces, UTF-8, a line end."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def local(moment: datetime | None) -> str | None:
    """ISO time in Shanghai."""
    return moment.astimezone(SHANGHAI).isoformat() if moment else None


def gathered(document: Document) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Main part and the parts of the signatures of a finished document."""
    rows = SignatureRecord.objects.filter(task__document=document, counted=True)
    related = ("task__subject", "task__authorisation__principal", "before", "after")
    ordered = list(rows.select_related(*related).order_by("pk"))
    parts = [_part(number, row) for number, row in enumerate(ordered, start=1)]
    signatures = [_line(part, row) for part, row in zip(parts, ordered, strict=True)]
    return {**_main(document), "signatures": signatures}, parts


def _main(document: Document) -> dict[str, Any]:
    matter = document.batch.matter
    return {
        "format": FORMAT,
        "client": document.client.name,
        "business": matter.business,
        "business_no": matter.number,
        "company": {"name": matter.company_name, "uscc": matter.company_uscc},
        "document": {
            "ref": document.ref,
            "title": document.title,
            "pages": document.pages,
            "received": _file(document.original),
            "signed": _file(document.current),
            "ordered_at": local(document.created_at),
            "completed_at": local(document.closed_at),
        },
    }


def _file(stored: StoredFile | None) -> dict[str, Any] | None:
    return {"sha256": stored.sha256, "sm3": stored.sm3, "size": stored.size} if stored else None


def _line(part: dict[str, Any], row: SignatureRecord) -> dict[str, Any]:
    name, seal = row.task.subject.name, part["proved"].get("seal")
    return {
        **({"seal": seal["es_id"]} if seal else {}),
        "number": part["number"],
        "sign_no": row.sign_no,
        "role": row.task.role,
        "signer": mask_name(name) if row.task.subject.is_person else name,
        **_behalf_line(row.task),
        "signed_at": local(row.signed_at),
        "file_sm3": row.after_sm3,
        "part_sm3": crypto().sm3(canonical(part)).hex(),
    }


def _behalf_line(task: Task) -> dict[str, Any]:
    """授权签署: for whom, no more than the document shows."""
    held = task.authorisation
    if held is None or held.principal is None:
        return {}
    return {"on_behalf_of": mask_name(held.principal.name), "authorisation": held.number}


def _behalf_part(task: Task) -> dict[str, Any]:
    """授权签署: for whom and by what right."""
    held = task.authorisation
    if held is None or held.principal is None or held.granted_on is None or held.valid_until is None:
        return {}
    return {
        "on_behalf_of": _signer(held.principal),
        "authorisation": {
            "number": held.number,
            "granted_on": held.granted_on.isoformat(),
            "valid_until": held.valid_until.isoformat(),
            "covers": held.covers,
        },
    }


def _part(number: int, row: SignatureRecord) -> dict[str, Any]:
    task, certificate = row.task, parse(bytes(row.certificate))
    return {
        "format": FORMAT,
        "number": number,
        "numbers": {
            "business": row.business_no,
            "verification": row.verification_no,
            "sign": row.sign_no,
            "ceremony": row.ceremony_no,
            "certificate": row.certificate_serial,
        },
        "signer": _signer(task.subject),
        "role": task.role,
        **_behalf_part(task),
        "field": row.field,
        "read": _read(task.document, task.subject),
        "proved": _seal(row) if task.kind == task.Kind.SEAL else _proof(row),
        "certificate": {
            "serial": row.certificate_serial,
            "subject": certificate.subject.text,
            "issuer": certificate.issuer.text,
            "not_before": local(certificate.not_before),
            "not_after": local(certificate.not_after),
            "sm3": certificate.fingerprint,
            "der_base64": _text(bytes(row.certificate)),
            "chain_base64": list(row.chain),
        },
        "value_base64": _text(bytes(row.value)),
        "signed_at": local(row.signed_at),
        "made_at": local(row.made_at),
        "device": row.device,
        "address": row.address,
        "file_before": _file(row.before),
        "file_after": _file(row.after),
    }


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _signer(subject: Subject) -> dict[str, Any]:
    if not subject.is_person:
        return {"kind": subject.kind, "name": subject.name, "uscc": subject.key}
    shown = {"id_type": subject.id_type, "id_number": mask_id(subject.id_number), "id_index": subject.key}
    return {"kind": subject.kind, "name": subject.name, **shown}


def _read(document: Document, subject: Subject) -> dict[str, Any]:
    reading = Reading.objects.filter(document=document, subject=subject).first()
    return {"pages": reading.pages, "agreed_at": local(reading.agreed_at)} if reading else {}


def _proof(row: SignatureRecord) -> dict[str, Any]:
    """The identity check that was current, and the face check of this very ceremony."""
    ceremony = Ceremony.objects.filter(no=row.ceremony_no).first()
    if ceremony is None:
        return {}
    face = ceremony.verifications.filter(purpose=Verification.Purpose.FACE, state=VerificationState.PASSED).first()
    return {
        "face": _face(face, row.task.document),
        "identity": _check(identity_at(ceremony.subject, row.signed_at)),
        "asked_at": local(ceremony.asked_at),
        "proved_at": local(ceremony.proved_at),
        "look": ceremony.look,
    }


def _face(face: Verification | None, document: Document) -> dict[str, Any] | None:
    """To what this face was bound (R148), of the document's own client by number. What was signed for others at once is
    counted: their cases are not this reader's."""
    said = _check(face)
    if face is None or said is None:
        return None
    mine = CeremonyItem.objects.filter(ceremony=face.ceremony_id, task__document__client=document.client_id)
    known = set(mine.values_list("sign_no", flat=True))
    own = [number for number in face.bound if number in known]
    return {**said, "bound": own, "bound_elsewhere": len(face.bound) - len(own)}


def _check(check: Verification | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "no": check.serial_no,
        "session": check.provider_no,
        "method": check.method,
        "asked_at": local(check.asked_at),
        "scanned_at": local(check.scanned_at),
        "settled_at": local(check.settled_at),
        "valid_until": check.valid_until.isoformat() if check.valid_until else None,
    }


def _seal(row: SignatureRecord) -> dict[str, Any]:
    """The order to 电子营业执照 that the enterprise confirmed, and the seal it was made with."""
    order = SealOrder.objects.filter(ref=row.ceremony_no).select_related("client").first()
    if order is None:
        return {}
    asked = {"order": order.order_no, "asked_at": local(order.asked_at), **_ordered_by(order), **_confirmed(order)}
    return {**asked, "seal": _seal_used(bytes(order.seal))} if order.seal else asked


def _ordered_by(order: SealOrder) -> dict[str, Any]:
    """服务端批量签署: the business system that ordered it itself, and from where; nobody was logged in here."""
    if order.client is None:
        return {}
    return {"ordered_by": {"client": order.client.name, "title": order.client.title, "address": order.address}}


def _confirmed(order: SealOrder) -> dict[str, Any]:
    """Who confirmed for the enterprise, as 电子营业执照 says."""
    if not order.holder:
        return {}
    return {"confirmed_by": {"holder": order.holder, "at": local(order.holder_at)}}


def _seal_used(content: bytes) -> dict[str, Any]:
    """电子印章: what it says of itself, and all of it."""
    seal = seal_read(content)
    return {
        "es_id": seal.info.es_id,
        "name": seal.info.name,
        "maker": seal.maker.subject.text,
        "valid_from": local(seal.info.valid_from),
        "valid_until": local(seal.info.valid_until),
        "sm3": crypto().sm3(content).hex(),
        "der_base64": _text(content),
    }
