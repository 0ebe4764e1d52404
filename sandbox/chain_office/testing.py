"""For tests: 电子签名 on a real socket, as far as its contract goes, and a head office that talks to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

from foundation.outside.signed import sign_request
from foundation.outside.testing import Seen, Stub, answer, stub_system
from sandbox.chain_office.models import Launch
from signing_client.test_contract import SIGNATURE
from signing_client.testing import AT, DIGEST, batch_json, document_json, seal_order_json, sealed_json, task_json

FORM = {"business": "chain", "company": "C01", "signer": "P36", "documents": "12", "cases": "3"}
Json = dict[str, Any]


@dataclass
class FakeSigning:
    """What 电子签名 was given and how far it is. `fault`: what it answers instead."""

    stub: Stub
    orders: dict[str, Json] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)
    """Authorisations, in the order in which their end was sent."""
    seals: dict[str, Json] = field(default_factory=dict)
    """Orders of the head office's seal, as they stand, by reference."""
    fault: bytes = b""

    def decide(self, ref: str, state: str, *unsealed: str, reason: str = "") -> None:
        """What becomes of an order; nobody is told. `unsealed`: papers of it that are not sealed, for this reason."""
        seal = self.seals[ref]
        seal.update(state=state, reason="" if unsealed else reason)
        for one in seal["documents"]:
            good = state == "settled" and one["document"] not in unsealed
            one.update(state="sealed" if good else "failed" if unsealed else "dropped", reason="" if good else reason)
            self.signed |= {one["document"]} if good else set()

    def files(self, ref: str) -> bytes:
        """The signed file of a document."""
        return b"%PDF-1.7 signed " + ref.encode()

    def sign(self, *batches: str) -> None:
        """Everything of these batches (or of all) is signed; nobody is told."""
        for batch in batches or tuple(self.orders):
            self.signed |= {document["ref"] for document in self.orders[batch]["documents"]}

    def answer(self, seen: Seen) -> bytes:
        if self.fault:
            return self.fault
        parts = urlsplit(seen.path).path.strip("/").split("/")
        match parts[1:]:
            case ["batches"]:
                return self._order(seen)
            case ["batches", ref] if ref in self.orders:
                return _json(self.state(ref))
            case ["batches", ref, "cancel"] if ref in self.orders:
                self.cancelled.add(ref)
                return _json(self.state(ref))
            case ["seal-orders", *rest]:
                return self._seals(seen, rest)
            case ["authorisations", number, "end"]:
                self.ended.append(number)
                return _json({"number": number, "ended_at": AT, "signed": len(self.signed), "stopped": 0})
            case ["documents", ref, "signed"] if ref in self.signed:
                return answer(200, self.files(ref), f"{DIGEST}: {sha256(self.files(ref)).hexdigest()}")
            case ["documents", ref, "signatures"]:
                return _json({"document": ref, "signatures": [SIGNATURE, SIGNATURE]})
        return _json({"error": "not_found", "message": "没有这个编号。"}, 404)

    def _order(self, seen: Seen) -> bytes:
        order = json.loads(seen.body)
        if self.keys.setdefault(seen.headers["Idempotency-Key"], seen.body) != seen.body:
            return _json({"error": "key_reused", "message": "这个 Idempotency-Key 已经用于另一个请求。"}, 409)
        if over := _authorisations(order["documents"]) & set(self.ended):
            return _json({"error": "authorisation_ended", "message": f"授权 {min(over)} 已经终止，不能据此签署。"}, 409)
        self.orders.setdefault(order["ref"], order)
        return _json(self.state(order["ref"]), 201)

    def _seals(self, seen: Seen, rest: list[str]) -> bytes:
        """Orders of the head office's seal."""
        match rest:
            case []:
                return self._seal(seen)
            case [ref, "cancel"] if self.seals[ref]["state"] == "ordered":
                self.decide(ref, "lapsed", reason="业务系统取消了")
        return _json(self.seals[rest[0]])

    def _seal(self, seen: Seen) -> bytes:
        """The same key with the same body is the same order."""
        key, order = seen.headers["Idempotency-Key"], json.loads(seen.body)
        if self.keys.setdefault(key, seen.body) != seen.body:
            return _json({"error": "key_reused", "message": "这个 Idempotency-Key 已经用于另一个请求。"}, 409)
        ref = f"S-{key}"
        if ref not in self.seals:
            documents = [sealed_json(one["ref"]) for one in order["documents"]]
            url = f"{self.stub.base}/elicence/seal/{ref}"
            facts = {"uscc": order["uscc"], "url": url, "order_no": f"QZ{len(self.seals) + 1:06d}"}
            self.seals[ref] = seal_order_json(ref, documents, **facts)
        made = self.seals[ref]
        told = [{**one, "plaintext_base64": "MII="} for one in made["documents"]]
        return _json({**made, "documents": told}, 201)

    def state(self, ref: str) -> Json:
        """BatchOut."""
        order = self.orders[ref]
        documents = [self._document(one, ref in self.cancelled) for one in order["documents"]]
        left = {one["state"] for one in documents}
        word = "cancelled" if ref in self.cancelled else "open" if "open" in left else "signed"
        return batch_json(ref, documents, state=word, case_no=order["case_no"], ready_at=AT)

    def _document(self, one: Json, cancelled: bool) -> Json:
        done, stopped = one["ref"] in self.signed, bool(_authorisations([one]) & set(self.ended))
        cancelled = cancelled or stopped
        state = "complete" if done else "cancelled" if cancelled else "open"
        word = "signed" if done else "cancelled" if cancelled else "open"
        digest = sha256(self.files(one["ref"])).hexdigest() if done else None
        tasks = [
            task_json(
                slot["name"],
                state=word,
                signer_name=slot["signer"]["name"],
                role=slot["role"],
                kind=slot["kind"],
                on_behalf_of=_behalf(slot),
            )
            for slot in one["slots"]
        ]
        problem = "授权已终止" if stopped and not done else ""
        return document_json(one["ref"], tasks, state=state, title=one["title"], signed_sha256=digest, problem=problem)


def _authorisations(documents: list[Json]) -> set[str]:
    """Numbers of those under which something of these documents is signed."""
    slots = (slot for document in documents for slot in document["slots"])
    return {slot["authorisation"]["number"] for slot in slots if slot["authorisation"]}


def _behalf(slot: Json) -> Json | None:
    """BehalfOut."""
    held = slot["authorisation"]
    if held is None:
        return None
    days = {key: held[key] for key in ("granted_on", "valid_until", "covers")}
    return {
        "name": slot["on_behalf_of"]["name"],
        "role": slot["role"],
        "authorisation": held["number"],
        **days,
        "ended_at": None,
    }


def _json(value: Any, status: int = 200) -> bytes:
    return answer(status, json.dumps(value, ensure_ascii=False).encode())


@contextmanager
def fake_signing() -> Iterator[FakeSigning]:
    """On a free port."""
    with stub_system() as stub:
        fake = FakeSigning(stub)

        def behave(write: Callable[[bytes], None]) -> None:
            write(fake.answer(stub.seen[-1]))

        stub.behave = behave
        yield fake


def launch(browser: Client, key: str = "k1", **changes: str) -> Launch:
    """Send the form; the launch that came of it."""
    reply = browser.post("/chain/new/", {**FORM, "idempotency_key": key, **changes})
    if reply.status_code != 302:
        raise AssertionError(reply.content.decode())
    return Launch.objects.get(number=reply["Location"].strip("/").split("/")[1])


def page(browser: Client, made: Launch) -> str:
    """The page of a launch."""
    return browser.get(f"/chain/{made.number}/").content.decode()


def refresh(browser: Client, made: Launch) -> str:
    """The page after 刷新."""
    return str(browser.post(f"/chain/{made.number}/refresh/", follow=True).content.decode())


def calls(method: str, path: str, body: bytes = b"", *, service: Any = "signing") -> HttpResponse:
    """电子签名 (or another service) calls the head office."""
    headers = sign_request(service, method, path, body)
    reply: Any = Client().generic(method, path, body, content_type="application/json", headers=headers)
    return reply  # type: ignore[no-any-return]  # the test client's answer has no type of its own


def nudge(batch: str, event: str = "task_signed", **more: str) -> HttpResponse:
    """A callback."""
    body = json.dumps({"event": event, "batch": batch, "document": None, "at": AT, **more}).encode()
    return calls("POST", "/chain-office/callbacks/signing", body)
