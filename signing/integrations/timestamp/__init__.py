"""时间戳服务 (RFC 3161): a token over a digest, believed only after everything about it was checked. R141."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta

from foundation import clock
from foundation.config import env
from foundation.crypto.timestamp import (
    QUERY,
    TimeRequest,
    TimestampError,
    TimeToken,
    token_of,
    token_problems,
    token_read,
)
from foundation.crypto.x509 import parse
from foundation.outside.client import OutsideClient, OutsideDown

SYSTEM = "timestamp"
CLOCKS_MAY_DIFFER = timedelta(minutes=5)


def policy() -> str:
    """The rules under which the service stamps for us (TIMESTAMP_POLICY), a dotted identifier."""
    return env("TIMESTAMP_POLICY", "2.25.2026112701")


def stamp(imprint: bytes, *, roots: Iterable[bytes], intermediates: Iterable[bytes]) -> TimeToken:
    """A token over an SM3 digest. OutsideDown when there is none, or one that is not as it must be: ask again later."""
    asked = TimeRequest(imprint, secrets.randbits(63), policy())
    reply = OutsideClient(SYSTEM).send("/stamp", asked.encoded(), QUERY)
    if reply.status != 200:
        raise OutsideDown(SYSTEM, f"不接受这次请求（{reply.status}）")
    try:
        token = token_read(token_of(reply.content))
    except TimestampError as error:
        raise OutsideDown(SYSTEM, str(error)) from None
    believed = {"roots": [parse(each) for each in roots], "intermediates": [parse(each) for each in intermediates]}
    for problem in token_problems(token, imprint=imprint, asked=asked, **believed):
        raise OutsideDown(SYSTEM, problem.message)
    if abs(token.at - clock.now()) > CLOCKS_MAY_DIFFER:
        raise OutsideDown(SYSTEM, "时间戳的时间和我们的相差太多")
    return token
