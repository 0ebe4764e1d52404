"""签署: prepare (签名原文) → value → merge. What is prepared survives a restart; the value may come days later. R138, R139.

`prepare` appends the signature with its appearance and leaves a gap; `merge` checks the value and fills the gap.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from functools import cached_property
from typing import Any

from foundation.crypto import crypto
from foundation.crypto.x509 import Certificate, CertificateError, parse
from foundation.crypto.x509.certificate import SHANGHAI
from signing.pdf import cms, ses
from signing.pdf.appearance import LABEL_KEY, Appearance, draw
from signing.pdf.container import Container, covered_digest, value_holds
from signing.pdf.errors import SigningError
from signing.pdf.fields import Field, acro_form, find_field
from signing.pdf.library import read_pdf
from signing.pdf.objects import PdfFile
from signing.pdf.syntax import (
    Dict,
    PdfSyntaxError,
    integer_of,
    number_of,
    parse_array,
    parse_dict,
    reference,
    reference_of,
    write_date,
    write_dict,
    write_text,
)

_RANGE = b"/ByteRange [0 0000000000 0000000000 0000000000]"
_FORMAT, _FORMAT_BEFORE_SEALS = 2, 1
_MERGES: dict[str, Container] = {each.name: each for each in (cms.STD, cms.GM, ses.Ses())}
"""Every container that may have been prepared, by the name that is kept."""


@dataclass(frozen=True)
class Prepared:
    """A document that waits for one signature value."""

    field: str
    certificate: bytes
    """DER of the signer's certificate."""
    chain: tuple[bytes, ...]
    to_be_signed: bytes
    """签名原文: DER of the signed attributes (CMS) or of TBS_Sign (SES). The value is SM2-with-SM3 over these bytes."""
    digest: bytes
    """SM3 over the signed byte ranges of the document."""
    signed_at: datetime
    gap: tuple[int, int]
    """Where the gap lies, angle brackets included."""
    pdf: bytes = attribute(repr=False)
    """The document with an empty gap."""
    container: str = cms.STD.name
    """Which container the value completes: std, gm or ses."""

    @cached_property
    def sm2_digest(self) -> bytes:
        """e of SM2: what a signer that takes digests signs (`sm2_sign_digest`)."""
        return crypto().sm2_digest(parse(self.certificate).public, self.to_be_signed)

    def to_json(self, *, base: bytes | None = None) -> str:
        """Everything `merge` needs. Given the document it was prepared from, only what was appended to that is kept."""
        if base is not None and not self.pdf.startswith(base):
            raise SigningError("state", "保存的签署状态与文件不一致")
        return json.dumps(
            {
                "format": _FORMAT,
                "field": self.field,
                "certificate": _text(self.certificate),
                "chain": [_text(each) for each in self.chain],
                "to_be_signed": _text(self.to_be_signed),
                "digest": self.digest.hex(),
                "signed_at": self.signed_at.isoformat(),
                "left_out": len(base) if base is not None else 0,
                "pdf": _text(zlib.compress(self.pdf[len(base or b"") :], 1)),
                "gap": list(self.gap),
                "container": self.container,
            }
        )

    @classmethod
    def from_json(cls, text: str, *, base: bytes | None = None) -> Prepared:
        """Read `to_json`, with the same `base`. SigningError unless the text is whole and the document the one prepared."""
        try:
            value: dict[str, Any] = json.loads(text)
            old = value["format"] == _FORMAT_BEFORE_SEALS
            appended = _bytes(value["pdf"])
            prepared = cls(
                field=value["field"],
                certificate=_bytes(value["certificate"]),
                chain=tuple(_bytes(each) for each in value["chain"]),
                to_be_signed=_bytes(value["to_be_signed"]),
                digest=bytes.fromhex(value["digest"]),
                signed_at=datetime.fromisoformat(value["signed_at"]),
                pdf=(base or b"") + (appended if old else zlib.decompress(appended)),
                gap=(value["gap"][0], value["gap"][1]),
                container=cms.STD.name if old else value["container"],
            )
        except (ValueError, KeyError, TypeError, IndexError, zlib.error):
            raise SigningError("state", "保存的签署状态不能读取") from None
        left_out = value.get("left_out") != len(base or b"")
        known = value["format"] in {_FORMAT, _FORMAT_BEFORE_SEALS} and prepared.container in _MERGES
        head, tail = prepared.gap
        covered = head, tail, len(prepared.pdf) - tail
        if not known or left_out or covered_digest(prepared.pdf, covered) != prepared.digest:
            raise SigningError("state", "保存的签署状态与文件不一致")
        return prepared


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def prepare(
    pdf: bytes,
    field: str,
    appearance: Appearance,
    certificate_der: bytes,
    chain: Sequence[bytes],
    signed_at: datetime,
    *,
    reason: str = "",
    location: str = "",
    container: Container = cms.STD,
) -> Prepared:
    """Append the signature of `field` with its appearance, leaving the gap for the value.

    `chain` are the DER certificates above the signer's, to be embedded; `container` is the profile. SigningError when the field does not exist,
    is signed already, or the appearance cannot be drawn.
    """
    if signed_at.tzinfo is None:
        raise SigningError("time", "签署时间须带时区")
    try:
        certificate, file = parse(certificate_der), read_pdf(pdf)
        out = _append(file, field, appearance, certificate, tuple(chain), signed_at, (reason, location), container)
    except CertificateError as error:
        raise SigningError("certificate", str(error)) from None
    except (PdfSyntaxError, UnicodeDecodeError) as error:
        raise SigningError("structure", f"文件结构有误，不能签署（{error}）") from None
    at = out.index(_RANGE, len(pdf))
    gap = out.index(b"<", at), out.index(b">", at) + 1
    covered = gap[0], gap[1], len(out) - gap[1]
    out = out[:at] + b"/ByteRange [0 %010d %010d %010d]" % covered + out[at + len(_RANGE) :]
    digest = covered_digest(out, covered)
    return Prepared(
        field=field,
        certificate=certificate.der,
        chain=tuple(chain),
        to_be_signed=container.to_be_signed(certificate, digest, covered, signed_at),
        digest=digest,
        signed_at=signed_at,
        pdf=out,
        gap=gap,
        container=container.name,
    )


def merge(prepared: Prepared, signature_value: bytes) -> bytes:
    """The signed document. SigningError when the value (DER of r and s) is not this signer's over this document."""
    certificate = parse(prepared.certificate)
    if not value_holds(certificate.public, prepared.sm2_digest, bytes(signature_value)):
        raise SigningError("value", "签名值与签名人的证书或待签文件不符，没有写入文件")
    container = _MERGES[prepared.container]
    content = container.content(certificate, prepared.chain, prepared.to_be_signed, bytes(signature_value))
    start, end = prepared.gap
    room = end - start - 2
    if len(content) * 2 > room:
        raise SigningError("value", "签名值比预留的位置长，没有写入文件")
    filled = content.hex().encode().ljust(room, b"0")
    return prepared.pdf[: start + 1] + filled + prepared.pdf[end - 1 :]


def _append(
    file: PdfFile,
    name: str,
    appearance: Appearance,
    certificate: Certificate,
    chain: tuple[bytes, ...],
    signed_at: datetime,
    remarks: tuple[str, str],
    container: Container,
) -> bytes:
    target = find_field(file, name)
    if target.signed:
        raise SigningError("signed", f"签名位置“{name}”已经签过了")
    width, height, rotation = _measures(target)
    label = reference_of(file.dict_of(file.dict_of(acro_form(file).get(b"DR")).get(b"Font")).get(LABEL_KEY))
    form, drawing = draw(
        appearance, width=width, height=height, rotation=rotation, first=file.first_free(), label=label
    )
    signature = drawing.add(_signature(certificate, chain, signed_at, remarks, container))
    entries = {**target.entries, b"V": reference(signature), b"AP": write_dict({b"N": reference(form)})}
    return file.append({**drawing.objects, target.number: write_dict(entries)})


def _measures(target: Field) -> tuple[float, float, int]:
    """Width and height as shown, and the rotation of the page the field was made for."""
    if b"Rect" not in target.entries:
        raise SigningError("no_place", f"签名位置“{target.name}”没有画在页面上，不能签署")
    left, bottom, right, top = (number_of(item) for item in parse_array(target.entries[b"Rect"]))
    looks = parse_dict(target.entries[b"MK"]) if b"MK" in target.entries else {}
    rotation = integer_of(looks.get(b"R", b"0")) % 360
    width, height = right - left, top - bottom
    return (height, width, rotation) if rotation % 180 else (width, height, rotation)


def _signature(
    certificate: Certificate,
    chain: tuple[bytes, ...],
    signed_at: datetime,
    remarks: tuple[str, str],
    container: Container,
) -> bytes:
    entries: Dict = {
        b"Type": b"/Sig",
        b"Filter": b"/" + container.handler,
        b"SubFilter": b"/" + container.sub_filter,
        b"M": write_date(signed_at.astimezone(SHANGHAI)),
        b"Name": write_text(certificate.subject.common_name),
    }
    for key, text in zip((b"Reason", b"Location"), remarks, strict=True):
        if text:
            entries[key] = write_text(text)
    entries |= container.entries(certificate, chain)
    gap = b"0" * (container.longest(certificate, chain) * 2)
    return write_dict(entries)[:-2] + _RANGE + b"/Contents <" + gap + b">>>"
