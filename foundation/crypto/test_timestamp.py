"""可信时间戳: what we give openssl can read and confirms; what is wrong with a token is named. R141."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from foundation.crypto import crypto
from foundation.crypto.timestamp import (
    TimeRequest,
    TimestampError,
    TimeToken,
    reply_granted,
    reply_rejected,
    token_issue,
    token_of,
    token_problems,
    token_read,
)
from foundation.crypto.x509 import EVENT, TIME_STAMPING, Issuer, Profile, Subject, issue_certificate
from foundation.crypto.x509.testing import BEGIN, NOON, Authority, openssl, openssl_verifies_hop, openssl_verifies_value

pytestmark = pytest.mark.row("R141", part="溯源")
POLICY = "2.25.2026112701"
CONTENT = "签名证据".encode()


class Stamper:
    """A time-stamp authority below a small authority of our own."""

    def __init__(self) -> None:
        self.authority = Authority.make()
        self.own = self.issuer(TIME_STAMPING)

    def issuer(self, profile: Profile, *, days: int = 365) -> Issuer:
        key = crypto().sm2_keygen()
        certificate = issue_certificate(
            issuer=self.authority.sub,
            subject=Subject("时间戳测试"),
            public=key.public,
            profile=profile,
            not_before=BEGIN,
            not_after=BEGIN + timedelta(days=days),
        )
        return Issuer(certificate, key)

    def stamp(self, asked: TimeRequest, issuer: Issuer | None = None) -> bytes:
        chain = [self.authority.sub.certificate]
        return token_issue(asked, issuer=issuer or self.own, chain=chain, serial=7, at=NOON)

    def problems(self, token: bytes | TimeToken, asked: TimeRequest) -> list[str]:
        read = token_read(token) if isinstance(token, bytes) else token
        roots = [self.authority.root.certificate]
        found = token_problems(read, imprint=crypto().sm3(CONTENT), roots=roots, asked=asked)
        return [each.code for each in found]


@pytest.fixture(scope="module")
def stamper() -> Stamper:
    return Stamper()


def ask() -> TimeRequest:
    return TimeRequest(crypto().sm3(CONTENT), secrets.randbits(64), POLICY)


def test_a_token_answers_the_question_and_holds(stamper: Stamper) -> None:
    asked = ask()
    token = stamper.stamp(asked)
    read = token_read(token_of(reply_granted(token)))
    assert stamper.problems(read, asked) == []
    assert (read.at, read.serial, read.policy) == (NOON, 7, POLICY)
    assert TimeRequest.read(asked.encoded()) == asked


def test_openssl_reads_the_answer_and_confirms_value_and_chain(stamper: Stamper, tmp_path: Path) -> None:
    asked = ask()
    token = stamper.stamp(asked)
    (tmp_path / "reply.tsr").write_bytes(reply_granted(token))
    (tmp_path / "asked.tsq").write_bytes(asked.encoded())
    good, said = openssl("ts", "-reply", "-in", f"{tmp_path}/reply.tsr", "-text")
    assert good, said
    assert "Hash Algorithm: sm3" in said
    assert "Time stamp: Nov 24 04:00:00 2026 GMT" in said
    assert int(said.partition("Nonce: ")[2].split()[0], 16) == asked.nonce
    good, said = openssl("ts", "-query", "-in", f"{tmp_path}/asked.tsq", "-text")
    assert "Hash Algorithm: sm3" in said
    read = token_read(token)
    pem = openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=read.certificate.der)[1]
    assert openssl_verifies_value(pem, read.attributes, read.value)
    assert openssl_verifies_hop(read.certificate, stamper.authority.sub.certificate)
    assert crypto().sm3(read.info) == read.digest


def test_every_fault_of_a_token_is_named(stamper: Stamper) -> None:
    asked = ask()
    read = token_read(stamper.stamp(asked))

    def wrong(make: Callable[[], TimeToken | bytes]) -> list[str]:
        return stamper.problems(make(), asked)

    assert wrong(lambda: stamper.stamp(replace(asked, imprint=crypto().sm3(b"other")))) == ["imprint"]
    assert wrong(lambda: stamper.stamp(replace(asked, nonce=asked.nonce + 1))) == ["nonce"]
    assert wrong(lambda: stamper.stamp(replace(asked, policy="2.25.1"))) == ["policy"]
    assert wrong(lambda: stamper.stamp(asked, stamper.issuer(TIME_STAMPING, days=1))) == ["expired"]
    assert wrong(lambda: stamper.stamp(asked, stamper.issuer(EVENT))) == ["purpose"]
    assert wrong(lambda: stamper.stamp(asked, Stamper().own)) != []
    assert wrong(lambda: replace(read, info=read.info + b"x")) == ["digest"]
    assert wrong(lambda: replace(read, value=read.value[:-1] + b"\0")) == ["value"]
    assert wrong(lambda: replace(read, named=bytes(32))) == ["certificate_swapped"]


def test_a_changed_byte_is_seen_or_changes_nothing_that_the_token_says(stamper: Stamper) -> None:
    asked = ask()
    token = stamper.stamp(asked)
    true = replace(token_read(token), der=b"", others=())
    for at in range(len(token)):
        changed = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
        try:
            read = token_read(changed)
        except TimestampError:
            continue
        assert stamper.problems(read, asked) or replace(read, der=b"", others=()) == true, at


@pytest.mark.parametrize("content", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x01", b"x" * 99, reply_rejected("不给")])
def test_what_is_no_token_is_refused_in_words(content: bytes) -> None:
    for read in (TimeRequest.read, token_of, token_read):
        with pytest.raises(TimestampError):
            read(content)


def test_a_request_for_another_digest_algorithm_is_refused() -> None:
    with pytest.raises(TimestampError):
        TimeRequest.read(bytes.fromhex("30370201013031300d060960864801650304020105000420" + "00" * 32))
