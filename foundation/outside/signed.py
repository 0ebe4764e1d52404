"""Signed service calls (SM2): reg ↔ signing, callbacks from the outside, our calls to it (R157 用户身份认证).

Headers: X-Service, X-Timestamp (unix seconds), X-Nonce, X-Signature (base64 of SM2 DER over the canonical text).
The canonical text is METHOD, path with query, timestamp, nonce and SM3 of the body, each on a line.
Whose public key belongs to which service: `SERVICE_KEYS` (name:hex,…) in production; in demo mode every service's key
lies in DATA_DIR/secrets and is made on first use.
"""

from __future__ import annotations

import base64
import os
import secrets
import time
from functools import cache

from django.core.cache import caches
from django.http import HttpRequest

from foundation.config import ConfigError, Project, config
from foundation.crypto import crypto

SKEW_SECONDS = 300
HEADERS = ("X-Service", "X-Timestamp", "X-Nonce", "X-Signature")
SERVICES: tuple[Project, ...] = ("reg", "signing", "sandbox")


class BadSignature(Exception):
    """The caller is not who it says, or the message was changed or repeated."""


def _private(service: Project) -> bytes:
    return bytes.fromhex(config().secret(service, "service_key"))


@cache
def _public(service: str) -> bytes:
    listed = dict(pair.split(":", 1) for pair in os.environ.get("SERVICE_KEYS", "").split(",") if ":" in pair)
    if service in listed:
        return bytes.fromhex(listed[service])
    if config().mode == "production" or service not in SERVICES:
        raise BadSignature(f"不认识服务 {service}")
    return crypto().sm2_public(_private(SERVICES[SERVICES.index(service)]))


def _canonical(method: str, path: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    return "\n".join([method.upper(), path, timestamp, nonce, crypto().sm3(body).hex()]).encode()


def sign_request(service: Project, method: str, path: str, body: bytes) -> dict[str, str]:
    """Headers that prove that `service` sent exactly this. `path` includes the query string."""
    timestamp, nonce = str(int(time.time())), secrets.token_hex(12)
    signature = crypto().sm2_sign(_private(service), _canonical(method, path, timestamp, nonce, body))
    return dict(zip(HEADERS, (service, timestamp, nonce, base64.b64encode(signature).decode()), strict=True))


def verify_request(request: HttpRequest) -> str:
    """The name of the service that sent `request`; BadSignature when it is unsigned, changed, old or repeated."""
    service, timestamp, nonce, signature = (request.headers.get(name, "") for name in HEADERS)
    if not (service and timestamp.isdigit() and nonce and signature):
        raise BadSignature("请求没有签名")
    if abs(time.time() - int(timestamp)) > SKEW_SECONDS:
        raise BadSignature("请求的时间不对")
    text = _canonical(request.method or "", request.get_full_path(), timestamp, nonce, request.body)
    try:
        value = base64.b64decode(signature, validate=True)
    except ValueError:
        raise BadSignature("签名的写法不对") from None
    try:
        public = _public(service)
    except ConfigError as error:
        raise BadSignature(str(error)) from None
    if not crypto().sm2_verify(public, text, value):
        raise BadSignature("签名不对")
    if not caches["default"].add(f"nonce:{service}:{nonce}", 1, SKEW_SECONDS * 2):
        raise BadSignature("请求重复")
    return service
