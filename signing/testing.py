"""For tests: the outside world as a small HTTP server on a real socket, orders to sign, and a worker that runs when told.

The server speaks the contracts of sandbox/*/openapi.yaml as far as 电子签名 calls them; live/ runs the same
flows against the sandbox itself.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.db import connection
from django.test import Client
from PIL import Image, ImageDraw
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import clock
from foundation.config import Service
from foundation.crypto import crypto
from foundation.crypto.eseal import OF_ORGANISATION, SealInfo, seal_issue
from foundation.crypto.timestamp import QUERY, TimeRequest, reply_granted, token_issue
from foundation.crypto.x509 import (
    EVENT,
    ISSUING,
    ORGANISATION,
    TIME_STAMPING,
    Certificate,
    Issuer,
    Revoked,
    Subject,
    issue_certificate,
    issue_crl,
    read_public,
    self_signed_root,
)
from foundation.outside.signed import sign_request
from foundation.pdf.render import page_count
from foundation.pdf.testing import small_pdf
from foundation.pdf.wording import wording_compare
from foundation.ui.masks import mask_id
from signing.ceremonies.models import Ceremony
from signing.pdf.testing import seal_picture
from signing.tasks.fetching import document_take
from signing.tasks.models import Document, Reading
from signing.tasks.states import DocumentState

PERSONS = {
    "P01": {"name": "张示例", "id_type": "10", "id_number": "310101198501019190", "mobile": "19900000001"},
    "P04": {"name": "赵演示", "id_type": "10", "id_number": "310106199204049429", "mobile": "19900000004"},
    "P13": {"name": "卫甲", "id_type": "10", "id_number": "31010619820113931X", "mobile": "19900000013"},
}
COMPANY = {"name": "上海星岚示例科技有限公司", "uscc": "91310115MAXX00015T"}
Answer = tuple[int, dict[str, Any] | bytes]


def taken_back(
    issuer: Issuer, *certificates: Certificate, made: timedelta = timedelta(), at: timedelta = timedelta()
) -> bytes:
    """A revocation list, made some time from now, of certificates that were taken back some time from now."""
    now = clock.wall().replace(microsecond=0)
    gone = [Revoked(each.serial, now + at) for each in certificates]
    until = now + made + timedelta(days=1)
    return issue_crl(issuer=issuer, revoked=gone, number=1, this_update=now + made, next_update=until)


class Authority:
    """A certificate authority with real SM2 certificates."""

    ahead = timedelta()
    """How far its clock is before the machine's: as far as the test has moved legal time."""

    def __init__(self) -> None:
        begin = clock.wall().replace(microsecond=0) - timedelta(days=1)
        end = begin + timedelta(days=3650)
        self.root = self_signed_root(
            subject=Subject("测试根证书"), key=crypto().sm2_keygen(), not_before=begin, not_after=end
        )
        key = crypto().sm2_keygen()
        below = issue_certificate(
            issuer=self.root,
            subject=Subject("测试签发证书"),
            public=key.public,
            profile=ISSUING,
            not_before=begin,
            not_after=end,
        )
        self.issuing = Issuer.of(below.der, key.private)
        self.seal_key = crypto().sm2_keygen()
        self.seal_certificate = self.issue(
            self.seal_key.public,
            Subject(COMPANY["name"], organisation=COMPANY["name"], serial_number=COMPANY["uscc"]),
            ORGANISATION,
            minutes=60 * 24,
        )
        maker = crypto().sm2_keygen()
        self.maker = Issuer(self.issue(maker.public, Subject("测试制章系统"), ORGANISATION, minutes=60 * 24), maker)

    @property
    def seal_info(self) -> SealInfo:
        """What stands in the company's seal."""
        begin = self.maker.certificate.not_before
        return SealInfo(
            vendor="TEST",
            es_id="31000020261123000001",
            kind=OF_ORGANISATION,
            name=COMPANY["name"],
            certificates=(self.seal_certificate.der,),
            digests=(),
            created_at=begin,
            valid_from=begin,
            valid_until=begin + timedelta(days=365),
            picture=seal_picture(),
        )

    def issue(self, public: bytes, subject: Subject, profile: Any = EVENT, *, minutes: int = 30) -> Any:
        moment = clock.wall() + self.ahead  # no database in the server's thread, so legal time is not asked for
        begin = moment.replace(microsecond=0) - timedelta(minutes=1)
        return issue_certificate(
            issuer=self.issuing,
            subject=subject,
            public=public,
            profile=profile,
            not_before=begin,
            not_after=begin + timedelta(minutes=minutes),
        )

    def stamper(self) -> Issuer:
        """A key for time stamps."""
        key = crypto().sm2_keygen()
        return Issuer(self.issue(key.public, Subject("测试时间戳"), TIME_STAMPING), key)

    @property
    def chain(self) -> list[Any]:
        return [self.issuing.certificate, self.root.certificate]


@dataclass
class World:
    """What the outside holds and how it behaves. `faults[system]` is down, error or wrong."""

    authority: Authority = field(default_factory=Authority)
    faults: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    checks: dict[str, dict[str, Any]] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    callbacks: list[dict[str, Any]] = field(default_factory=list)
    """What the registration system heard."""
    office_callbacks: list[dict[str, Any]] = field(default_factory=list)
    """What the second business system heard."""
    taken_back: bytes = b""
    """The list of revoked certificates that the authority gives out; empty: a fresh one of its own, without entries."""
    certificates: int = 0
    port: int = 0
    seen: list[str] = field(default_factory=list)
    one_at_a_time: Any = field(default_factory=threading.Lock)
    visitor: dict[str, str] = field(default_factory=dict)
    """Who logs in on the pages of 随申办 and 电子营业执照: one of PERSONS, there for COMPANY."""
    stamps_wrong: dict[str, Any] = field(default_factory=dict)
    """What the time-stamp service puts in place of what it was asked."""
    seal: bytes = b""
    """The company's seal, DER; made when it is first asked for."""
    seal_status: str = "valid"

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    # ---- what people do on the outside's pages ----

    def pass_check(self, number: int = -1, *, passed: bool = True, serial: str = "") -> dict[str, Any]:
        """Somebody finishes the latest check (or the one at `number`)."""
        check = list(self.checks.values())[number]
        check.update(
            passed=passed,
            method="face" if check["purpose"] == "face" else "mobile",
            serial_no=(serial or f"RZ{len(self.checks):06d}{number}") if passed else None,
            at=clock.now().isoformat(),
            why=None if passed else "没有看清人脸",
        )
        return check

    def scan(self, number: int = -1) -> dict[str, Any]:
        """Another phone scans the picture of the latest check."""
        check = list(self.checks.values())[number]
        check["scanned_at"] = clock.wall().isoformat()
        return check

    def confirm_seal(self, number: int = -1, *, agree: bool = True, key: Any = None) -> dict[str, Any]:
        """The enterprise confirms the latest order."""
        order = list(self.orders.values())[number]
        order.update(status="signed" if agree else "refused", holder_name="张示例", at=clock.now().isoformat())
        private = (key or self.authority.seal_key).private
        order["values"] = [
            {
                "ref": one["ref"],
                "value_base64": _b64(crypto().sm2_sign(private, base64.b64decode(one["plaintext_base64"]))),
            }
            for one in order["documents"]
        ]
        return order

    # ---- the interfaces ----

    def answer(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        self.seen.append(f"{method} {path}")
        system, _, rest = path.strip("/").partition("/")
        match self.faults.get(system):
            case "down":
                return 503, b""
            case "error":
                return 500, {"error": "internal"}
        handler: Callable[[str, str, dict[str, Any]], Answer] = getattr(self, f"_{system}")
        return handler(method, rest, body)

    def _reg(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        if method == "POST":
            self.callbacks.append(body)
            return 200, {"taken": True}
        return (200, self.files[rest]) if rest in self.files else (404, {"error": "not_found"})

    def _office(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        if method == "POST":
            self.office_callbacks.append(body)
            return 200, {"taken": True}
        return self._reg(method, rest, body)

    def _sms(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        self.messages.append(body)
        return 201, {"message_id": str(len(self.messages))}

    def _verification(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        if rest.endswith("/qr"):
            return self._qr(rest.split("/")[1])
        if method == "POST":
            number = f"HY{len(self.checks) + 1:06d}"
            self.checks[number] = {**body, "session_no": number, "passed": None}
            expires = (clock.wall() + timedelta(minutes=10)).isoformat()
            return 201, {"session_no": number, "url": f"{self.base}/verification/h5/{number}", "expires_at": expires}
        check = self.checks.get(rest.partition("/")[2])
        if check is None:
            return 404, {"error": "not_found"}
        if self.faults.get("verification") == "wrong":
            check = {**check, "session_no": check["session_no"][::-1], "passed": True, "serial_no": "RZ999999"}
        keys = ("session_no", "ref", "passed", "method", "serial_no", "at", "why", "scanned_at", "bind")
        about = {"id_type": check["id_type"], "id_number": mask_id(check["id_number"])}
        return 200, {**{key: check.get(key) for key in keys}, "about": about}

    def _qr(self, number: str) -> Answer:
        check = self.checks[number]
        if check["passed"] is not None:
            return 409, {"error": "over"}
        if self.faults.get("verification") == "wrong":
            number = number[::-1]
        with self.one_at_a_time:
            made = check["codes"] = check.get("codes", 0) + 1
            check["scanned_at"] = None
            ends = (clock.wall() + timedelta(minutes=3)).isoformat()
        url = f"{self.base}/verification/qr/{number}-{made}"
        return 201, {"session_no": number, "url": url, "expires_at": ends}

    def _ca(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        if rest == "crl":
            return 200, self.taken_back or taken_back(self.authority.issuing)
        if method == "GET":
            issuer = self.authority.root if rest == "root.pem" else self.authority.issuing
            return 200, issuer.certificate.pem.encode()
        self.certificates += 1
        public = read_public(body["public_key_base64"])
        if rest.endswith("organisation"):
            issued = self.authority.issue(
                public, Subject(body["organisation_name"]), ORGANISATION, minutes=60 * 24 * 365
            )
            return 201, {"cert_pem": issued.pem, "chain_pem": "".join(each.pem for each in self.authority.chain)}
        if self.faults.get("ca") == "wrong":
            public = crypto().sm2_keygen().public
        if self.faults.get("ca") == "refuses":
            return 409, {"error": "not_verified", "message": "认证流水号不存在，或者认证没有通过"}
        issued = self.authority.issue(public, Subject(body["subject_name"]), minutes=body["not_after_minutes"])
        return 201, {"cert_pem": issued.pem, "chain_pem": "".join(each.pem for each in self.authority.chain)}

    def _timestamp(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        asked = TimeRequest.read(body["raw"])
        asked = replace(asked, **self.stamps_wrong)
        token = token_issue(
            asked,
            issuer=self.authority.stamper(),
            chain=self.authority.chain,
            serial=len(self.seen),
            at=datetime.now(UTC),
        )
        return 200, reply_granted(token)

    def _sso(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        who = self.visitor
        return 200, {"access_token": "T", "sub": who["id_number"], **(who if rest == "userinfo" else {})}

    def _holder(self, rest: str) -> Answer:
        who = self.visitor
        holder = {f"holder_{key}": who[key] for key in ("name", "id_type", "id_number")}
        said = {**holder, "uscc": COMPANY["uscc"]} if rest == "userinfo" else {"access_token": "T"}
        return 200, {"sub": who["id_number"], **said}

    def _elicence(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        if rest in {"token", "userinfo"}:
            return self._holder(rest)
        if rest.startswith("certificates/"):
            if rest.endswith("XX"):
                return 404, {"error": "unknown_company", "message": "没有这家企业的电子营业执照"}
            return 200, {"uscc": rest[13:], **self._seal_certificate()}
        if rest == "seal/prepare":
            known = [number for number, order in self.orders.items() if order["ref"] == body["ref"]]
            number = known[0] if known else f"QZ{len(self.orders) + 1:06d}"
            self.orders.setdefault(number, {**body, "order_no": number, "status": "waiting", "values": []})
            if any(self.orders[number][key] != body[key] for key in body):
                return 409, {"error": "other_request", "message": "同一个 Idempotency-Key 用在了不同的请求上"}
            return 201, {"order_no": number, "url": f"{self.base}/elicence/seal/{number}"}
        order = self.orders.get(rest.rpartition("/")[2])
        if order is None:
            return 404, {"error": "not_found"}
        signed = order["status"] == "signed"
        shown = {key: order.get(key) for key in ("order_no", "ref", "status", "values", "holder_name", "at")}
        return 200, {**shown, **(self._seal_certificate() if signed else {})}

    def _seal_maker(self, method: str, rest: str, body: dict[str, Any]) -> Answer:
        kind, _, number = rest.partition("/")
        if number in {"0", ""}:
            return 404, {"error": "not_found"}
        self.seal = self.seal or seal_issue(self.authority.seal_info, self.authority.maker)
        standing = {"es_id": self.authority.seal_info.es_id, "status": self.seal_status}
        if kind == "status":
            return 200, standing
        chain = [_b64(each.der) for each in self.authority.chain]
        return 200, {**standing, "uscc": number, "seal_base64": _b64(self.seal), "chain": chain}

    def _seal_certificate(self) -> dict[str, Any]:
        chain = [_b64(each.der) for each in self.authority.chain]
        return {"cert_base64": _b64(self.authority.seal_certificate.der), "chain": chain}


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def serve(world: World) -> ThreadingHTTPServer:
    """Put `world` on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply({})

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self.headers.get("Content-Type") == QUERY:
                self._reply({"raw": raw})
            else:
                self._reply(json.loads(raw) if raw else {})

        def _reply(self, body: dict[str, Any]) -> None:
            status, value = world.answer(self.command, self.path.partition("?")[0], body)
            content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    world.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


# ---- orders ----


def authorised(
    principal: dict[str, str], number: str = "SQ-20261101-001", *, since: int = -30, days: int = 30, **changes: Any
) -> dict[str, Any]:
    """授权签署 for `slot(behalf=…)`: the principal, and an authorisation from `since` to `days` counted from the legal day."""
    today = clock.today()
    authorisation = {
        "number": number,
        "granted_on": (today + timedelta(days=since)).isoformat(),
        "valid_until": (today + timedelta(days=days)).isoformat(),
        "covers": "代为签署分支机构设立、变更、注销登记的申请书",
        **changes,
    }
    person = {key: principal[key] for key in ("name", "id_type", "id_number")}
    return {"on_behalf_of": person, "authorisation": authorisation}


def slot(
    signer: dict[str, str],
    *,
    name: str = "",
    role: str = "股东",
    kind: str = "person",
    behalf: dict[str, Any] | None = None,
    **place: float,
) -> dict[str, Any]:
    """A slot for a person of PERSONS, or for COMPANY with kind=seal; `behalf` as `authorised` gives it."""
    who = {"kind": "entity", **signer} if "uscc" in signer else {"kind": "person", **signer}
    at = {"page": 0, "x": 60.0, "y": 100.0, "width": 150.0, "height": 60.0, **place}
    return {"name": name or f"s{int(at['x'])}", "role": role, "kind": kind, "signer": who, **at, **(behalf or {})}


def document(
    world: World, ref: str, slots: list[dict[str, Any]], *, pages: int = 2, title: str = "股东会决议"
) -> dict[str, Any]:
    """One document of an order, its file waiting at the client."""
    pdf = small_pdf(pages)
    world.files[f"files/{ref}"] = pdf
    return {
        "ref": ref,
        "title": title,
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "download_url": f"{world.base}/reg/files/{ref}",
        "must_read": ["法定代表人换成赵演示"],
        "text": "\n".join(f"Page {number}" for number in range(1, pages + 1)),
        "slots": slots,
    }


def batch(world: World, documents: list[dict[str, Any]], ref: str = "B1", **changes: Any) -> dict[str, Any]:
    """An order."""
    return {
        "ref": ref,
        "business": "change",
        "case_no": "310115202611230000017",
        "title": "法定代表人、董监高变更",
        "company": COMPANY,
        "callback_url": f"{world.base}/reg/callbacks/signing",
        "return_url": f"{world.base}/reg/cases/1",
        "documents": documents,
        **changes,
    }


@dataclass
class Caller:
    """A business system that calls the task API, signed as `service`."""

    service: Service = "reg"
    client: Client = field(default_factory=Client)

    def post(self, path: str, body: Any, *, key: str = "", raw: bytes | None = None) -> Any:
        content = raw if raw is not None else json.dumps(body, ensure_ascii=False).encode()
        headers = sign_request(self.service, "POST", path, content)
        if key:
            headers["Idempotency-Key"] = key
        return self.client.post(path, content, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=sign_request(self.service, "GET", path, b""))

    def order(self, body: dict[str, Any], key: str = "k1") -> Any:
        return self.post("/api/batches", body, key=key)

    def state(self, ref: str = "B1") -> Any:
        return self.get(f"/api/batches/{ref}").json()


class Browser(Client):
    """A browser in which one signer is logged in."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key

    def url(self, paper: Document) -> str:
        """Where the document lies before this signer."""
        return f"/papers/{Reading.objects.get(document=paper, subject__key=self.key).public_id}/"

    def log_in(self, world: World, code: str, system: str = "sso") -> Any:
        """By 随申办, or for COMPANY by 电子营业执照."""
        world.visitor = PERSONS[code]
        asked = parse_qs(urlsplit(self.get(f"/login/{system}/")["Location"]).query)
        return self.get(f"/login/{system}/back/", {"code": "C", "state": asked["state"][0]})

    def read(self, paper: Document) -> None:
        """Look at every page."""
        for number in range(1, paper.pages + 1):
            if self.get(f"{self.url(paper)}pages/{number}.jpg").status_code != 200:
                raise AssertionError(f"page {number} is not shown")

    def agree(self, paper: Document, **form: str) -> Any:
        """Look at every page, tick and go on."""
        self.read(paper)
        return self.tap(paper, **form)

    def tap(self, paper: Document, **form: str) -> Any:
        """Tick and press the button of a document that was read. Several threads may do so."""
        phone = Client()
        phone.cookies.load(self.cookies.output(header="", sep=";"))
        return phone.post(f"{self.url(paper)}sign/", {"agree": "1", "look": "printed", **form})


def drawn() -> str:
    """What the pad sends after somebody wrote on it."""
    picture = Image.new("RGBA", (600, 300))
    ImageDraw.Draw(picture).line([(50, 50), (300, 200), (550, 60)], fill=(0, 0, 0, 255), width=9)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return "data:image/png;base64," + _b64(out.getvalue())


def come_back(browser: Client, check: dict[str, Any]) -> Any:
    """The browser is sent back by 多源认证."""
    return browser.get(urlsplit(check["return_url"]).path)


def prove(browser: Client, world: World) -> Ceremony:
    """Identity and face of the latest ceremony, both passed, by coming back."""
    ceremony = Ceremony.objects.latest("pk")
    browser.post(f"/ceremonies/{ceremony.no}/identity/", {"days": "20"})
    come_back(browser, world.pass_check())
    browser.post(f"/ceremonies/{ceremony.no}/face/")
    come_back(browser, world.pass_check())
    return Ceremony.objects.get(pk=ceremony.pk)


# ---- a worker that runs when told ----


def work(rounds: int = 20) -> list[str]:
    """Run all jobs that are due, in order, in this transaction; returns their names."""
    done: list[str] = []
    for _ in range(rounds):
        todo = list(
            ProcrastinateJob.objects.filter(status="todo", scheduled_at=None)
            .order_by("pk")
            .values_list("pk", "task_name", "args")
        )
        if not todo:
            return done
        for pk, name, args in todo:
            with connection.cursor() as cursor:
                cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [pk])
            job: Any = app.tasks[name].func
            job.__wrapped__(**args)
            done.append(name.rpartition(".")[2])
    raise AssertionError(f"jobs without end: {done[-5:]}")


def forget_jobs() -> None:
    """Drop what earlier tests left: emptying tables after a test with real transactions spares the queue's own."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE status = 'todo'")


def arrive(world: World) -> None:
    """The files of all orders come in and what follows is done, without the child processes that look at foreign files."""
    for waiting in Document.objects.filter(state=DocumentState.FETCHING).order_by("pk"):
        content = world.files[f"files/{waiting.ref}"]
        document_take(waiting, content, page_count(content), wording_compare(content, waiting.text))
    work()


def somebody_waits() -> bool:
    """Whether some transaction waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
