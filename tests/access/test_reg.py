"""The access matrix of reg: every address × every role × GET and POST (access checks in selectors, design 9).

Who has no business with a thing gets 404, or the log-in; whoever may not do something leaves nothing written by trying.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from foundation import audit
from foundation.audit.models import AuditEvent
from foundation.identity.actor import Actor
from foundation.identity.testing import Outcome, Writes, addresses, outcome
from foundation.pdf.testing import picture
from foundation.ui.masks import mask_id
from reg.entities import stories
from tests.access.table import MACHINE, NO, TABLE, Line, Rule
from tests.access.traces import NUMBERS, leaks, leaks_in_tables
from tests.access.world import Who, World

pytestmark = pytest.mark.django_db
PHOTO = picture(text="Page 2")
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def test_every_address_has_its_line_and_every_line_its_address() -> None:
    assert {one.route for one in addresses()} == set(TABLE)


def test_only_signed_calls_of_machines_are_taken_without_the_token_of_a_page() -> None:
    assert {one.route for one in addresses() if one.exempt} == {
        route for route, line in TABLE.items() if line.post == MACHINE
    }


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize("route", TABLE)
def test_who_may_what(world: World, route: str, verb: str) -> None:
    line = TABLE[route]
    rule = line.get if verb == "GET" else line.post
    wrong = [sentence for who in knocking(rule) for sentence in _tried(world, route, line, verb, who, rule)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE"])
def test_pages_know_no_other_verb(world: World, verb: str) -> None:
    let_in = []
    for route, line in TABLE.items():
        who = Who.EXAMINER if route.startswith("desk/") else Who.LEADER
        path = address(route, world.places_of(who, line.of))
        answer = world.browser(who).generic(verb, path)
        if answer.status_code != 405 and not route.startswith("ui/gallery"):
            let_in.append(f"{path}: {answer.status_code}")
    assert let_in == []


INNER = ("paper_id", "part_id", "point_id")


@pytest.mark.parametrize("route", [route for route in TABLE if any(f":{name}>" in route for name in INNER)])
def test_a_thing_of_another_case_is_not_found_under_a_case_of_ones_own(world: World, route: str) -> None:
    line, desk = TABLE[route], route.startswith("desk/")
    who = Who.EXAMINER if desk else Who.AGENT
    foreign = world.places["uploads" if "part_id" in route else "draft" if "paper_id" in route else "desk"]
    mine = world.places["waiting"] if desk else world.own[who]["draft"]
    path = address(
        route, {**mine, **{name: foreign[name] for name in INNER if name in foreign}, "line": foreign["line"]}
    )
    with transaction.atomic(), Writes() as wrote:
        answer = world.browser(who).get(path) if line.get is not NO else world.browser(who).post(path)
        transaction.set_rollback(True)
    assert outcome(answer) in {Outcome.GONE, Outcome.UNSIGNED} or (line.post is not NO and not wrote.tables), path


def knocking(rule: Rule) -> tuple[Who, ...]:
    """Who tries: one of each kind where everybody is answered alike, else everybody."""
    return tuple(Who) if len(set(rule.values())) > 1 else (Who.ANONYMOUS, Who.LEADER, Who.EXAMINER)


def _tried(world: World, route: str, line: Line, verb: str, who: Who, rule: Rule) -> Iterator[str]:
    """One role knocks at one door; what was not as the table says. Nothing of it stays."""
    places = world.places_of(who, line.of)
    path, browser = address(route, {**places, **_filled(line.puts, places)}), world.browser(who)
    with transaction.atomic():
        sent = _filled(line.sends, places)
        with Writes() as wrote:
            response = browser.get(path) if verb == "GET" else browser.post(path, sent)
        transaction.set_rollback(True)
    here, got = f"{who} {verb} {path}：", outcome(response)
    if got is not rule[who]:
        yield f"{here}{got}，应为 {rule[who]}"
    if wrote.tables and got is not Outcome.IN and who not in line.writes:
        yield f"{here}{got}，但写了 {sorted(wrote.tables)}"
    if verb == "POST" and who in line.writes and not wrote.tables:
        yield f"{here}什么也没有写，这一行证明不了别人不能写"
    if verb == "POST" and line.own_only and who not in line.writes and wrote.tables:
        yield f"{here}动了别人的 {sorted(wrote.tables)}"


def address(route: str, places: dict[str, Any]) -> str:
    """The path of a route with `places` filled in."""
    return "/" + PART.sub(lambda found: str(places.get(found[1], 0)), route)


def _filled(told: Any, places: dict[str, Any]) -> dict[str, Any]:
    """`told` with the places put in; a photograph is a fresh file each time."""
    photo = SimpleUploadedFile("第二页.jpg", PHOTO, content_type="image/jpeg")
    return {key: photo if value == "{photo}" else value.format_map(Given(places)) for key, value in told.items()}


class Given(dict[str, Any]):
    """What an agent's own case does not have is 0, which is no number of anything."""

    def __missing__(self, key: str) -> int:
        return 0


# ---- what pages show of people ----

SHOWN_TO = (Who.LEADER, Who.NEW_AGENT, Who.SIGNER, Who.EXAMINER, Who.AUDITOR)
TITLE = re.compile(r"<title>(.*?)</title>", re.S)
LINK = re.compile(r'\b(?:href|src|action|hx-\w+|url|poll)="([^"]*)"')
PAGES = [
    route for route, line in TABLE.items() if Outcome.IN in line.get.values() and not route.startswith("ui/gallery")
]


@pytest.mark.parametrize("route", PAGES)
def test_numbers_are_masked_and_titles_and_links_name_nobody(world: World, route: str) -> None:
    line, found = TABLE[route], []
    for who in SHOWN_TO:
        if line.get[who] is not Outcome.IN:
            continue
        path = address(route, world.places_of(who, line.of))
        answer = world.browser(who).get(path)
        if not answer.get("Content-Type", "").startswith(("text/", "application/json")):
            continue
        page = html.unescape(answer.content.decode())
        told = "\n".join([path, *TITLE.findall(page), *LINK.findall(page), answer.get("Location", "")])
        found += [f"{who} {path}: {leak}" for leak in (*leaks(page, NUMBERS), *leaks(unquote(told)))]
    assert found == []


def test_whole_numbers_are_shown_once_and_it_is_written_down_who_looked(world: World) -> None:
    number, whole = world.places["desk"]["number"], stories.persons()["P05"]["id_no"]
    browser = world.browser(Who.EXAMINER)
    assert mask_id(whole) in browser.get(f"/desk/cases/{number}").content.decode().replace("<wbr>", "")
    assert whole in browser.post(f"/desk/cases/{number}/unmask").content.decode()
    looked = AuditEvent.objects.get(verb="case.unmask")
    assert (looked.actor, looked.obj_ref, looked.details) == ("shen1", number, {})


# ---- what stays in the database ----


def test_no_table_holds_anything_personal_in_clear(world: World) -> None:
    """No table, no audit row, no argument of a job."""
    with connection.cursor() as cursor:
        found = leaks_in_tables(cursor)
    assert AuditEvent.objects.exists()
    assert ProcrastinateJob.objects.exists()
    assert found == []


def test_a_row_that_told_a_name_would_be_found(world: World) -> None:
    audit.record(Actor.system("test"), "case.open", "case", "张示例")
    with connection.cursor() as cursor:
        assert [leak.partition("：")[0] for leak in leaks_in_tables(cursor)] == ["audit_auditevent: 姓名"]


def test_what_is_looked_for_is_found() -> None:
    clear = '{"name": "\\u5f20\\u793a\\u4f8b", "id": "310101198501019190", "to": "19900000001"}'
    assert [leak.partition("：")[0] for leak in leaks(clear)] == ["姓名", "证件号码", "手机号"]
    assert list(leaks("310***********9190 199****0001 张**", NUMBERS)) == []
