"""Working in a room: first content, saving, rows of a list room. What pages, autosave and the API share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from foundation.identity.actor import Actor
from foundation.identity.models import Account
from reg.casefile.models import Case, ItemAnswer
from reg.casefile.selectors import case_view
from reg.casefile.services import answer_save
from reg.casefile.states import State
from reg.casefile.view import CaseView
from reg.cases.services import answer_of, brought_refresh
from reg.items.kit import Item, ItemForm, Known, Prefill
from reg.items.kit.people import document_of
from reg.items.registry import rooms_of

OWN = "own"


def known_of(actor: Actor, case: Case, item: Item, view: CaseView) -> Known:
    """What fills a page before anything is typed: log-in, earlier cases, people of the company."""
    account = Account.objects.filter(person_index=actor.person_index).first() if actor.is_person else None
    me = (
        {"name": account.name, "id_type": account.id_type, "id_number": account.id_number, "mobile": account.mobile}
        if account
        else {}
    )
    return Known(account=me, history=_history(case, item) if item.carry_over else {}, people=people_known(view))


def _history(case: Case, item: Item) -> Mapping[str, Any]:
    """The last answer to this item in an earlier case of the same company that was not recorded (自历史申请获取)."""
    unfinished = [State.WITHDRAWN, State.EXPIRED]
    earlier = (
        ItemAnswer.objects.filter(
            case__entity=case.entity,
            case__opener_index=case.opener_index,
            case__state__in=unfinished,
            item_code=item.code,
            stream="draft",
        )
        .exclude(case=case)
        .order_by("-saved_at")
        .first()
    )
    return earlier.payload if earlier else {}


def people_known(view: CaseView) -> tuple[Mapping[str, Any], ...]:
    """Natural persons the register or this case already names, each once: 从已有人员中选."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for label, row in _people_rows(view):
        if row.get("name") and row.get("id_number"):
            standing = found.setdefault(document_of(row), {"labels": []})
            standing.update(
                {key: value for key, value in row.items() if value not in ("", None)} | {"labels": standing["labels"]}
            )
            if label not in standing["labels"]:
                standing["labels"].append(label)
    return tuple({**row, "label": "、".join(row["labels"])} for row in found.values())


def _people_rows(view: CaseView) -> list[tuple[str, Mapping[str, Any]]]:
    rows: list[tuple[str, Mapping[str, Any]]] = [
        ("法定代表人", view.was("legal_representative")),
        ("联络员", view.was("liaison")),
    ]
    rows += [("董监高", row) for row in view.now("officers").get("rows", ())]
    rows += [("股东", row) for row in view.was("shareholders").get("rows", ()) if row.get("natural")]
    rows += [
        ("新联络员", view.answers.get("liaison", {})),
        ("新法定代表人", view.answers.get("legal_representative", {})),
    ]
    rows += [("代理人", view.answers.get("agent", {}))]
    return rows


def first_content(actor: Actor, case: Case, item: Item, view: CaseView) -> Prefill:
    """The page as first shown."""
    return item.prefill(view, known_of(actor, case, item, view))


def sources_after(
    before: Mapping[str, Any],
    sources: Mapping[str, str],
    after: Mapping[str, Any],
    computed: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """Origins after an edit: what was changed by hand is 本人填写, the rest keeps its source."""
    kept = {}
    for field, value in after.items():
        if field in computed:
            kept[field] = "computed"
        elif value not in ("", None, []):
            kept[field] = sources.get(field, OWN) if before.get(field) == value else OWN
    return kept


@transaction.atomic
def room_save(
    *,
    actor: Actor,
    case: Case,
    item: Item,
    payload: Mapping[str, Any],
    sources: Mapping[str, str],
    read_version: int,
) -> tuple[ItemAnswer, list[str]]:
    """Save a room and work out what comes along; returns the answer and room codes that were newly brought in."""
    answer = answer_save(
        actor=actor,
        case=case,
        item_code=item.code,
        payload=payload,
        sources=sources,
        read_version=read_version,
        schema_version=item.schema_version,
    )
    case.refresh_from_db()
    return answer, brought_refresh(case)


def form_of(item: Item, payload: Mapping[str, Any], sources: Mapping[str, str], *, bound: bool = False) -> ItemForm:
    """The form of a single room, or of the head of a list room."""
    form = item.form.read(payload) if bound else item.form.show(payload)
    form.sources = sources
    return form


# ---- list rooms ----


def rows_of(payload: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a list room's payload."""
    return [dict(row) for row in payload.get("rows", ())]


def row_find(payload: Mapping[str, Any], row_id: str) -> dict[str, Any] | None:
    """One row."""
    return next((row for row in rows_of(payload) if row.get("row_id") == row_id), None)


def row_put(item: Item, view: CaseView, payload: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with this row added or replaced, its change worked out against the register."""
    if item.rows is None:
        raise TypeError(f"{item.code} has no rows")
    registered = {r["row_id"]: r for r in view.was(item.code).get("rows", ())}
    row_id = str(row.get("row_id") or uuid.uuid4().hex)
    was = registered.get(row_id)
    change = "added" if was is None else "unchanged" if item.rows.same(was, row) else "changed"
    fresh = {**row, "row_id": row_id, "change": change}
    rows = rows_of(payload)
    place = next((n for n, r in enumerate(rows) if r.get("row_id") == row_id), None)
    if place is None:
        rows.append(fresh)
    else:
        rows[place] = fresh
    return {**payload, "rows": rows}


def row_remove(payload: Mapping[str, Any], row_id: str) -> dict[str, Any]:
    """The payload without an added row; a registered row is marked as removed and can be brought back."""
    rows = []
    for row in rows_of(payload):
        if row.get("row_id") != row_id:
            rows.append(row)
        elif row.get("change") != "added":
            rows.append({**row, "change": "removed"})
    return {**payload, "rows": rows}


def row_restore(item: Item, view: CaseView, payload: Mapping[str, Any], row_id: str) -> dict[str, Any]:
    """Undo a removal or a change: the row is again as registered."""
    was = next((dict(r) for r in view.was(item.code).get("rows", ()) if r.get("row_id") == row_id), None)
    if was is None:
        return dict(payload)
    rows = [{**was, "change": "unchanged"} if r.get("row_id") == row_id else r for r in rows_of(payload)]
    return {**payload, "rows": rows}


def pages_of(case: Case) -> list[Item]:
    """Rooms of the case in the order of their pages."""
    return rooms_of(case.items)


def neighbours(case: Case, item: Item) -> tuple[Item | None, Item | None, int, int]:
    """Previous and next room, and 第 n 项，共 m 项."""
    pages = pages_of(case)
    place = next(n for n, page in enumerate(pages) if page.code == item.code)
    before = pages[place - 1] if place else None
    after = pages[place + 1] if place + 1 < len(pages) else None
    return before, after, place + 1, len(pages)


def current_payload(
    actor: Actor, case: Case, item: Item
) -> tuple[dict[str, Any], dict[str, str], int, ItemAnswer | None]:
    """What the page shows: the saved answer, else the first content; with sources and version."""
    answer = answer_of(case, item.code)
    if answer is not None:
        return dict(answer.payload), dict(answer.sources), answer.version, answer
    filled = first_content(actor, case, item, case_view(case))
    return filled.payload, filled.sources, 0, None


def person_pick(view: CaseView, place: str) -> Mapping[str, Any]:
    """A known person by his place in the list (the same for one view)."""
    people = people_known(view)
    number = int(place) if place.isdigit() else -1
    return people[number] if 0 <= number < len(people) else {}
