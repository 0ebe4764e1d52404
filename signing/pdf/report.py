"""What verification says, to people and to programs."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from datetime import datetime
from typing import Any, Literal

from foundation.crypto.x509.certificate import shanghai_text
from signing.pdf.behalf import principal_in

Coverage = Literal["whole", "revision", "broken"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong."""

    code: str
    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True)
class SealReport:
    """The seal of an SES signature, as it says of itself; whether to believe it is said by the problems."""

    name: str
    es_id: str
    maker: str
    valid_from: datetime
    valid_until: datetime

    @property
    def sentence(self) -> str:
        begin, end = (shanghai_text(each)[:10] for each in (self.valid_from, self.valid_until))
        return f"印章：{self.name}，编号 {self.es_id}，制章者 {self.maker}，有效期 {begin} 至 {end}"

    def as_json(self) -> dict[str, str]:
        return {
            "name": self.name,
            "es_id": self.es_id,
            "maker": self.maker,
            "valid_from": self.valid_from.isoformat(),
            "valid_until": self.valid_until.isoformat(),
        }

    @classmethod
    def from_json(cls, value: dict[str, str]) -> SealReport:
        begin, end = (datetime.fromisoformat(value[key]) for key in ("valid_from", "valid_until"))
        return cls(value["name"], value["es_id"], value["maker"], begin, end)


@dataclass(frozen=True)
class SignatureReport:
    """What stands about one signature."""

    field: str
    signer: str
    """Name in the certificate; empty when it cannot be read."""
    issuer: str
    signed_at: datetime | None
    """The time the signer states; it is protected by the signature."""
    reason: str
    intact: bool
    """Value, digest and range hold: these bytes are what was signed."""
    chain_ok: bool
    """The certificate leads to a trusted root and was good, for signing, at the time of signing."""
    covers: Coverage
    """whole: the file as it is; revision: the file as it was then; broken: the range itself is wrong."""
    changed_since: tuple[str, ...]
    """What was added after this signature, in order; lawful later signatures included."""
    problems: tuple[Problem, ...]
    revision: int = 0
    """Which version of the file it closes, from 1; 0 when it closes none."""
    chain: tuple[str, ...] = ()
    """Names from the signer's issuer up to the root, as far as the chain leads."""
    shown: bool = True
    """Whether its field is drawn on a page: a signature nobody sees is lawful, but nobody signed where he is shown to."""
    organisation: bool = False
    """Whether the certificate is an organisation's: its name is public, a person's is not."""
    seal: SealReport | None = None
    """SES: with which seal."""
    seal_der: bytes | None = attribute(default=None, repr=False)
    certificate: bytes | None = attribute(default=None, repr=False)
    others: tuple[bytes, ...] = attribute(default=(), repr=False)
    """DER of the certificates that stand beside the signer's."""
    to_be_signed: bytes = attribute(default=b"", repr=False)
    value: bytes = attribute(default=b"", repr=False)

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def sentence(self) -> str:
        """Who, when, for whom, whether it holds, what came after."""
        who = self.signer or "无法识别的签名人"
        when = f"于 {shanghai_text(self.signed_at)} " if self.signed_at else ""
        verdict = "有效" if self.ok else "无效：" + "；".join(str(problem) for problem in self.problems)
        noted = f"，注明“{self.reason}”，" if principal_in(self.reason) else ""
        hidden = "" if self.shown else "，页面上看不到这个签名"
        since = "之后文件没有变化" if not self.changed_since else "之后：" + "；".join(self.changed_since)
        seal = f"{self.seal.sentence}。" if self.seal else ""
        return f"{who}{when}在“{self.field}”处的{'签章' if seal else '签名'}{noted}{verdict}{hidden}。{seal}{since}。"

    def as_json(self) -> dict[str, Any]:
        return {
            "field": self.field,
            "signer": self.signer,
            "issuer": self.issuer,
            "signed_at": self.signed_at.isoformat() if self.signed_at else None,
            "reason": self.reason,
            "intact": self.intact,
            "chain_ok": self.chain_ok,
            "covers": self.covers,
            "revision": self.revision,
            "chain": list(self.chain),
            "organisation": self.organisation,
            "seal": self.seal.as_json() if self.seal else None,
            "shown": self.shown,
            "changed_since": list(self.changed_since),
            "problems": [{"code": problem.code, "message": problem.message} for problem in self.problems],
            "ok": self.ok,
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> SignatureReport:
        """What `as_json` wrote; certificate and value stay behind."""
        stated = value["signed_at"]
        return cls(
            **{key: value[key] for key in ("field", "signer", "issuer", "reason", "intact", "chain_ok", "covers")},
            signed_at=datetime.fromisoformat(stated) if stated else None,
            changed_since=tuple(value["changed_since"]),
            problems=_problems(value["problems"]),
            revision=value["revision"],
            chain=tuple(value["chain"]),
            organisation=value["organisation"],
            seal=SealReport.from_json(value["seal"]) if value["seal"] else None,
            shown=value["shown"],
        )


def _problems(listed: list[dict[str, str]]) -> tuple[Problem, ...]:
    return tuple(Problem(each["code"], each["message"]) for each in listed)


@dataclass(frozen=True)
class Report:
    """What stands about a file."""

    signatures: tuple[SignatureReport, ...]
    """In the order of signing."""
    problems: tuple[Problem, ...]
    """Of the file as a whole."""
    revisions: int = 0
    """How many versions the file holds, one on top of the other."""

    @property
    def ok(self) -> bool:
        """There is at least one signature, all hold, and nothing else was changed after the first."""
        return bool(self.signatures) and not self.problems and all(each.ok for each in self.signatures)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Every problem once, the file's first."""
        every = [*self.problems, *(problem for each in self.signatures for problem in each.problems)]
        return tuple(dict.fromkeys(every))

    @property
    def sentences(self) -> list[str]:
        return [*(str(problem) for problem in self.problems), *(each.sentence for each in self.signatures)]

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.ok,
            "problems": [{"code": problem.code, "message": problem.message} for problem in self.problems],
            "revisions": self.revisions,
            "signatures": [each.as_json() for each in self.signatures],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Report:
        """What `as_json` wrote."""
        signatures = tuple(SignatureReport.from_json(each) for each in value["signatures"])
        return cls(signatures, _problems(value["problems"]), value["revisions"])
