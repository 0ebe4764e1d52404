"""The client and the contract of the task API (signing/api/openapi.json) say the same, field by field, both ways."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import jsonschema_rs
import pytest

from signing_client import (
    Authorisation,
    AuthorisationState,
    Batch,
    BatchEvent,
    BatchState,
    Behalf,
    Business,
    Document,
    DocumentState,
    Entity,
    MendingStep,
    PdfCheck,
    Person,
    PreparedDocument,
    SealDocument,
    SealedDocument,
    SealOrder,
    SealOrderMade,
    SealOrderState,
    Signature,
    SigningClient,
    Slot,
    SlotKind,
    TaskState,
    TodoBehalf,
    TodoCase,
    Todos,
    TracedDocument,
    TraceStep,
)
from signing_client.client import DIGEST_HEADER
from signing_client.testing import (
    AT,
    Json,
    Said,
    Told,
    batch_json,
    document_json,
    seal_order_json,
    sealed_json,
    task_json,
)
from signing_client.transport import Call

CONTRACT = Path(__file__).parent.parent / "signing" / "api" / "openapi.json"
WITHOUT_METHOD = {"authority_seal": "only the registration system may have the authority's seal put on"}
"""Operations that a business system cannot use, and why."""
ANSWERS: dict[str, type[Any]] = {
    "BatchOut": BatchState,
    "DocumentOut": DocumentState,
    "TaskOut": TaskState,
    "BehalfOut": Behalf,
    "TodoBehalfOut": TodoBehalf,
    "AuthorisationOut": AuthorisationState,
    "SignatureOut": Signature,
    "SealOrderMadeOut": SealOrderMade,
    "PreparedDocumentOut": PreparedDocument,
    "SealOrderOut": SealOrderState,
    "SealedDocumentOut": SealedDocument,
    "TodosOut": Todos,
    "TodoOut": TodoCase,
    "PdfCheckOut": PdfCheck,
    "MendingStepOut": MendingStep,
    "TraceOut": TracedDocument,
    "TraceStepOut": TraceStep,
}
"""Answers that become values. Of the others the method gives the one thing they hold."""
ONE_THING = {"TicketOut": "url", "RemindOut": "told", "SignaturesOut": "signatures", "TracesOut": "documents"}
WEI = Person(name="卫甲", id_type="10", id_number="31010619820113931X", mobile="19900000013")
ZHANG = Person(name="张示例", id_type="10", id_number="310101198501019190", mobile="19900000001")
GRANTED = Authorisation(
    number="SQ-000001", granted_on=date(2026, 11, 1), valid_until=date(2027, 10, 31), covers="代签分支机构登记文书"
)
FIRM = Entity(name="上海星岚示例科技有限公司", uscc="91310115MAXX00015T", mobile="19900000001")
PLACE: Json = {"page": 0, "x": 60.0, "y": 100.5, "width": 150.0, "height": 60.0}
PAPER = Document(
    ref="D1",
    title="股东会决议",
    sha256="0" * 64,
    download_url="http://127.0.0.1/files/D1",
    slots=[
        Slot(name="s1", role="股东", signer=WEI, **PLACE),
        Slot(name="s3", role="法定代表人", signer=WEI, on_behalf_of=ZHANG, authorisation=GRANTED, **PLACE),
        Slot(name="s2", role="公司", signer=FIRM, **PLACE),
    ],
    must_read=["法定代表人换成赵演示"],
    text="全文",
)
ORDER = Batch(
    ref="B1",
    business=Business.CHAIN,
    case_no="A1",
    title="变更登记文书",
    company=FIRM,
    company_name="上海星岚示例科技有限公司",
    callback_url="http://127.0.0.1/callback",
    return_url="http://127.0.0.1/back",
    documents=[PAPER],
)
SEALS = SealOrder(
    uscc=FIRM.uscc,
    documents=[SealDocument(ref="D1"), SealDocument(ref="D2", slot="s2")],
    return_url="http://127.0.0.1/back",
)
SIGNATURE: Json = {
    "slot": "s1",
    "role": "股东",
    "signer_name": "卫甲",
    "sign_no": "A1-1-1-1",
    "business_no": "A1",
    "verification_no": "RZ1",
    "ceremony_no": "C1",
    "certificate_serial": "1f",
    "certificate_base64": "MII=",
    "signed_at": AT,
    "file_sm3": "0" * 64,
    "on_behalf_of": None,
}
BEHALF: Json = {
    "name": "张示例",
    "role": "法定代表人",
    "authorisation": "SQ-000001",
    "granted_on": "2026-11-01",
    "valid_until": "2027-10-31",
    "covers": "代签分支机构登记文书",
    "ended_at": None,
}
STEP: Json = {"at": AT, "what": "签名", "who": "卫*", "numbers": {"签署流水号": "A1-1-1-1"}, "note": "", "bad": False}
TRACED: Json = {
    "document": "D1",
    "title": "股东会决议",
    "state": "签齐",
    "case_no": "A1",
    "company": "上海星岚示例科技有限公司",
    "found_as": ["签署流水号"],
    "code": None,
    "verify_url": None,
    "stamped_at": AT,
    "stamp_problem": "",
    "steps": [STEP],
}
A_CASE: Json = {
    "batch": "B1",
    "business": "chain",
    "case_no": "A1",
    "company": "上海星岚示例科技有限公司",
    "title": "变更登记文书",
    "documents": ["股东会决议"],
    "seal": False,
    "on_behalf_of": [{**BEHALF, "document": "股东会决议"}],
}
SEAL = seal_order_json("S1", [sealed_json("D1", left=1)])
STATE = batch_json("B1", [document_json("D1", [task_json("s1", state="signed")], state="complete")], state="signed")
SAID: dict[str, Any] = {
    "batch_create": STATE,
    "batch_show": STATE,
    "batch_cancel": STATE,
    "authorisation_end": {"number": "SQ-000001", "ended_at": AT, "signed": 1, "stopped": 2},
    "document_signatures": {"document": "D1", "signatures": [SIGNATURE]},
    "seal_order_create": {**SEAL, "documents": [{**SEAL["documents"][0], "plaintext_base64": "MII="}]},
    "seal_order_show": SEAL,
    "seal_order_cancel": {**SEAL, "state": "lapsed"},
    "ticket_issue": {"url": "http://127.0.0.1/enter/x/"},
    "batch_remind": {"told": 2},
    "todo_list": {"counts": {"chain": 1}, "todos": [A_CASE]},
    "pdf_check": {
        "admitted": True,
        "pages": 3,
        "warnings": [],
        "code": None,
        "message": None,
        "fix": None,
        "mendable": False,
        "mending": [],
        "not_mended": None,
    },
    "evidence_trace": {"documents": [TRACED]},
}
"""What 电子签名 says to each operation whose answer is JSON."""
ASKED: dict[str, Callable[[SigningClient], Any]] = {
    "batch_create": lambda client: client.batch_create(ORDER),
    "batch_show": lambda client: client.batch_show("B1"),
    "batch_cancel": lambda client: client.batch_cancel("B1"),
    "authorisation_end": lambda client: client.authorisation_end("SQ-000001"),
    "document_signed": lambda client: client.document_signed("D1"),
    "document_signatures": lambda client: client.document_signatures("D1"),
    "seal_order_create": lambda client: client.seal_order_create(SEALS, key="k1"),
    "seal_order_show": lambda client: client.seal_order_show("S1"),
    "seal_order_cancel": lambda client: client.seal_order_cancel("S1"),
    "ticket_issue": lambda client: client.ticket_issue(WEI, entity=FIRM, batch="B1", next_path="/signed/"),
    "batch_remind": lambda client: client.batch_remind("B1", person=WEI),
    "todo_list": lambda client: client.todo_list(WEI, entity=FIRM, business=Business.CHAIN),
    "pdf_check": lambda client: client.pdf_check(b"%PDF-1.7"),
    "pdf_mend": lambda client: client.pdf_mend(b"%PDF-1.7"),
    "evidence_trace": lambda client: client.evidence_trace("A1-1-1-1", staff="shen1"),
    "evidence_export": lambda client: client.evidence_export("QM1", staff="shen1"),
}
"""Each operation asked with everything that can be said."""


def contract() -> Json:
    told: Json = json.loads(CONTRACT.read_text("utf-8"))
    return told


def operations() -> dict[str, tuple[str, str, Json]]:
    """Method, path and words of each operation."""
    return {
        operation["operationId"]: (verb.upper(), path, operation)
        for path, verbs in contract()["paths"].items()
        for verb, operation in verbs.items()
    }


def schema(name: str) -> Json:
    found: Json = contract()["components"]["schemas"][name]
    return found


def holds(part: Json, value: Any) -> None:
    whole = {**part, "components": contract()["components"]}
    assert [error.message for error in jsonschema_rs.validator_for(whole).iter_errors(value)] == []


def asked(name: str) -> Call:
    """The call that a method sends."""
    files = {
        "document_signed": Said.file(b"%PDF-1.7"),
        "pdf_mend": Said.file(b"%PDF-1.7"),
        "evidence_export": Said(200, b"PK\x03\x04"),
    }
    transport = Told(lambda call: files.get(name) or Said.json(SAID[name]))
    ASKED[name](SigningClient(transport))
    (call,) = transport.calls
    return call


def test_every_operation_has_a_method_or_a_reason() -> None:
    methods = {name for name in vars(SigningClient) if not name.startswith("_")}
    assert methods == set(operations()) - WITHOUT_METHOD.keys()
    assert methods == set(ASKED)
    assert set(WITHOUT_METHOD) <= set(operations())


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_method_calls_what_the_contract_names(name: str) -> None:
    call, (verb, path, operation) = asked(name), operations()[name]
    assert call.method == verb
    assert re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), call.path)
    needed = [one["name"] for one in operation["parameters"] if one["in"] == "header" and one["required"]]
    assert [one for one in needed if not call.headers.get(one)] == []


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_body_is_what_the_contract_takes_and_says_all_that_can_be_said(name: str) -> None:
    call, (_, _, operation) = asked(name), operations()[name]
    if "requestBody" not in operation:
        assert call.body in {b"", b"{}"}
        return
    (kind, content), *more = operation["requestBody"]["content"].items()
    assert (call.headers["Content-Type"], more) == (kind, [])
    if kind == "application/json":
        body = json.loads(call.body)
        holds(content["schema"], body)
        assert unsaid(content["schema"], [body]) == []


def unsaid(part: Json, values: list[Any], place: str = "") -> list[str]:
    """Fields of the contract that none of these values (all of one schema) names."""
    if "$ref" in part:
        part = schema(part["$ref"].rpartition("/")[2])
    if "anyOf" in part:
        part = next(one for one in part["anyOf"] if one.get("type") != "null")
        return unsaid(part, [value for value in values if value is not None], place)
    if part.get("type") == "array":
        return unsaid(part["items"], [one for value in values for one in value], f"{place}[]")
    missing = []
    for name, inner in part.get("properties", {}).items():
        there = [value[name] for value in values if name in value]
        missing += unsaid(inner, there, f"{place}.{name}") if there else [f"{place}.{name}"]
    return missing


@pytest.mark.parametrize(("name", "kind"), ANSWERS.items())
def test_an_answer_has_the_fields_of_the_contract(name: str, kind: type[Any]) -> None:
    promised, hints = schema(name), get_type_hints(kind)
    assert {one.name for one in fields(kind)} == set(promised["properties"])
    assert {one for one, part in promised["properties"].items() if not fits(part, hints[one])} == set()


def fits(part: Mapping[str, Any], hint: Any) -> bool:
    """Whether a field of the contract is what the value says it is."""
    if "anyOf" in part:
        (inner,) = (one for one in part["anyOf"] if one.get("type") != "null")
        known = [one for one in get_args(hint) if one is not type(None)]
        return len(known) == 1 and fits(inner, known[0])
    if "$ref" in part:
        return is_dataclass(hint) and ANSWERS.get(part["$ref"].rpartition("/")[2]) is hint
    if part["type"] == "array":
        return get_origin(hint) is tuple and fits(part["items"], get_args(hint)[0])
    if part["type"] == "object":
        return get_origin(hint) is dict and fits(part["additionalProperties"], get_args(hint)[1])
    plain = {"string": str, "boolean": bool, "integer": int, "number": float}[part["type"]]
    time = {"date-time": datetime, "date": date}.get(part.get("format", ""))
    return bool(hint is (time or plain))


def test_every_answer_of_the_contract_is_read() -> None:
    read = {
        reply["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for name, (_, _, operation) in operations().items()
        if name not in WITHOUT_METHOD
        for status, reply in operation["responses"].items()
        if int(status) < 300 and "application/json" in reply.get("content", {})
    }
    assert read <= {*ANSWERS, *ONE_THING}
    assert {name: list(schema(name)["properties"]) for name in ONE_THING} == {
        name: [one] if name != "SignaturesOut" else ["document", one] for name, one in ONE_THING.items()
    }


@pytest.mark.parametrize("name", sorted(SAID))
def test_what_the_tests_say_for_signing_is_what_it_says(name: str) -> None:
    _, _, operation = operations()[name]
    (good,) = (reply for status, reply in operation["responses"].items() if int(status) < 300)
    holds(good["content"]["application/json"]["schema"], SAID[name])


def test_the_digest_of_a_signed_file_stands_where_the_contract_says() -> None:
    _, _, operation = operations()["document_signed"]
    assert [name.lower() for name in operation["responses"]["200"]["headers"]] == [DIGEST_HEADER]


def test_words_and_callbacks_are_those_of_the_contract() -> None:
    assert {str(one) for one in Business} == set(schema("BatchIn")["properties"]["business"]["enum"])
    assert {str(one) for one in SlotKind} == set(schema("SlotIn")["properties"]["kind"]["enum"])
    (callback,) = operations()["batch_create"][2]["callbacks"]["batch_moved"].values()
    promised = callback["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {one.name for one in fields(BatchEvent)} == set(promised["properties"])
    assert [name for name in promised["properties"]["event"]["enum"] if name not in inspect.getsource(BatchEvent)] == []
