"""制章系统: one seal for a company, the same until it must be another, its picture, and five seals that must be refused."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from PIL import Image

from foundation import clock
from foundation.crypto.eseal import Seal, seal_problems, seal_read
from foundation.crypto.x509 import Certificate, parse
from foundation.pdf.fonts import GlyphMissing
from sandbox.faults.models import Fault
from sandbox.faults.services import fault_set
from sandbox.seal_maker.models import MadeSeal
from sandbox.seal_maker.picture import RED, SIDE, seal_png
from sandbox.seal_maker.services import WRONGS, seal_current
from sandbox.testing import Caller
from sandbox.world.models import Company


def uscc(code: str = "C01") -> str:
    return Company.objects.get(pk=code).uscc


def told(caller: Caller, code: str = "C01") -> dict[str, Any]:
    reply = caller.get(f"/seal-maker/seals/{uscc(code)}")
    assert reply.status == 200
    return reply.json()


def seal_in(answer: dict[str, Any]) -> Seal:
    return seal_read(base64.b64decode(answer["seal_base64"]))


def licence(caller: Caller, code: str = "C01") -> Certificate:
    return parse(base64.b64decode(caller.get(f"/elicence/certificates/{uscc(code)}").json()["cert_base64"]))


def problems(answer: dict[str, Any], signer: Certificate, browser: Client) -> set[str]:
    root = parse(browser.get("/ca/root.pem").content)
    above = [parse(base64.b64decode(each)) for each in answer["chain"]]
    found = seal_problems(seal_in(answer), at=clock.now(), signer=signer, roots=[root], intermediates=above)
    return {each.code for each in found}


@pytest.mark.row("R139", part="生成签名原文")
def test_a_company_gets_a_seal_that_lists_its_licence_and_holds(signing: Caller, browser: Client) -> None:
    answer = told(signing)
    info = seal_in(answer).info
    assert problems(answer, licence(signing), browser) == set()
    assert (info.name, info.es_id) == ("上海星岚示例科技有限公司", answer["es_id"])
    assert info.certificates == (licence(signing).der,)
    assert info.es_id.startswith("310000")
    assert info.valid_until <= licence(signing).not_after
    assert problems(answer, licence(signing, "C02"), browser) == {"seal_signer"}


def test_the_seal_stays_the_same_until_it_must_be_another(signing: Caller, reg: Caller) -> None:
    first = told(signing)
    assert told(signing) == first
    again = signing.post("/seal-maker/make", {"uscc": uscc()})
    assert again.status == 201
    second = told(signing)
    assert second["es_id"] == again.json()["es_id"] != first["es_id"]
    assert signing.get(f"/seal-maker/status/{first['es_id']}").json()["status"] == "replaced"
    facts = {"name": {"name": "上海新名示例科技有限公司"}}
    reg.post("/elicence/licences/push", {"uscc": uscc(), "application_no": "1", "facts": facts})
    third = told(signing)
    assert (third["name"], seal_in(third).info.name) == ("上海新名示例科技有限公司",) * 2
    assert MadeSeal.objects.filter(uscc=uscc(), current=True).count() == 1


def test_a_seal_that_ran_out_is_made_anew(signing: Caller) -> None:
    first = told(signing)
    MadeSeal.objects.update(valid_until=clock.now() - timedelta(seconds=1))
    assert signing.get(f"/seal-maker/status/{first['es_id']}").json()["status"] == "expired"
    assert told(signing)["es_id"] != first["es_id"]


def test_a_seal_that_was_taken_back_stays_so_until_it_is_made_anew(signing: Caller) -> None:
    first = told(signing)
    revoked = signing.post("/seal-maker/revoke", {"es_id": first["es_id"]}).json()
    assert (revoked["status"], bool(revoked["revoked_at"])) == ("revoked", True)
    assert signing.post("/seal-maker/revoke", {"es_id": first["es_id"]}).json() == revoked
    assert (told(signing)["status"], told(signing)["es_id"]) == ("revoked", first["es_id"])
    signing.post("/seal-maker/make", {"uscc": uscc()})
    assert told(signing)["status"] == "valid"


def test_a_company_whose_licence_is_gone_has_no_seal(signing: Caller) -> None:
    assert signing.get(f"/seal-maker/seals/{uscc('C26')}").json()["error"] == "licence_not_good"
    assert signing.post("/seal-maker/make", {"uscc": uscc("C26")}).status == 409
    for reply in (
        signing.get("/seal-maker/seals/91310115MA1FPX1234"),
        signing.get("/seal-maker/status/31"),
        signing.post("/seal-maker/revoke", {"es_id": "31"}),
        signing.post("/seal-maker/make", {"uscc": "31"}),
    ):
        assert reply.status == 404


def test_the_fault_gives_five_seals_that_must_be_refused(signing: Caller, browser: Client) -> None:
    signer = licence(signing)
    fault_set("seal_maker", mode=Fault.Mode.WRONG)
    found = [problems(told(signing), signer, browser) for _ in WRONGS]
    assert sorted(map(sorted, found)) == [
        ["maker_no_issuer"],
        ["seal_expired"],
        ["seal_signer"],
        ["seal_signer"],
        ["seal_value"],
    ]
    fault_set("seal_maker", mode=Fault.Mode.OK)
    assert problems(told(signing), signer, browser) == set()


def test_a_wrong_status_is_another_seals(signing: Caller, fault: Callable[..., None]) -> None:
    mine, other = told(signing), told(signing, "C02")
    fault("seal_maker", mode="wrong")
    assert signing.get(f"/seal-maker/status/{mine['es_id']}").json()["es_id"] == other["es_id"]


def test_a_tester_takes_a_seal_back_and_has_it_made_anew(signing: Caller, browser: Client) -> None:
    assert "还没有制过印章" in browser.get("/seals/").content.decode()
    first = told(signing)
    page = browser.get("/seals/").content.decode()
    for words in (first["name"], first["es_id"], "有效", f"/seals/{first['es_id']}.png"):
        assert words in page
    shown = browser.get(f"/seals/{first['es_id']}.png")
    assert (shown["Content-Type"], shown.content) == ("image/png", seal_in(first).info.picture.data)
    browser.post("/seals/", {"es_id": first["es_id"], "do": "revoke"})
    assert told(signing)["status"] == "revoked"
    assert "作废" in browser.get("/seals/").content.decode()
    browser.post("/seals/", {"es_id": first["es_id"], "do": "make"})
    assert told(signing)["status"] == "valid"
    assert told(signing)["es_id"] != first["es_id"]
    assert browser.post("/seals/", {"es_id": first["es_id"], "do": "revoke"}).status_code == 404


def test_the_picture_is_a_red_ring_with_a_star_and_the_name() -> None:
    picture = Image.open(io.BytesIO(seal_png("上海星岚示例科技有限公司"))).convert("RGBA")
    assert picture.size == (SIDE, SIDE)
    assert {colour[:3] for _, colour in picture.getcolors(1 << 16) or [] if colour[3]} == {RED}  # type: ignore[index]  # RGBA

    def inked(x: float, y: float, half: float = 0.06) -> bool:
        box = [round(each * SIDE) for each in (x - half, y - half, x + half, y + half)]
        return picture.crop((box[0], box[1], box[2], box[3])).getchannel("A").getextrema()[1] == 255

    assert inked(0.5, 0.012, 0.01), "the ring"
    assert inked(0.5, 0.5, 0.02), "the star"
    assert inked(0.5, 0.12), "letters along the top"
    assert not inked(0.5, 0.85), "none at the foot"
    assert not inked(0.03, 0.03, 0.02), "transparent outside"
    assert seal_png("上海星岚示例科技有限公司") != seal_png("上海星岚样板科技有限公司")


def test_a_long_name_and_a_rare_character_fit_and_an_unknown_one_is_named() -> None:
    for name in ("中国（上海）自由贸易试验区样板国际融资租赁股份有限公司上海第一分公司", "上海𬎆示例行", "示"):
        assert len(seal_png(name)) < 20_000
    with pytest.raises(GlyphMissing):
        seal_png("上海\U0010fffd示例行")


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_the_same_seal(world: None) -> None:
    company, start, made = Company.objects.get(pk="C03"), Barrier(4), list[str]()

    def ask() -> None:
        start.wait(20)
        made.append(seal_current(company).es_id)
        connections.close_all()

    threads = [Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(made) == 4
    assert len(set(made)) == 1
