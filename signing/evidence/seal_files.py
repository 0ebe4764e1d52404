"""电子印章 in an evidence export: the seal of a signature taken apart, and how each part is checked with openssl. R139, R141."""

from __future__ import annotations

from collections.abc import Iterable

from foundation.crypto import crypto, der
from foundation.crypto.eseal import Seal, seal_read
from foundation.crypto.x509 import Certificate
from signing.evidence import guide
from signing.pdf.report import SignatureReport

SIGNED = "tbs-sign.der"
"""签章信息: what the enterprise signed."""


def seal_in(signature: SignatureReport) -> Seal | None:
    """The seal of a signature; None for one by CMS."""
    return seal_read(signature.seal_der) if signature.seal_der else None


def seal_files(place: str, seal: Seal, chain: Iterable[Certificate]) -> dict[str, bytes]:
    """The seal, what its maker signed, his value and certificates, and the picture."""
    above = {f"{place}/seal/issuer-{level}.pem": each.pem.encode() for level, each in enumerate(chain, start=1)}
    return {
        f"{place}/seal/seal.der": seal.der,
        f"{place}/seal/seal-info.der": seal.info_der,
        f"{place}/seal/value.der": seal.value,
        f"{place}/seal/certificate.pem": seal.maker.pem.encode(),
        f"{place}/seal/picture.{seal.info.picture.kind.lower()}": seal.info.picture.data,
        **above,
    }


def seal_steps(place: str, signature: SignatureReport, seal: Seal, digest: str, makers: Iterable[str]) -> guide.Steps:
    """That the document's digest and the seal are signed, and that the maker made the seal for this certificate."""
    signed, own = f"{place}/{SIGNED}", f"{place}/seal"
    begin = _offset_of_bits(signature.to_be_signed)
    return [
        "  签章信息里写的是同一个 SM3：在这个位置，是这个值",
        *guide.ran(f"openssl asn1parse -inform DER -in {signed}", f"{begin}:d=1  hl=2 l=  33 prim: BIT STRING"),
        *guide.ran(f"tail -c +{begin + 4} {signed} | head -c 32 | od -An -v -tx1 | tr -d ' \\n'", digest),
        "  签章值成立（SM2、SM3）",
        *guide.value(place, SIGNED),
        f"  签章信息里的印章就是 seal/seal.der，编号 {seal.info.es_id}，名称 {seal.info.name}",
        *_inside(signed, signature.to_be_signed, f"{own}/seal.der", seal.der),
        *_inside(f"{own}/seal.der", seal.der, f"{own}/seal-info.der", seal.info_der),
        *guide.ran(f"openssl asn1parse -inform DER -in {own}/seal-info.der", f"IA5STRING         :{seal.info.es_id}"),
        "  印章的有效期到这个时间（格林尼治时间）",
        *guide.ran(
            f"openssl asn1parse -inform DER -in {own}/seal-info.der",
            f"GENERALIZEDTIME   :{seal.info.valid_until:%Y%m%d%H%M%SZ}",
        ),
        "  印章写明可以由签章人的这张证书使用",
        *_listed(place, signature.certificate or b"", seal),
        "  印章是制章者做的（SM2、SM3），制章时他的证书有效，一级一级通到根证书",
        *guide.value(own, "seal-info.der"),
        *guide.chain(makers, int(seal.info.created_at.timestamp())),
    ]


def _offset_of_bits(signed: bytes) -> int:
    """Where dataHash begins in TBS_Sign."""
    items = der.items(der.only(signed, der.SEQUENCE).body)
    return len(signed) - sum(len(each.whole) for each in items[3:])


def _inside(outer: str, content: bytes, name: str, part: bytes) -> guide.Steps:
    """A file is a stretch of another one: both have the same SM3."""
    digest, at = crypto().sm3(part).hex(), content.index(part)
    stretch = f"tail -c +{at + 1} {outer} | head -c {len(part)} | openssl dgst -sm3"
    return [*guide.ran(stretch, digest), *guide.ran(f"openssl dgst -sm3 {name}", digest)]


def _listed(place: str, certificate: bytes, seal: Seal) -> guide.Steps:
    digest, info = crypto().sm3(certificate).hex(), f"{place}/seal/seal-info.der"
    own = guide.ran(f"openssl x509 -in {place}/certificate.pem -outform DER | openssl dgst -sm3", digest)
    if certificate not in seal.info.certificates:
        return [*own, *guide.ran(f"openssl asn1parse -inform DER -in {info}", digest.upper())]
    at = seal.info_der.index(certificate)
    return [*own, *guide.ran(f"tail -c +{at + 1} {info} | head -c {len(certificate)} | openssl dgst -sm3", digest)]
