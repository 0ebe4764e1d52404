"""SES_Signature: what is signed (TBS_Sign: seal, time, digest of the document, range), the signer's certificate, the value.

dataHash is SM3 over the covered bytes (/ByteRange); propertyInfo states that range, as the standard asks. The
certificates above signer and maker stand in /Cert of the dictionary, since SES_Signature has no place for them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.crypto import der
from foundation.crypto.eseal import VERSION, SealError, extensions_check, seal_read
from foundation.crypto.port import DIGEST_BYTES
from foundation.crypto.x509 import Certificate, CertificateError, parse
from foundation.crypto.x509.certificate import SM2_WITH_SM3
from signing.pdf.container import LONGEST_VALUE, ByteRange, Signature
from signing.pdf.errors import SigningError
from signing.pdf.syntax import Dict, Raw, write_array

SUB_FILTER = b"GM.sm2seal"
"""How seal software names this container in a PDF."""
HANDLER = b"Qideng.GMPkiLite"
"""/Filter: each vendor's own handler, by custom ending so; readers choose by the sub filter."""
_RANGE = re.compile(r"/ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\]")


@dataclass(frozen=True)
class Ses:
    """The container of an enterprise's seal. To merge, the seal is not needed again: it stands in what was signed."""

    seal: bytes = b""
    """DER of the SESeal."""
    seal_chain: tuple[bytes, ...] = ()
    """Certificates above the seal maker's, DER."""
    name: str = "ses"
    handler: bytes = HANDLER
    sub_filter: bytes = SUB_FILTER

    def entries(self, certificate: Certificate, chain: Sequence[bytes]) -> Dict:
        """/Cert: the signer's certificate first, then all that lead to a root."""
        every = dict.fromkeys((certificate.der, *chain, *self.seal_chain))
        return {b"Cert": write_array(_hex(each) for each in every)}

    def to_be_signed(self, certificate: Certificate, digest: bytes, covered: ByteRange, at: datetime) -> bytes:
        """DER of TBS_Sign."""
        return der.sequence(
            der.integer(VERSION),
            self.seal,
            der.generalized_time(at),
            der.bits(digest),
            der.encode(der.IA5_STRING, b"/ByteRange [0 %010d %010d %010d]" % covered),
        )

    def content(self, certificate: Certificate, chain: Sequence[bytes], to_be_signed: bytes, value: bytes) -> bytes:
        """DER of SES_Signature."""
        return der.sequence(to_be_signed, der.octets(certificate.der), der.oid(SM2_WITH_SM3), der.bits(value))

    def longest(self, certificate: Certificate, chain: Sequence[bytes]) -> int:
        signed = self.to_be_signed(certificate, bytes(DIGEST_BYTES), (0, 0, 0), certificate.not_before)
        return len(self.content(certificate, chain, signed, bytes(LONGEST_VALUE)))


def _hex(content: bytes) -> Raw:
    return b"<" + content.hex().encode() + b">"


def is_ses(content: bytes) -> bool:
    """Whether these bytes begin as an SES_Signature does; CMS begins with an identifier."""
    try:
        outer, _ = der.read(content)
        return outer.tag == der.SEQUENCE and outer.body[:1] == b"\x30"
    except der.DerError:
        return False


def read_container(content: bytes) -> Signature:
    """Read the bytes of /Contents. SigningError in Chinese when it is not one SES_Signature of the fourth version."""
    try:
        item, end = der.read(content)
        if any(content[end:]):
            raise SigningError("container", "签名数据之后藏有别的内容")
        return _read(der.only(item.whole, der.SEQUENCE).body)
    except (SealError, CertificateError) as error:
        raise SigningError("container", str(error)) from None
    except (der.DerError, ValueError, IndexError) as error:
        raise SigningError("container", f"签名数据不是可以读取的电子签章（{type(error).__name__}）") from None


def _read(body: bytes) -> Signature:
    signed, certificate, algorithm, value, *more = der.items(body)
    if algorithm.whole != der.oid(SM2_WITH_SM3):
        raise SigningError("algorithm", "电子签章用的不是 SM2、SM3 算法，本系统不能验证")
    version, seal, moment, digest, about, *extra = der.items(der.only(signed.whole, der.SEQUENCE).body)
    if der.integer_in(version.whole) != VERSION:
        raise SigningError("container", "电子签章不是 GB/T 38540-2020 的第 4 版")
    extensions_check(extra)
    return Signature(
        certificate=parse(der.only(certificate.whole, der.OCTET_STRING).body),
        others=(),
        to_be_signed=signed.whole,
        digest=der.bits_in(digest.whole),
        value=der.bits_in(value.whole),
        signing_time=der.moment_in(moment.whole),
        certificate_is_named=True,
        seal=seal_read(seal.whole),
        covered=_covered(der.only(about.whole, der.IA5_STRING).body.decode("ascii")),
        stamp=_stamp(more),
    )


def _covered(stated: str) -> ByteRange | None:
    """The range that propertyInfo states; other makers word it in their own way, which is not judged."""
    found = _RANGE.fullmatch(stated)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _stamp(items: list[der.Item]) -> bytes | None:
    if not items:
        return None
    if len(items) > 1 or items[0].tag != 0xA0:
        raise SigningError("container", "电子签章里夹带了别的内容")
    return der.bits_in(items[0].body)
