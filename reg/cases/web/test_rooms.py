"""The pages of 法定代表人, 董监高 and 委托代理人 over HTTP: saving, wrong input, races, rows, few questions to the database."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.files.services import file_store
from foundation.outside.lookups import keep, lookup_ask
from foundation.outside.result import Found
from reg.casefile.models import CardRead, Case, ItemAnswer
from reg.casefile.test_answers import together
from reg.cases.cards import card_fill
from reg.cases.services import case_open, case_withdraw
from reg.cases.web.test_pages import actor_of, browser, text
from reg.entities import stories
from reg.testing import answer, company, person, tell_truth

pytestmark = pytest.mark.django_db
DAYS = ("birth_date", "id_valid_to", "term_from", "term_to", "resigned_on")


def sent(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Values as a browser sends them: days in three boxes."""
    form: dict[str, Any] = {}
    for key, value in values.items():
        if key in DAYS and value:
            if value in {"长期", "long_term"}:
                form[f"{key}_long"] = "1"
            else:
                parts = str(value).split("-")
                form |= dict(zip((f"{key}_year", f"{key}_month", f"{key}_day"), parts, strict=True))
        else:
            form[key] = value
    return form | more


def leader(who: str = "P04", **changes: Any) -> dict[str, Any]:
    office = {"position": "director", "appointed_by": "board", "appointment_mode": "elected", "reason": "term_ended"}
    return {**stories.person_payload(who), **office, **changes}


def director(who: str = "P04", **changes: Any) -> dict[str, Any]:
    office = {"position": "director", "appointed_by": "shareholders", "appointment_mode": "elected"}
    term = {"term_from": "2026-11-20", "term_to": "2029-11-19"}
    return {**stories.person_payload(who), **office, **term, **changes}


def case_of(*chosen: str, who: str = "P01", code: str = "C01") -> tuple[Client, Case]:
    """A browser of somebody and a case he opened."""
    client = browser(who)
    return client, case_open(actor=actor_of(who), entity=company(code), chosen=list(chosen))


def path(case: Case, code: str, *rest: str) -> str:
    return "/".join([f"/cases/{case.number}/items/{code}", *rest])


def saved(case: Case, code: str) -> ItemAnswer:
    return ItemAnswer.objects.get(case=case, item_code=code, stream="draft")


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found.group(1) if found else ""


# ---- 法定代表人 ----


@pytest.mark.row("R016", part="表单展示和输入")
@pytest.mark.row("R016", part="从代理人投资人等信息带入")
def test_the_page_offers_the_people_who_may_lead_first_and_not_the_present_one() -> None:
    client, case = case_of("legal_representative")
    page = client.get(path(case, "legal_representative"))
    offered = re.findall(
        r'name="person" value="(\w{20})".*?q-row__t">([^<]+)<.*?q-row__s">([^·]+) ·', page.content.decode()
    )
    names = [name for _, name, _ in offered]
    assert names[:3] == ["卫甲", "朱示意", "秦试填"]
    assert "张示例" not in names
    assert dict((name, label) for _, name, label in offered)["卫甲"] == "董事、股东"
    key = next(key for key, name, _ in offered if name == "卫甲")
    assert client.post(path(case, "legal_representative", "person"), {"person": key}).status_code == 302
    kept = saved(case, "legal_representative")
    assert (kept.payload["name"], kept.payload["position"], kept.sources["name"]) == ("卫甲", "chairman", "register")
    assert client.post(path(case, "legal_representative", "person"), {"person": "0" * 20}).status_code == 302
    assert saved(case, "legal_representative").version == 1


@pytest.mark.row("R016", part="提交")
@pytest.mark.row("R001", part="按事项设定界面组件")
def test_a_leader_without_office_brings_the_officers_along_and_leads_there() -> None:
    client, case = case_of("legal_representative", code="C02", who="P02")
    response = client.post(
        path(case, "legal_representative"),
        sent(leader("P05", position="sole_director", appointed_by="shareholders"), version="0"),
    )
    assert response["Location"] == path(case, "officers")
    page = text(client.get(response["Location"]))
    assert "带出了“董事、监事、高级管理人员”：法定代表人要由代表公司执行公司事务的董事或者经理担任" in page
    assert "为什么要填这一项" in page
    assert "还要添加 钱范例：董事" in page
    assert "拦截" not in page
    client.post(
        path(case, "officers"), {"board": "False", "directors_count": "1", "supervisory": "one", "version": "0"}
    )
    again = text(client.get(path(case, "officers")))
    assert "给钱范例添加“董事”职务，或者更换人选" in again


@pytest.mark.row("R016", part="暂存")
def test_wrong_input_is_kept_and_said_at_the_field_and_on_top() -> None:
    client, case = case_of("legal_representative")
    wrong = leader("P13", id_number="310106198201139311", mobile="12345", residence="")
    response = client.post(path(case, "legal_representative"), sent(wrong, version="0"))
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>错误：法定代表人" in page
    assert "q-sum" in page
    for sentence in ("号码的最后一位和前面对不上", "手机号码应是 1 开头的 11 位数字", "请填写住址。"):
        assert sentence in page
    assert 'value="310106198201139311"' in page
    assert saved(case, "legal_representative").payload["mobile"] == "12345"


def test_a_finding_of_a_rule_stands_at_its_field_with_its_law() -> None:
    client, case = case_of("legal_representative")
    response = client.post(path(case, "legal_representative"), sent(leader("P01", position="chairman"), version="0"))
    assert response.status_code == 422
    assert "张示例已经登记为法定代表人，没有换人。" in text(response)
    asked = client.post(path(case, "legal_representative"), sent(leader("P13", position="chairman"), version="1"))
    assert "这里选的职务是“董事长”，卫甲在公司担任的是“董事”。" in text(asked)
    told = text(client.get(path(case, "legal_representative")))
    assert "《公司法》第十条" in told.replace(" ", "")


@pytest.mark.row("R016", part="暂存")
def test_a_save_from_an_older_page_shows_both_and_either_may_be_kept() -> None:
    client, case = case_of("legal_representative")
    here = path(case, "legal_representative")
    client.post(here, sent(leader("P13"), version="0"))
    stale = client.post(here, sent(leader("P26"), version="0"))
    assert stale.status_code == 409
    page = text(stale)
    assert "卫甲" in page
    assert "朱示意" in page
    assert saved(case, "legal_representative").payload["name"] == "卫甲"
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', stale.content.decode()))
    client.post(path(case, "legal_representative", "resolve"), {**fields, "keep": "theirs"})
    assert saved(case, "legal_representative").payload["name"] == "卫甲"
    client.post(path(case, "legal_representative", "resolve"), {**fields, "keep": "mine"})
    kept = saved(case, "legal_representative").payload
    assert (kept["name"], kept["id_valid_to"], kept["birth_date"]) == ("朱示意", "2044-11-21", "1980-01-26")


def test_autosave_tells_the_version_and_what_came_along_and_a_stale_one_gets_409() -> None:
    client, case = case_of("legal_representative", code="C02", who="P02")
    url = path(case, "legal_representative", "autosave")
    first = client.post(url, sent(leader("P05"), version="0"))
    assert (first.status_code, first.json()["version"], first.json()["brought"]) == (
        200,
        1,
        ["董事、监事、高级管理人员"],
    )
    stale = client.post(url, sent(leader("P06"), version="0"))
    assert (stale.status_code, stale.json()["url"]) == (409, path(case, "legal_representative"))
    assert client.post(url, {"version": "9" * 400}).status_code == 409


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("code", ["legal_representative", "officers"])
def test_of_eight_first_saves_at_once_one_is_kept_and_seven_see_both(code: str) -> None:
    _, case = case_of("legal_representative", "officers")
    clients = [browser("P01") for _ in range(8)]
    structure = {"board": "True", "directors_count": "3", "supervisory": "one"}
    told: list[int] = []

    def save(number: int) -> None:
        values = sent(leader("P13", mobile=f"1990000010{number}")) if code == "legal_representative" else structure
        told.append(
            clients[number].post(path(case, code), {**values, "version": "0", "staff_count": str(number)}).status_code
        )

    together(8, save)
    assert sorted(told)[1:] == [409] * 7 if 302 in told else told.count(409) == 7
    assert ItemAnswer.objects.filter(case=case, item_code=code, stream="draft").count() == 1
    assert saved(case, code).version == 1


def test_a_hostile_name_is_shown_as_text() -> None:
    client, case = case_of("legal_representative")
    nasty = "<script>alert(1)</script>"
    response = client.post(
        path(case, "legal_representative"), sent(leader("P13", name=nasty, residence=nasty), version="0")
    )
    assert nasty not in response.content.decode()
    assert "&lt;script&gt;" in response.content.decode()


# ---- 董监高 ----


@pytest.mark.row("R017", part="表单展示和输入")
@pytest.mark.row("R017", part="免填免报")
def test_the_registered_people_are_there_and_need_no_typing() -> None:
    client, case = case_of("officers")
    page = text(client.get(path(case, "officers")))
    for name in ("张示例", "卫甲", "朱示意", "秦试填", "尤样张", "许演练"):
        assert name in page
    assert "董事长 · 任期到2028年5月19日" in page
    assert "310101198501019190" not in page
    assert not ItemAnswer.objects.exists()


@pytest.mark.row("R017", part="提交")
@pytest.mark.row("R017", part="从代理人投资人等信息带入")
def test_a_new_row_is_added_from_somebody_known_with_his_number_masked() -> None:
    client, case = case_of("officers")
    new = client.get(path(case, "officers", "rows", "new"))
    key = re.search(r'href="\?person=(\w{20})"[^>]*>.*?赵演示', new.content.decode(), re.DOTALL)
    assert key is not None
    start = client.get(f"{path(case, 'officers', 'rows', 'new')}?person={_key_of(new, '赵演示')}")
    page = start.content.decode()
    assert "310106199204049429" not in page
    action = re.search(r'id="row" action="([^"]+)"', page)
    assert action is not None
    typed = sent(director(), id_number="310***********9429", mobile="199****0004")
    response = client.post(
        action.group(1).replace("&amp;", "&"), typed | {"row_id": hidden(start, "row_id"), "seen": ""}
    )
    assert response.status_code == 302
    rows = saved(case, "officers").payload["rows"]
    assert [row["change"] for row in rows] == ["unchanged"] * 6 + ["added"]
    assert (rows[-1]["name"], rows[-1]["id_number"]) == ("赵演示", "310106199204049429")
    assert saved(case, "officers").sources[f"{rows[-1]['row_id']}:name"] == "register"
    assert saved(case, "officers").sources[f"{rows[-1]['row_id']}:position"] == "own"


def _key_of(response: Any, name: str) -> str:
    pairs = re.findall(r'href="\?person=(\w{20})".*?q-row__t">([^<]+)<', response.content.decode(), re.DOTALL)
    return next(str(key) for key, called in pairs if called == name)


@pytest.mark.row("R017", part="自历史申请获取")
def test_whom_an_earlier_case_would_have_added_need_not_be_typed_again() -> None:
    client, case = case_of("officers")
    rows = stories.facts_of(stories.companies()["C01"])["officers"]["rows"]
    structure = {"board": True, "directors_count": 4, "supervisory": "one"}
    added = director("P12", row_id=f"{1:032x}", change="added")
    answer(case, person("P01"), "officers", {"structure": structure, "rows": [*rows, added]})
    case_withdraw(actor=person("P01"), case=case)
    again = case_open(actor=actor_of("P01"), entity=case.entity, chosen=["officers"])
    new = client.get(path(again, "officers", "rows", "new"))
    assert "上次申请填过" in text(new)
    assert added["id_number"] not in new.content.decode()
    start = f"{path(again, 'officers', 'rows', 'new')}?person={_key_of(new, '褚示范')}"
    typed = sent({**director("P12"), "id_number": "310***********9246"}, row_id=hidden(client.get(start), "row_id"))
    assert client.post(start, typed | {"seen": ""}).status_code == 302
    row = saved(again, "officers").payload["rows"][-1]
    assert (row["name"], row["id_number"]) == ("褚示范", added["id_number"])
    assert saved(again, "officers").sources[f"{row['row_id']}:name"] == "history"
    other = browser("P04")
    of_another = case_open(actor=actor_of("P04"), entity=case.entity, chosen=["officers"])
    assert "上次申请填过" not in text(other.get(path(of_another, "officers", "rows", "new")))


@pytest.mark.row("R017", part="免填免报")
def test_what_the_licence_store_knows_of_a_new_director_is_taken_over_by_one_tap() -> None:
    client, case = case_of("officers")
    new = client.get(path(case, "officers", "rows", "new"))
    blank = {"residence": "", "ethnicity": "", "id_valid_to": ""}
    row_id = hidden(new, "row_id")
    first = client.post(path(case, "officers", "rows", "new"), sent(director("P12") | blank, row_id=row_id, seen=""))
    assert first.status_code == 422
    assert "正在查…" in text(first)
    store_knows("P12")
    page = client.get(path(case, "officers", "rows", row_id))
    assert "带入这些内容" in text(page)
    assert director("P12")["id_number"] not in page.content.decode(), "a number that is right stays masked"
    assert "310***********9246" in page.content.decode()
    typed = sent(director("P12") | blank, row_id=row_id, seen=hidden(page, "seen"), take="licence")
    assert client.post(path(case, "officers", "rows", row_id), typed).status_code == 302
    row = saved(case, "officers").payload["rows"][-1]
    assert (row["residence"], row["ethnicity"]) == (person_of("P12")["residence"], "汉族")
    sources = saved(case, "officers").sources
    assert (sources[f"{row_id}:residence"], sources[f"{row_id}:name"]) == ("licence_store", "own")


@pytest.mark.row("R016", part="免填免报")
def test_what_the_licence_store_knows_of_a_new_leader_is_taken_over_by_one_tap() -> None:
    client, case = case_of("legal_representative")
    typed = leader("P12", residence="", ethnicity="", id_valid_to="")
    first = client.post(path(case, "legal_representative"), sent(typed, version="0"))
    assert first.status_code == 422
    store_knows("P12")
    assert "带入这些内容" in text(client.get(path(case, "legal_representative", "hints")))
    taken = client.post(path(case, "legal_representative"), sent(typed, version="1", take="licence"))
    assert taken.status_code == 302
    kept = saved(case, "legal_representative")
    assert (kept.payload["residence"], kept.sources["residence"]) == (person_of("P12")["residence"], "licence_store")
    assert kept.sources["mobile"] == "own"


def person_of(who: str) -> dict[str, Any]:
    return stories.person_payload(who)


def store_knows(who: str) -> None:
    """电子证照库 answers, as the worker would write it down."""
    human = person_of(who)
    subject = {"kind": "id_card", "id_type": "10", "id_number": human["id_number"]}
    keys = ("name", "id_number", "ethnicity", "nationality", "residence", "id_valid_to")
    keep(lookup_ask("licence_store", subject), Found({"kind": "id_card", "data": {key: human[key] for key in keys}}))


def test_a_double_tap_on_a_new_row_adds_one() -> None:
    client, case = case_of("officers")
    new = client.get(path(case, "officers", "rows", "new"))
    typed = sent(director(), row_id=hidden(new, "row_id"), seen="")
    for _ in range(2):
        assert client.post(path(case, "officers", "rows", "new"), typed).status_code == 302
    assert len(saved(case, "officers").payload["rows"]) == 7
    assert saved(case, "officers").version in {1, 2}


@pytest.mark.row("R017", part="暂存")
def test_a_row_that_is_wrong_is_kept_and_mended_on_its_own_page() -> None:
    client, case = case_of("officers")
    new = client.get(path(case, "officers", "rows", "new"))
    wrong = sent(director(term_to="2031-11-19", mobile="1"), row_id=hidden(new, "row_id"), seen="")
    response = client.post(path(case, "officers", "rows", "new"), wrong)
    assert response.status_code == 422
    assert "董事每届任期不得超过三年，请修改任期。" in text(response)
    assert "手机号码应是" in text(response)
    row = saved(case, "officers").payload["rows"][-1]
    assert "2 处要改" in text(client.get(path(case, "officers")))
    here = path(case, "officers", "rows", row["row_id"])
    assert f'action="{here}"' in response.content.decode()
    mended = client.post(here, sent(director(), seen=hidden(response, "seen")))
    assert mended.status_code == 302
    assert saved(case, "officers").payload["rows"][-1]["term_to"] == "2029-11-19"


def test_two_phones_that_add_different_rows_both_keep_them() -> None:
    client, case = case_of("officers")
    other = browser("P04")
    pages = [one.get(path(case, "officers", "rows", "new")) for one in (client, other)]
    for one, page, who in zip((client, other), pages, ("P12", "P14"), strict=True):
        typed = sent(director(who), row_id=hidden(page, "row_id"), seen="")
        assert one.post(path(case, "officers", "rows", "new"), typed).status_code == 302
    assert [row["name"] for row in saved(case, "officers").payload["rows"][-2:]] == ["褚示范", "蒋乙"]


def test_two_phones_that_change_the_same_row_see_both() -> None:
    client, case = case_of("officers")
    row_id = stories.facts_of(stories.companies()["C01"])["officers"]["rows"][1]["row_id"]
    here = path(case, "officers", "rows", row_id)
    seen = hidden(client.get(here), "seen")
    mine, theirs = director("P13", mobile="19900000098"), director("P13", mobile="19900000099")
    assert client.post(here, sent(theirs, seen=seen)).status_code == 302
    stale = client.post(here, sent(mine, seen=seen))
    assert stale.status_code == 409
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', stale.content.decode()))
    assert client.post(f"{here}/resolve", {**fields, "keep": "mine"}).status_code == 302
    changed = saved(case, "officers").payload["rows"][1]
    assert (changed["mobile"], changed["change"]) == ("19900000098", "changed")


@pytest.mark.row("R017", part="记录变更前后的人员信息对比")
def test_a_row_is_taken_out_brought_back_and_saved_unchanged_is_unchanged() -> None:
    client, case = case_of("officers")
    page = client.get(path(case, "officers"))
    row_id = re.findall(r'id="row-(\w{32})"', page.content.decode())[1]
    change = path(case, "officers", "rows", row_id, "change")
    assert client.post(change, {"do": "remove"}).status_code == 302
    assert saved(case, "officers").payload["rows"][1]["change"] == "removed"
    assert "卸任" in text(client.get(path(case, "officers")))
    client.post(change, {"do": "restore"})
    assert saved(case, "officers").payload["rows"][1]["change"] == "unchanged"
    here = path(case, "officers", "rows", row_id)
    before = saved(case, "officers").payload["rows"][1]
    client.post(
        here,
        sent({key: value for key, value in before.items() if key != "change"}, seen=hidden(client.get(here), "seen")),
    )
    assert saved(case, "officers").payload["rows"][1]["change"] == "unchanged"
    assert client.post(path(case, "officers", "rows", "f" * 32, "change"), {"do": "remove"}).status_code == 302


def test_the_leader_who_is_missing_is_one_tap_away() -> None:
    client, case = case_of("legal_representative")
    client.post(
        path(case, "legal_representative"), sent(leader(position="manager", appointment_mode="engaged"), version="0")
    )
    page = client.get(path(case, "officers"))
    assert "还要添加 赵演示：经理" in text(page)
    start = client.get(f"{path(case, 'officers', 'rows', 'new')}?suggest=0")
    assert "310106199204049429" not in start.content.decode()
    row = sent(
        director(position="manager", appointed_by="board", appointment_mode="engaged", id_number="310***********9429")
    )
    url = f"{path(case, 'officers', 'rows', 'new')}?suggest=0"
    assert client.post(url, {**row, "row_id": hidden(start, "row_id"), "seen": ""}).status_code == 302
    assert saved(case, "officers").payload["rows"][-1]["id_number"] == "310106199204049429"
    case.refresh_from_db()
    assert "officers" in case.items
    assert "还要添加" not in text(client.get(path(case, "officers")))


def test_a_reader_sees_the_rows_and_changes_none() -> None:
    _, case = case_of("officers")
    reader = browser("P13")
    row_id = stories.facts_of(stories.companies()["C01"])["officers"]["rows"][0]["row_id"]
    assert reader.get(path(case, "officers", "rows", row_id)).status_code == 200
    assert "保存" not in text(reader.get(path(case, "officers", "rows", row_id)))
    assert reader.post(path(case, "officers", "rows", row_id), sent(director(), seen="")).status_code == 403
    assert browser("P02").get(path(case, "officers")).status_code == 404


@pytest.mark.parametrize("row_id", ["new", "0" * 32, "..", "x" * 400])
def test_addresses_of_rows_that_are_not_there(row_id: str) -> None:
    client, case = case_of("officers")
    assert client.get(path(case, "officers", "rows", row_id)).status_code in ({200} if row_id == "new" else {404})
    assert client.get(path(case, "legal_representative", "rows", "new")).status_code == 404


# ---- the identity card ----


@pytest.mark.row("R016", part="OCR图像识别")
@pytest.mark.row("R017", part="OCR图像识别")
def test_what_was_read_from_a_card_fills_the_row_but_not_what_was_typed() -> None:
    client, case = case_of("officers")
    new = client.get(path(case, "officers", "rows", "new"))
    partly = {key: value for key, value in director().items() if key not in {"residence", "ethnicity"}}
    client.post(path(case, "officers", "rows", "new"), sent(partly, row_id=hidden(new, "row_id"), seen=""))
    row = saved(case, "officers").payload["rows"][-1]
    read = CardRead.objects.create(
        case=case,
        item_code="officers",
        row_id=row["row_id"],
        front=file_store(b"\xff\xd8\xff picture", kind="jpeg"),
        state=CardRead.State.READ,
        result={"fields": {"name": "赵演一", "residence": "上海市示例区", "ethnicity": "汉族"}, "problems": []},
        asked_at=case.opened_at,
    )
    card_fill(read, "account:1")
    filled = saved(case, "officers").payload["rows"][-1]
    assert (filled["name"], filled["residence"]) == ("赵演示", "上海市示例区")
    assert saved(case, "officers").sources[f"{row['row_id']}:residence"] == "id_card"
    page = text(client.get(path(case, "officers", "rows", row["row_id"])))
    assert "来源：证件识别" in page
    assert "姓名和照片上的证件不一致" in page


# ---- 委托代理人 ----


@pytest.mark.row("R003", part="表单展示和输入")
@pytest.mark.row("R003", part="提交")
@pytest.mark.row("R003", part="暂存")
def test_an_agent_opens_fills_in_asks_and_the_company_confirms_over_http() -> None:
    company("C01")
    agent, leader_ = browser("P25"), browser("P01")
    found = text(agent.get("/agent?q=上海星岚示例科技有限公司"))
    assert "91310115MAXX00015T" in found
    assert "张示例" not in found
    guide = text(agent.get("/companies/91310115MAXX00015T/agent"))
    assert "法定代表人" in guide
    assert "张示例" not in guide
    assert "赵演示" not in guide
    opened = agent.post("/companies/91310115MAXX00015T/agent", {"item": ["liaison", "officers"]})
    assert opened.status_code == 302
    case = Case.objects.get()
    page = agent.get(opened["Location"])
    assert "来源：登录信息" in text(page)
    mandate = {
        **{key: stories.person_payload("P25")[key] for key in ("name", "id_type", "id_number", "mobile")},
        "kind": "person",
        "scope": ["correct_form"],
    }
    term = {"valid_from_year": "2026", "valid_from_month": "1", "valid_from_day": "1"}
    term |= {"valid_to_year": "2030", "valid_to_month": "12", "valid_to_day": "31"}
    saved_ = agent.post(opened["Location"], {**mandate, **term, "version": "0"})
    assert saved_["Location"] == f"/cases/{case.number}/agent"
    assert agent.get(path(case, "officers")).status_code == 403
    for closed in ("/check", "/papers", "/sign"):
        refused = agent.get(f"/cases/{case.number}{closed}")
        assert refused.status_code == 403
        assert "企业还没有确认由您代办" in text(refused)
    overview = text(agent.get(f"/cases/{case.number}"))
    assert "请企业确认" in overview
    assert "等企业确认" in overview
    names = {one["name"] for one in stories.persons().values()} - {"施未备"}
    for url in (
        f"/cases/{case.number}",
        path(case, "liaison"),
        f"/cases/{case.number}/choose",
        f"/cases/{case.number}/agent",
    ):
        told = text(agent.get(url))
        assert not [name for name in names if name in told], url
    assert agent.post(f"/cases/{case.number}/agent/invite").status_code == 302
    assert "确认代理人：施未备" in text(leader_.get("/"))
    asked = leader_.get(f"/cases/{case.number}/agent")
    assert "是否委托他办？" in text(asked)
    assert "310115199011259258" not in asked.content.decode()
    assert browser("P02").get(f"/cases/{case.number}/agent").status_code == 404
    leader_.post(f"/cases/{case.number}/agent/accept", {"mandate": hidden(asked, "mandate")})
    assert "企业已确认" in text(agent.get(f"/cases/{case.number}/agent"))
    assert agent.get(path(case, "officers")).status_code == 200
    assert "赵演示" in agent.get(path(case, "liaison")).content.decode()


def test_the_company_declines_and_the_agent_reads_it() -> None:
    company("C01")
    agent = browser("P25")
    case = case_open(actor=actor_of("P25"), entity=company("C01"), chosen=["liaison"], as_agent=True)
    mandate = {
        **stories.person_payload("P25"),
        "kind": "person",
        "scope": [],
        "valid_from": "2026-01-01",
        "valid_to": "2030-12-31",
    }
    answer(case, actor_of("P25"), "agent", mandate)
    agent.post(f"/cases/{case.number}/agent/invite")
    assert "等企业确认" in text(agent.get(f"/cases/{case.number}/agent"))
    leader_ = browser("P01")
    leader_.post(f"/cases/{case.number}/agent/decline", {"reason": "<b>不认识</b>"})
    page = text(agent.get(f"/cases/{case.number}/agent"))
    assert "企业没有同意" in page
    assert "没有接受" in page
    assert "<b>不认识</b>" not in agent.get(f"/cases/{case.number}/progress").content.decode()
    again = leader_.post(f"/cases/{case.number}/agent/accept", {"mandate": "mandate:x"}, follow=True)
    assert "现在没有等企业确认的代理人" in text(again)


def test_who_may_open_himself_is_sent_to_do_so() -> None:
    company("C01")
    client = browser("P01")
    assert "您可以直接开办，不用委托" in text(client.get("/agent?q=91310115MAXX00015T"))
    assert client.get("/companies/91310115MAXX00015T/agent")["Location"] == "/companies/91310115MAXX00015T/change"
    assert "没有找到这家企业" in text(client.get("/agent?q=没有这家"))
    assert client.get("/companies/000000000000000000/agent").status_code == 404


# ---- budgets ----


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len([query for query in captured.captured_queries if "clock" not in query["sql"]])


def test_form_pages_ask_the_database_eight_questions_at_most() -> None:
    client, case = case_of("legal_representative", "officers")
    rows = stories.facts_of(stories.companies()["C01"])["officers"]["rows"]
    counted = {
        "first leader": queries(client, path(case, "legal_representative")),
        "first officers": queries(client, path(case, "officers")),
        "new row": queries(client, path(case, "officers", "rows", "new")),
        "row": queries(client, path(case, "officers", "rows", rows[0]["row_id"])),
    }
    answer(case, person("P01"), "legal_representative", leader())
    people = [
        director("P12", row_id=f"{n:032x}", change="added", id_number=f"H{10000000 + n}", id_type="55")
        for n in range(50)
    ]
    answer(
        case,
        person("P01"),
        "officers",
        {"structure": {"board": True, "directors_count": 53, "supervisory": "one"}, "rows": [*rows, *people]},
    )
    tell_truth(case)
    counted |= {
        "leader": queries(client, path(case, "legal_representative")),
        "fifty officers": queries(client, path(case, "officers")),
        "one of fifty": queries(client, path(case, "officers", "rows", people[0]["row_id"])),
    }
    assert max(counted.values()) <= 8, counted
