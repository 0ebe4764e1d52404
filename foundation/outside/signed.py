"""Signed service calls (SM2): reg ↔ signing, callbacks from the outside, our calls to it (R157 用户身份认证).

Headers: X-Service, X-Timestamp (unix seconds), X-Nonce, X-Signature (base64 of SM2 DER over the canonical text).
The canonical text is METHOD, path with query, timestamp, nonce and SM3 of the body, each on a line. The path is written
in one way (percent-decoded, then encoded again but for letters, digits and /), since servers differ in what they leave.
Whose public key belongs to which service: `SERVICE_KEYS` (name:hex,…) in production; in demo mode every service's key
lies in DATA_DIR/secrets and is made on first use.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import time
from datetime import timedelta
from functools import cache
from urllib.parse import quote, unquote

from django.db import IntegrityError, transaction
from django.http import HttpRequest

from foundation import clock
from foundation.config import ConfigError, Project, config
from foundation.crypto import CryptoError, crypto
from foundation.crypto.sm2 import is_public

SKEW_SECONDS = 300
HEADERS = ("X-Service", "X-Timestamp", "X-Nonce", "X-Signature")
SHAPES = (r"[a-z0-9_\-]{1,40}", r"[0-9]{1,12}", r"[0-9A-Za-z_\-]{8,64}", r"[0-9A-Za-z+/=]{16,400}")
SERVICES: tuple[Project, ...] = ("reg", "signing", "sandbox")
SWEEP_EVERY = 200
"""One call in so many forgets the nonces that are too old to be of use."""


class BadSignature(Exception):
    """The caller is not who it says, or the message was changed or repeated."""


def _private(service: Project) -> bytes:
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


def own_key_problem(service: Project) -> str:
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


def _canonical(method: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    return "\n".join([method.upper(), path, timestamp, nonce, crypto().sm3(body).hex()]).encode()


def _one_way(path: str, query: str) -> str:
    return quote(path, safe="/") + (f"?{query}" if query else "")


def sign_request(service: Project, method: str, path: str, body: bytes) -> dict[str, str]:
    """Headers that prove that `service` sent exactly this. `path` includes the query string."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(12)
    bare, _, query = path.partition("?")
    text = _canonical(method, _one_way(unquote(bare), query), timestamp, nonce, body)
    signature = crypto().sm2_sign(_private(service), text)
    return dict(zip(HEADERS, (service, timestamp, nonce, base64.b64encode(signature).decode()), strict=True))


def verify_request(request: HttpRequest) -> str:
    """The name of the service that sent `request`; BadSignature when it is unsigned, changed, old or repeated."""
    given = [request.headers.get(name, "") for name in HEADERS]
    if not all(given):
        raise BadSignature("请求没有签名")
    if not all(re.fullmatch(shape, value, re.ASCII) for shape, value in zip(SHAPES, given, strict=True)):
        raise BadSignature("签名的写法不对")
    service, timestamp, nonce, signature = given
    if abs(time.time() - int(timestamp)) > SKEW_SECONDS:
        raise BadSignature("请求的时间不对")
    path = _one_way(request.path, request.META.get("QUERY_STRING", ""))
    text = _canonical(request.method or "", path, timestamp, nonce, request.body)
    try:
        good = crypto().sm2_verify(_public(service), text, base64.b64decode(signature, validate=True))
    except (ValueError, CryptoError):
        raise BadSignature("签名的写法不对") from None
    except ConfigError as error:
        raise BadSignature(str(error)) from None
    if not good:
        raise BadSignature("签名不对")
    _use_once(service, nonce)
    return service


def _use_once(service: str, nonce: str) -> None:
    """A row of its own for every call: a cache may forget early and let a repeated call in."""
    from foundation.outside.models import ServiceNonce

    try:
        with transaction.atomic():
            ServiceNonce.objects.create(service=service, nonce=nonce, seen_at=clock.wall())
    except IntegrityError:
        raise BadSignature("请求重复") from None
    if secrets.randbelow(SWEEP_EVERY) == 0:
        nonces_sweep()


def nonces_sweep() -> int:
    """Forget nonces of calls whose time stamp is refused by now; returns how many."""
    from foundation.outside.models import ServiceNonce

    old = clock.wall() - timedelta(seconds=SKEW_SECONDS * 2 + 60)
    return ServiceNonce.objects.filter(seen_at__lt=old).delete()[0]
