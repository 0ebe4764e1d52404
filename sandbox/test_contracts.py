"""The OpenAPI files and the addresses are the same list, and no garbage breaks an interface."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from foundation.config import ROOT
from foundation.outside.signed import sign_request
from sandbox.systems import SYSTEMS
from sandbox.testing import Caller, Contracts

NOT_INTERFACES = {"sms/"}
"""Pages under a system's prefix that no application calls."""
GARBAGE: list[Any] = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 5000,
    json.dumps({"name": {"a": 1}, "id_number": 7, "uscc": [], "code": True, "to": None}).encode(),
    json.dumps({key: "\x00" for key in ("name", "id_number", "uscc", "code", "to", "kind", "application_no")}).encode(),
    json.dumps({key: "长" * 5000 for key in ("name", "id_number", "uscc", "code", "to", "serial", "ref")}).encode(),
    b'{"name": "\\ud800", "id_number": "\\ud800", "uscc": "\\ud800", "code": "\\ud800", "serial": "\\ud800"}',
    b'{"facts": {"x": {"y": "\\u0000"}}, "uscc": "a", "application_no": "b", "applicant": {"n": NaN}, "matter_code": "c"}',
]


def patterns(prefix: str = "", resolver: URLResolver | None = None) -> Iterator[str]:
    for one in (resolver or get_resolver("sandbox.urls")).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(prefix + str(one.pattern), one)
        elif isinstance(one, URLPattern):
            yield prefix + str(one.pattern)


def test_every_system_has_a_folder_a_contract_and_a_word_on_what_is_not_checked(contracts: Contracts) -> None:
    folders = {path.parent.name for path in (ROOT / "sandbox").glob("*/openapi.yaml")}
    assert folders == {system.code for system in SYSTEMS}
    for document in contracts.documents.values():
        assert "挡板不检查：" in document["info"]["description"]


def test_addresses_and_contracts_are_the_same_list(contracts: Contracts) -> None:
    prefixes = {f"{system.prefix}/" for system in SYSTEMS}
    served = {
        re.sub(r"<\w+:(\w+)>", r"{\1}", address)
        for address in patterns()
        if any(address.startswith(prefix) for prefix in prefixes) and address not in NOT_INTERFACES
    }
    promised = {f"{prefix}{path}" for prefix, document in contracts.documents.items() for path in document["paths"]}
    assert served == promised


def interfaces() -> list[tuple[str, str]]:
    """Method and address of every signed interface."""
    documents = Contracts().documents
    return [
        (verb.upper(), f"/{prefix}{path}".replace("{", "").replace("}", ""))
        for prefix, document in documents.items()
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
        if operation.get("security") != []
    ]


@pytest.mark.parametrize(("method", "address"), interfaces())
def test_nobody_is_answered_without_a_signature(browser: Client, method: str, address: str) -> None:
    reply = browser.generic(method, address, b"{}", content_type="application/json")
    assert (reply.status_code, reply.json()["error"]) == (401, "bad_signature")


@pytest.mark.parametrize(("method", "address"), [one for one in interfaces() if one[0] == "POST"])
def test_garbage_is_refused_and_breaks_nothing(reg: Caller, method: str, address: str) -> None:
    for body in GARBAGE:
        headers = {**sign_request("reg", method, address, body), "X-App-Id": "reg"}
        reply = Client().generic(method, address, body, content_type="application/json", headers=headers)
        assert 400 <= reply.status_code < 500 or reply.status_code in {200, 201}, (body[:60], reply.content[:200])
        assert reply.status_code < 300 or {"error", "message"} == set(reply.json())


@pytest.mark.parametrize(("method", "address"), interfaces())
def test_another_method_is_refused(reg: Caller, method: str, address: str) -> None:
    other = "PUT" if method == "POST" else "DELETE"
    headers = {**sign_request("reg", other, address, b""), "X-App-Id": "reg"}
    assert Client().generic(other, address, b"", headers=headers).status_code == 405


def test_a_signature_of_another_service_does_not_pass_for_the_named_one(world: None) -> None:
    body = b'{"name": "x", "id_number": "y"}'
    headers = {**sign_request("signing", "POST", "/population/check", body), "X-App-Id": "reg"}
    reply = Client().generic("POST", "/population/check", body, content_type="application/json", headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (401, "bad_app")


def test_a_call_that_is_repeated_word_for_word_is_refused(world: None) -> None:
    body = json.dumps({"name": "张示例", "id_number": "310101198501019190"}).encode()
    headers = {**sign_request("reg", "POST", "/population/check", body), "X-App-Id": "reg"}
    codes = [
        Client()
        .generic("POST", "/population/check", body, content_type="application/json", headers=headers)
        .status_code
        for _ in range(2)
    ]
    assert codes == [200, 401]
