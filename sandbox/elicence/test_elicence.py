"""电子营业执照: companies scan, seal what they are shown, and are brought up to date by pushes."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from foundation import clock
from foundation.config import config
from foundation.crypto import crypto
from foundation.crypto.x509 import parse, verify_chain
from sandbox.callbacks.models import Callback
from sandbox.elicence.models import LicencePush, SealOrder
from sandbox.elicence.services import order_decide
from sandbox.testing import Caller
from sandbox.world.models import Company

BACK = f"{config().base_url('reg')}/login/elicence"
AUTHORIZE = f"/elicence/authorize?{urlencode({'client_id': 'reg', 'redirect_uri': BACK, 'state': 'x'})}"
CALLBACK = "http://127.0.0.1:8001/callbacks/seal"


def uscc(code: str = "C01") -> str:
    return Company.objects.get(pk=code).uscc


def scan(browser: Client, code: str = "C01", role: str = "legal_representative") -> str:
    reply = browser.post(AUTHORIZE, {"uscc": uscc(code), "role": role})
    return parse_qs(urlsplit(reply["Location"]).query)["code"][0] if reply.status_code == 302 else ""


def userinfo(caller: Caller, code: str) -> dict[str, Any]:
    token = caller.post("/elicence/token", {"code": code}).json()["access_token"]
    return caller.get("/elicence/userinfo", Authorization=f"Bearer {token}").json()


@pytest.mark.parametrize(("role", "name"), [("legal_representative", "张示例"), ("handler", "赵演示")])
def test_a_company_scans_by_the_hand_of_its_representative_or_its_liaison(
    reg: Caller, browser: Client, role: str, name: str
) -> None:
    told = userinfo(reg, scan(browser, role=role))
    assert (told["uscc"], told["holder_name"], told["holder_role"]) == (uscc(), name, role)


def test_a_revoked_licence_does_not_scan(browser: Client) -> None:
    assert scan(browser, "C26") == ""
    assert "执照已吊销，不能扫码" in browser.get(f"{AUTHORIZE}&q=C26").content.decode()


def test_a_code_is_used_once(reg: Caller, browser: Client) -> None:
    code = scan(browser)
    assert reg.post("/elicence/token", {"code": code}).status == 200
    assert reg.post("/elicence/token", {"code": code}).status == 400


def test_a_code_of_the_other_log_in_is_worth_nothing(reg: Caller, browser: Client) -> None:
    assert reg.post("/sso/token", {"code": scan(browser)}).status == 400


def test_after_a_push_the_new_representative_scans(reg: Caller, browser: Client) -> None:
    facts = {"legal_representative": {"name": "赵演示", "id_type": "10", "id_number": "310106199204049429"}}
    sent = {"uscc": uscc(), "application_no": "1", "facts": facts}
    assert reg.post("/elicence/licences/push", sent).status == 201
    assert userinfo(reg, scan(browser))["holder_name"] == "赵演示"
    assert "赵演示" in browser.get("/companies/?q=C01").content.decode()


def test_a_push_is_taken_once_and_not_with_other_facts(reg: Caller, browser: Client) -> None:
    sent = {"uscc": uscc(), "application_no": "1", "facts": {"liaison": {"name": "甲"}}}
    first, second = reg.post("/elicence/licences/push", sent), reg.post("/elicence/licences/push", sent)
    assert (first.status, second.status) == (201, 200)
    assert first.json() == second.json()
    assert LicencePush.objects.count() == 1
    assert reg.post("/elicence/licences/push", {**sent, "facts": {"liaison": {"name": "乙"}}}).status == 409
    assert reg.post("/elicence/licences/push", {**sent, "application_no": "2", "facts": {}}).status == 422
    assert "申请号" in browser.get("/licences/").content.decode()


def prepare(caller: Caller, **changed: Any) -> dict[str, Any]:
    sent = {
        "uscc": uscc(),
        "ref": "doc-1",
        "title": "公司登记（备案）申请书",
        "plaintext_base64": base64.b64encode(b"signed attributes").decode(),
        "digest_hex": crypto().sm3(b"signed attributes").hex(),
        "callback_url": CALLBACK,
        **changed,
    }
    reply = caller.post("/elicence/seal/prepare", sent)
    return {"http": reply.status, **reply.json()}


def decide(browser: Client, order: dict[str, Any], decision: str = "seal") -> int:
    path = urlsplit(order["url"]).path
    assert "公司登记（备案）申请书" in browser.get(path).content.decode()
    return browser.post(path, {"decision": decision, "role": "legal_representative"}).status_code


def query(caller: Caller, order: dict[str, Any]) -> dict[str, Any]:
    return caller.get(f"/elicence/seal/orders/{order['order_no']}").json()


def test_the_seal_signs_what_was_prepared_with_the_certificate_that_was_told(signing: Caller, browser: Client) -> None:
    told = signing.get(f"/elicence/certificates/{uscc()}").json()
    order = prepare(signing)
    assert query(signing, order)["status"] == "waiting"
    decide(browser, order)
    done = query(signing, order)
    assert done["status"] == "signed"
    assert done["cert_base64"] == told["cert_base64"]
    certificate = parse(base64.b64decode(done["cert_base64"]))
    sub, root = (parse(base64.b64decode(one)) for one in done["chain"])
    assert (certificate.subject.common_name, certificate.subject.serial_number) == (told["name"], uscc())
    assert verify_chain(certificate, roots=[root], intermediates=[sub], at=clock.now()).ok
    assert crypto().sm2_verify(certificate.public, b"signed attributes", base64.b64decode(done["value_base64"]))
    assert Callback.objects.get().payload == done


def test_several_documents_are_sealed_by_one_confirmation(signing: Caller, browser: Client) -> None:
    contents = [f"document {number}".encode() for number in range(5)]
    documents = [
        {
            "ref": f"d{number}",
            "title": f"公司登记（备案）申请书 {number}",
            "plaintext_base64": base64.b64encode(one).decode(),
        }
        for number, one in enumerate(contents)
    ]
    order = prepare(signing, documents=documents, plaintext_base64="", digest_hex="")
    decide(browser, order)
    done = query(signing, order)
    assert done["value_base64"] is None
    assert [one["ref"] for one in done["values"]] == ["d0", "d1", "d2", "d3", "d4"]
    public = parse(base64.b64decode(done["cert_base64"])).public
    for one, content in zip(done["values"], contents, strict=True):
        assert crypto().sm2_verify(public, content, base64.b64decode(one["value_base64"]))


def test_as_many_documents_as_are_allowed_fit_though_each_brings_the_whole_seal(signing: Caller) -> None:
    plain = base64.b64encode(bytes(20 * 1024)).decode()
    documents = [{"ref": f"d{number}", "title": "申请书", "plaintext_base64": plain} for number in range(500)]
    order = prepare(signing, documents=documents, plaintext_base64="", digest_hex="")
    assert (order["http"], query(signing, order)["status"]) == (201, "waiting")


def test_a_refused_seal_has_no_value(signing: Caller, browser: Client) -> None:
    order = prepare(signing)
    decide(browser, order, "refuse")
    done = query(signing, order)
    assert (done["status"], done["value_base64"], done["cert_base64"]) == ("refused", None, None)
    assert Callback.objects.get().payload["status"] == "refused"


def test_an_order_is_decided_once(signing: Caller, browser: Client) -> None:
    order = prepare(signing)
    path = urlsplit(order["url"]).path
    browser.post(path, {"decision": "refuse"})
    browser.post(path, {"decision": "seal"})
    assert query(signing, order)["status"] == "refused"
    assert Callback.objects.count() == 1


def test_two_confirmations_at_once_give_one_result(signing: Caller) -> None:
    prepare(signing)
    company = Company.objects.get(pk="C01")
    first, second = SealOrder.objects.get(), SealOrder.objects.get()
    order_decide(first, company=company, holder={"name": "甲"}, agree=False, wrong=False)
    assert order_decide(second, company=company, holder={"name": "乙"}, agree=True, wrong=False).status == "refused"
    assert Callback.objects.count() == 1


def test_an_order_expires(signing: Caller, browser: Client) -> None:
    order = prepare(signing)
    SealOrder.objects.update(expires_at=clock.wall() - timedelta(seconds=1))
    browser.post(urlsplit(order["url"]).path, {"decision": "seal"})
    assert query(signing, order)["status"] == "expired"


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"digest_hex": "00" * 32}, 422),
        ({"plaintext_base64": "?"}, 422),
        ({"plaintext_base64": ""}, 422),
        ({"uscc": "91310115MA1FPX1234"}, 404),
        ({"callback_url": "ftp://x"}, 422),
    ],
)
def test_a_bad_order_is_refused(signing: Caller, changed: dict[str, str], status: int) -> None:
    assert prepare(signing, **changed)["http"] == status


def test_a_revoked_company_has_no_seal(signing: Caller) -> None:
    assert prepare(signing, uscc=uscc("C26"))["error"] == "licence_not_good"
    assert signing.get(f"/elicence/certificates/{uscc('C26')}").status == 409


def test_another_application_does_not_see_the_order(signing: Caller, reg: Caller) -> None:
    assert reg.get(f"/elicence/seal/orders/{prepare(signing)['order_no']}").status == 404


def test_the_browser_goes_back_to_the_application(signing: Caller, browser: Client) -> None:
    order = prepare(signing, return_url="http://127.0.0.1:8001/batches/1")
    reply = browser.post(urlsplit(order["url"]).path, {"decision": "seal"})
    assert reply["Location"] == "http://127.0.0.1:8001/batches/1"


def test_a_new_name_gets_a_new_seal(signing: Caller, reg: Caller) -> None:
    before = signing.get(f"/elicence/certificates/{uscc()}").json()
    facts = {"name": {"name": "上海新名示例科技有限公司"}}
    reg.post("/elicence/licences/push", {"uscc": uscc(), "application_no": "1", "facts": facts})
    after = signing.get(f"/elicence/certificates/{uscc()}").json()
    assert after["name"] == "上海新名示例科技有限公司"
    assert after["cert_base64"] != before["cert_base64"]


def test_a_wrong_system_seals_with_somebody_elses_seal(
    signing: Caller, browser: Client, fault: Callable[..., None]
) -> None:
    order = prepare(signing)
    fault("elicence", mode="wrong")
    decide(browser, order)
    fault("elicence", mode="ok")
    certificate = parse(base64.b64decode(query(signing, order)["cert_base64"]))
    assert certificate.subject.serial_number != uscc()
