"""可信时间戳 (RFC 3161, GB/T 20520): asking for one, giving one, and what is wrong with one. SM3 imprints, SM2 values. R141.

A token says that some bytes, known by their digest, existed at a moment. Who asks checks that it is about his digest and
his question, that the value holds, and that the certificate leads to a trusted root and is for time stamps alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp

from foundation.crypto import crypto, der
from foundation.crypto.x509 import Certificate, Issuer, Purpose, parse, verify_chain
from foundation.crypto.x509.certificate import SM2_WITH_SM3, SM3

QUERY = "application/timestamp-query"
REPLY = "application/timestamp-reply"
_GRANTED = frozenset({"granted", "granted_with_mods"})


class TimestampError(ValueError):
    """These bytes are not a request, reply or token that we can read. The message is Chinese."""


@dataclass(frozen=True)
class TimeRequest:
    """What is asked: the digest to be stamped, a number that makes the answer ours, and under which rules."""

    imprint: bytes
    nonce: int
    policy: str

    def encoded(self) -> bytes:
        asked = {
            "version": "v1",
            "message_imprint": _imprint(self.imprint),
            "req_policy": self.policy,
            "nonce": self.nonce,
            "cert_req": True,
        }
        return bytes(tsp.TimeStampReq(asked).dump())

    @classmethod
    def read(cls, content: bytes) -> TimeRequest:
        """TimestampError unless it asks for an SM3 imprint with nonce and policy."""
        try:
            asked = tsp.TimeStampReq.load(content, strict=True)
            native = asked["nonce"].native
            return cls(_imprinted(asked["message_imprint"]), int(native), asked["req_policy"].dotted)
        except (ValueError, TypeError, AttributeError):
            raise TimestampError("时间戳请求看不懂") from None


def _imprint(digest: bytes) -> Any:
    return tsp.MessageImprint({"hash_algorithm": {"algorithm": SM3}, "hashed_message": digest})


def _imprinted(imprint: Any) -> bytes:
    if imprint["hash_algorithm"]["algorithm"].dotted != SM3:
        raise TimestampError("摘要用的不是 SM3")
    return bytes(imprint["hashed_message"].native)


# ---- giving ----


def token_issue(
    asked: TimeRequest, *, issuer: Issuer, chain: Sequence[Certificate], serial: int, at: datetime
) -> bytes:
    """A token (CMS SignedData, DER) by the authority `issuer`, whose own certificates above it are `chain`."""
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": asked.policy,
            "message_imprint": _imprint(asked.imprint),
            "serial_number": serial,
            "gen_time": at.astimezone(UTC).replace(microsecond=0),
            "accuracy": {"seconds": 1},
            "nonce": asked.nonce,
        }
    )
    own = issuer.certificate
    attributes = _attributes(info.dump(), own, at)
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": _name(own.issuer_der), "serial_number": own.serial}},
        "digest_algorithm": {"algorithm": SM3},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": SM2_WITH_SM3},
        "signature": crypto().sm2_sign(issuer.key.private, attributes.dump(), public=issuer.key.public),
    }
    data = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": SM3}],
            "encap_content_info": {"content_type": "tst_info", "content": info},
            "certificates": [_loaded(each) for each in (own, *chain)],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _attributes(info: bytes, own: Certificate, at: datetime) -> Any:
    identified = {"hash_algorithm": {"algorithm": SM3}, "cert_hash": crypto().sm3(own.der)}
    return cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["tst_info"]},
            {"type": "signing_time", "values": [cms.Time({"utc_time": at.astimezone(UTC).replace(microsecond=0)})]},
            {"type": "message_digest", "values": [crypto().sm3(info)]},
            {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [identified]})]},
        ]
    )


def _name(der: bytes) -> Any:
    return cms.Name.load(der)


def _loaded(certificate: Certificate) -> Any:
    return cms.CertificateChoices(name="certificate", value=cms.Certificate.load(certificate.der))


def reply_granted(token: bytes) -> bytes:
    """The authority's answer with a token."""
    return der.sequence(bytes(tsp.PKIStatusInfo({"status": "granted"}).dump()), token)


def reply_rejected(why: str) -> bytes:
    """The authority's no."""
    status = {"status": "rejection", "status_string": [why], "fail_info": {"bad_data_format"}}
    return der.sequence(bytes(tsp.PKIStatusInfo(status).dump()))


# ---- checking ----


@dataclass(frozen=True)
class TimeToken:
    """What a token says, read but not yet believed."""

    der: bytes = field(repr=False)
    imprint: bytes
    nonce: int | None
    policy: str
    serial: int
    at: datetime
    info: bytes = field(repr=False)
    """DER of TSTInfo."""
    certificate: Certificate
    others: tuple[Certificate, ...]
    attributes: bytes = field(repr=False)
    """DER of the signed attributes: the bytes that are signed."""
    value: bytes = field(repr=False)
    digest: bytes
    """Of `info`, as the signed attributes state it."""
    named: bytes
    """SM3 of the certificate that the signed attributes name."""


@dataclass(frozen=True)
class TokenProblem:
    """One thing that is wrong with a token."""

    code: str
    message: str


def token_of(reply: bytes) -> bytes:
    """The token of an answer; TimestampError when it was refused or cannot be read."""
    try:
        first, *rest = der.items(der.only(reply, der.SEQUENCE).body)
        status = tsp.PKIStatusInfo.load(first.whole, strict=True)["status"].native
    except (ValueError, TypeError, KeyError):
        raise TimestampError("时间戳的回答看不懂") from None
    if status not in _GRANTED or len(rest) != 1:
        raise TimestampError(f"没有给时间戳（{status}）")
    return rest[0].whole


def token_read(token: bytes) -> TimeToken:
    """TimestampError unless it is one SM2-with-SM3 signature over one TSTInfo."""
    try:
        content = cms.ContentInfo.load(token, strict=True)
        data = content["content"]
        (signer,) = data["signer_infos"]
        return _token(token, data, signer)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise error if isinstance(error, TimestampError) else TimestampError("时间戳看不懂") from None


def _token(token: bytes, data: Any, signer: Any) -> TimeToken:
    info = bytes(data["encap_content_info"]["content"])
    told = tsp.TSTInfo.load(info, strict=True)
    certificates = [parse(each.chosen.dump()) for each in data["certificates"]]
    own = _signer(signer["sid"].chosen, certificates)
    stated = _stated(signer["signed_attrs"])
    kinds = (signer["digest_algorithm"]["algorithm"].dotted, signer["signature_algorithm"]["algorithm"].dotted)
    inside = data["encap_content_info"]["content_type"].native
    if kinds != (SM3, SM2_WITH_SM3) or {inside, stated["content_type"].native} != {"tst_info"}:
        raise TimestampError("时间戳不是 SM2、SM3 签名")
    named = stated["signing_certificate_v2"]["certs"][0]
    nonce = told["nonce"].native
    return TimeToken(
        der=token,
        imprint=_imprinted(told["message_imprint"]),
        nonce=None if nonce is None else int(nonce),
        policy=told["policy"].dotted,
        serial=int(told["serial_number"].native),
        at=told["gen_time"].native,
        info=info,
        certificate=own,
        others=tuple(each for each in certificates if each != own),
        attributes=b"\x31" + bytes(signer["signed_attrs"].dump())[1:],
        value=bytes(signer["signature"].native),
        digest=bytes(stated["message_digest"].native),
        named=bytes(named["cert_hash"].native) if named["hash_algorithm"]["algorithm"].dotted == SM3 else b"",
    )


def _signer(sid: Any, certificates: list[Certificate]) -> Certificate:
    issuer, serial = bytes(sid["issuer"].dump()), int(sid["serial_number"].native)
    found = [each for each in certificates if (each.issuer_der, each.serial) == (issuer, serial)]
    if not found:
        raise TimestampError("时间戳里没有签发者的证书")
    return found[0]


def _stated(attributes: Any) -> dict[str, Any]:
    """The signed attributes by name; each may stand there once, with one value."""
    found: dict[str, Any] = {}
    for each in attributes:
        (found[each["type"].native],) = each["values"]
    if len(found) != len(attributes):
        raise TimestampError("同一个签名属性出现了两次")
    return found


def token_problems(
    token: TimeToken,
    *,
    imprint: bytes,
    roots: Iterable[Certificate],
    intermediates: Iterable[Certificate] = (),
    asked: TimeRequest | None = None,
) -> list[TokenProblem]:
    """Everything that is wrong with a token over `imprint`; with `asked`, also whether it answers that question."""
    problems = []
    if token.imprint != imprint:
        problems.append(TokenProblem("imprint", "时间戳盖的不是这份内容（摘要不符）"))
    if asked is not None and token.nonce != asked.nonce:
        problems.append(TokenProblem("nonce", "时间戳答的不是这一次请求（随机数不符）"))
    if asked is not None and token.policy != asked.policy:
        problems.append(TokenProblem("policy", "时间戳按的不是约定的规则"))
    if token.digest != crypto().sm3(token.info):
        problems.append(TokenProblem("digest", "时间戳的内容被改动过"))
    if token.named != crypto().sm3(token.certificate.der):
        problems.append(TokenProblem("certificate_swapped", "时间戳声明的证书不是所附的证书"))
    if not crypto().sm2_verify(token.certificate.public, token.attributes, token.value):
        problems.append(TokenProblem("value", "时间戳的签名值不成立"))
    chain = verify_chain(
        token.certificate,
        roots=roots,
        intermediates=(*intermediates, *token.others),
        at=token.at,
        purpose=Purpose.TIME_STAMPS,
    )
    return problems + [TokenProblem(each.code, each.message) for each in chain.problems]
