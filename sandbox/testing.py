"""For tests: a caller that signs as an application does, and the contracts that every answer must keep."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jsonschema_rs
import yaml
from django.test import Client

from foundation.config import ROOT, Project
from foundation.outside.signed import sign_request
from sandbox.systems import SYSTEMS


@dataclass(frozen=True)
class Reply:
    """What a system answered."""

    status: int
    content: bytes

    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.content)
        return value


class Contracts:
    """All openapi.yaml files."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {
            system.prefix: yaml.safe_load((ROOT / "sandbox" / system.code / "openapi.yaml").read_text(encoding="utf-8"))
            for system in SYSTEMS
        }
        self.seen: set[tuple[str, str, str]] = set()

    def operation(self, method: str, path: str) -> tuple[str, str, dict[str, Any]]:
        """Prefix, path template and operation for a call; a call without contract is an error."""
        _, prefix, rest = path.split("/", 2)
        candidates = [
            template
            for template, verbs in self.documents[prefix]["paths"].items()
            if method.lower() in verbs and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), f"/{rest}")
        ]
        if not candidates:
            raise AssertionError(f"没有约定：{method} {path}")
        template = min(candidates, key=lambda one: one.count("{"))
        return prefix, template, self.documents[prefix]["paths"][template][method.lower()]

    def check(self, method: str, path: str, sent: Any, reply: Reply) -> None:
        """The status is a known one, and the body has the promised shape; a good call had a good request too."""
        prefix, template, operation = self.operation(method, path)
        self.seen.add((prefix, method, template))
        promised = operation["responses"].get(str(reply.status))
        if promised is None:
            raise AssertionError(f"约定里没有 {method} {path} → {reply.status}")
        schema = promised.get("content", {}).get("application/json", {}).get("schema")
        if schema:
            self.hold(prefix, schema, json.loads(reply.content))
        if sent is not None and reply.status < 300:
            self.hold(prefix, operation["requestBody"]["content"]["application/json"]["schema"], sent)

    def hold(self, prefix: str, schema: dict[str, Any], value: Any) -> None:
        """AssertionError when `value` is not of `schema`."""
        whole = {**schema, "components": self.documents[prefix]["components"]}
        errors = list(jsonschema_rs.validator_for(whole, validate_formats=True).iter_errors(value))
        if errors:
            raise AssertionError(f"不合约定：{errors[0].message}（{errors[0].instance_path}）")


@dataclass
class Caller:
    """An application that calls the outside world. `strict` off: the answer is not held against the contract."""

    name: Project
    contracts: Contracts
    strict: bool = True

    def get(self, path: str, params: dict[str, str] | None = None, **headers: str) -> Reply:
        full = f"{path}?{urlencode(params)}" if params else path
        return self._send("GET", full, b"", None, headers)

    def post(self, path: str, sent: Any, **headers: str) -> Reply:
        return self._send("POST", path, json.dumps(sent, ensure_ascii=False).encode(), sent, headers)

    def raw(self, path: str, body: bytes, content_type: str) -> Reply:
        """A body that is no JSON."""
        return self._send("POST", path, body, None, {}, content_type)

    def _send(
        self, method: str, full: str, body: bytes, sent: Any, headers: dict[str, str], content_type: str = ""
    ) -> Reply:
        signed = {**sign_request(self.name, method, full, body), "X-App-Id": self.name, **headers}
        content_type = content_type or ("application/json" if method == "POST" else "application/octet-stream")
        got = Client(raise_request_exception=True).generic(
            method, full, body, content_type=content_type, headers=signed
        )
        reply = Reply(got.status_code, got.content)
        if self.strict:
            self.contracts.check(method, full.partition("?")[0], sent, reply)
        return reply
