"""时间戳服务: a real token for who asks well, a refusal in its own form for who does not, and three ways to be wrong."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from django.test import Client

from foundation import clock
from foundation.crypto import crypto
from foundation.crypto.timestamp import (
    QUERY,
    TimeRequest,
    TimestampError,
    token_of,
    token_problems,
    token_read,
)
from foundation.crypto.x509 import Certificate, parse
from foundation.crypto.x509.testing import openssl, openssl_verifies_hop, openssl_verifies_value
from sandbox.faults.models import Fault
from sandbox.faults.services import fault_set
from sandbox.testing import Caller
from sandbox.timestamp.authority import POLICY

IMPRINT = crypto().sm3("签名证据".encode())


def ask(**changed: str) -> TimeRequest:
    return TimeRequest(IMPRINT, secrets.randbits(63), changed.get("policy", POLICY))


def stamped(caller: Caller, asked: TimeRequest) -> bytes:
    reply = caller.raw("/timestamp/stamp", asked.encoded(), QUERY)
    assert reply.status == 200
    return reply.content


def root(browser: Client) -> Certificate:
    return parse(browser.get("/ca/root.pem").content)


def problems(caller: Caller, browser: Client) -> list[str]:
    asked = ask()
    token = token_read(token_of(stamped(caller, asked)))
    return [each.code for each in token_problems(token, imprint=IMPRINT, roots=[root(browser)], asked=asked)]


@pytest.mark.row("R141", part="溯源")
def test_a_token_holds_for_us_and_for_openssl(signing: Caller, browser: Client) -> None:
    asked = ask()
    token = token_read(token_of(stamped(signing, asked)))
    assert token_problems(token, imprint=IMPRINT, roots=[root(browser)], asked=asked) == []
    assert abs(token.at - clock.now()) < timedelta(seconds=5)
    assert token.certificate == parse(browser.get("/timestamp/tsa.pem").content)
    pem = openssl("x509", "-inform", "DER", "-noout", "-pubkey", data=token.certificate.der)[1]
    assert openssl_verifies_value(pem, token.attributes, token.value)
    sub = parse(browser.get("/ca/sub.pem").content)
    assert openssl_verifies_hop(token.certificate, sub)
    assert openssl_verifies_hop(sub, root(browser))


def test_every_token_has_its_own_number(signing: Caller) -> None:
    first, second = (token_read(token_of(stamped(signing, ask()))).serial for _ in range(2))
    assert second == first + 1


def test_a_request_that_is_none_is_refused_in_the_form_of_the_standard(signing: Caller) -> None:
    for content in (b"\x30\x00", b"nonsense", ask(policy="2.25.1").encoded()):
        reply = signing.raw("/timestamp/stamp", content, QUERY)
        assert reply.status == 200
        with pytest.raises(TimestampError, match="rejection"):
            token_of(reply.content)
    reply = signing.post("/timestamp/stamp", {})
    assert (reply.status, reply.json()["error"]) == (415, "not_a_query")


def test_the_fault_is_wrong_in_three_ways_one_after_the_other(signing: Caller, browser: Client) -> None:
    assert problems(signing, browser) == []
    fault_set("timestamp", mode=Fault.Mode.WRONG)
    assert sorted(problem for _ in range(3) for problem in problems(signing, browser)) == [
        "expired",
        "imprint",
        "nonce",
    ]
    fault_set("timestamp", mode=Fault.Mode.OK)
    assert problems(signing, browser) == []


def test_it_can_be_down_and_slow(signing: Caller) -> None:
    fault_set("timestamp", mode=Fault.Mode.DOWN, times=1)
    assert signing.raw("/timestamp/stamp", ask().encoded(), QUERY).status == 503
    fault_set("timestamp", mode=Fault.Mode.SLOW, slow_ms=1)
    token_of(stamped(signing, ask()))
