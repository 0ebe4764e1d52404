"""Signed service calls (SM2): reg ↔ signing, callbacks from the outside, our calls to it (R157 用户身份认证).

How a call is signed stands in signing_client/signature.py, since builders of other systems need it; here are the keys.
Whose public key belongs to which service: `SERVICE_KEYS` (name:hex,…) in production; in demo mode every service's key
lies in DATA_DIR/secrets and is made on first use.
"""

from __future__ import annotations

import os
import secrets
from datetime import timedelta
from functools import cache
from typing import get_args
from urllib.parse import quote

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from foundation import clock
from foundation.config import ConfigError, Service, config
from foundation.crypto import CryptoError, crypto
from foundation.crypto.sm2 import is_public
from signing_client.signature import HEADERS as HEADERS
from signing_client.signature import SKEW_SECONDS as SKEW_SECONDS
from signing_client.signature import BadSignature as BadSignature
from signing_client.signature import Stamp

SERVICES: tuple[Service, ...] = get_args(Service)
SWEEP_EVERY = 200
"""One call in so many forgets the nonces that are too old to be of use."""


def _private(service: Service) -> bytes:
    return bytes.fromhex(config().secret(service, "service_key"))


@cache
def _public(service: str) -> bytes:
    listed = dict(pair.strip().split(":", 1) for pair in os.environ.get("SERVICE_KEYS", "").split(",") if ":" in pair)
    if service in listed:
        try:
            return bytes.fromhex(listed[service])
        except ValueError:
            raise BadSignature(f"SERVICE_KEYS 里 {service} 的公钥不是十六进制") from None
    if config().mode == "production" or service not in SERVICES:
        raise BadSignature(f"不认识服务 {service}")
    return crypto().sm2_public(_private(SERVICES[SERVICES.index(service)]))


def public_key(service: str) -> bytes:
    """The key by which calls of `service` are recognised, 65 bytes; BadSignature when it is not known."""
    return _public(service)


def own_key_problem(service: Service) -> str:
    """Why `service` cannot sign its calls, for the operator; empty when it can."""
    try:
        crypto().sm2_public(_private(service))
    except (ConfigError, CryptoError, ValueError) as problem:
        return f"我方签名密钥不能用：{problem}"
    return ""


def caller_key_problem(service: str) -> str:
    """Why calls of `service` cannot be recognised, for the operator; empty when they can."""
    try:
        known = is_public(_public(service))
    except (BadSignature, ConfigError, CryptoError, ValueError) as problem:
        return f"对方回调的公钥不能用：{problem}"
    return "" if known else "对方回调的公钥不是有效的 SM2 公钥"


def sign_request(service: Service, method: str, path: str, body: bytes) -> dict[str, str]:
    """Headers that prove that `service` sent exactly this. `path` includes the query string."""
    stamp = Stamp.now(service)
    return stamp.headers(crypto().sm2_sign(_private(service), stamp.text(method, path, crypto().sm3(body))))


def verify_request(request: HttpRequest) -> str:
    """The name of the service that sent `request`; BadSignature when it is unsigned, changed, old or repeated."""
    stamp = Stamp.read(request.headers)
    text = stamp.text(request.method or "", called_path(request), crypto().sm3(request.body))
    try:
        good = crypto().sm2_verify(_public(stamp.service), text, stamp.signature)
    except (ValueError, CryptoError):
        raise BadSignature("签名的写法不对") from None
    except ConfigError as error:
        raise BadSignature(str(error)) from None
    if not good:
        raise BadSignature("签名不对")
    if not nonce_use(stamp.service, stamp.nonce):
        raise BadSignature("请求重复")
    return stamp.service


def called_path(request: HttpRequest) -> str:
    """Path and query under which the request came."""
    query = request.META.get("QUERY_STRING", "")
    return quote(request.path) + (f"?{query}" if query else "")


def nonce_use(service: str, nonce: str) -> bool:
    """Whether this is the first call with this nonce. A row of its own for every call: a cache may forget early and let a
    repeated call in."""
    from foundation.outside.models import ServiceNonce

    try:
        with transaction.atomic():
            ServiceNonce.objects.create(service=service, nonce=nonce, seen_at=clock.wall())
    except IntegrityError:
        return False
    if secrets.randbelow(SWEEP_EVERY) == 0:
        nonces_sweep()
    return True


def nonces_sweep() -> int:
    """Forget nonces of calls whose time stamp is refused by now; returns how many."""
    from foundation.outside.models import ServiceNonce

    old = clock.wall() - timedelta(seconds=SKEW_SECONDS * 2 + 60)
    return ServiceNonce.objects.filter(seen_at__lt=old).delete()[0]
