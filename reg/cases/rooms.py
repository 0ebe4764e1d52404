"""Working in a room: first content, saving, rows of a list room. What pages, autosave and the API share."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Q

from foundation.crypto.index import person_index
from foundation.identity.actor import Actor
from foundation.identity.models import Account
from reg.casefile.mandate import is_public_only
from reg.casefile.models import Case, ItemAnswer
from reg.casefile.selectors import answer_before, answers_of, case_view
from reg.casefile.services import StaleAnswer, answer_save
from reg.casefile.states import State
from reg.casefile.view import CaseView
from reg.cases.services import brought_refresh
from reg.cases.settling import answers_settle
from reg.items.kit import Item, ItemForm, Known, Prefill
from reg.items.kit.offices import holding, may_represent, office_names
from reg.items.kit.people import document_of, same_person
from reg.items.registry import rooms_of

OWN = "own"
TRIES = 5
"""So often a row is put again on top of what others saved in between."""


class Later(Mapping[str, Any]):
    """A mapping that is looked up when it is first read: not every page needs it."""

    def __init__(self, find: Callable[[], Mapping[str, Any]]) -> None:
        self._find = find

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        return self._find()

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def known_of(actor: Actor, case: Case, item: Item, view: CaseView) -> Known:
    """What fills a page before anything is typed: log-in, earlier cases, people of the company."""
    return Known(
        account=Later(lambda: _account(actor)),
        history=Later(lambda: _history(actor, case, item) if item.carry_over else {}),
        people=people_known(view, item),
    )


def _account(actor: Actor) -> Mapping[str, Any]:
    account = Account.objects.filter(person_index=actor.person_index).first() if actor.is_person else None
    if account is None:
        return {}
    return {"name": account.name, "id_type": account.id_type, "id_number": account.id_number, "mobile": account.mobile}


def _history(actor: Actor, case: Case, item: Item) -> Mapping[str, Any]:
    """自历史申请获取: what the same person answered to this item before — for a registration item in a case of this company
    that was not recorded, for a room of the case itself (代理人) in any case of his."""
    if item.kind == "办件":
        last = answer_before(case, item.code, opener_index=actor.person_index)
        return last.payload if last else {}
    return _unfinished(case, item)


def _unfinished(case: Case, item: Item) -> Mapping[str, Any]:
    only = Q(case__state__in=[State.WITHDRAWN, State.EXPIRED], case__entity=case.entity)
    last = answer_before(case, item.code, opener_index=case.opener_index, only=only)
    return last.payload if last else {}


# ---- people ----


BEFORE = "上次申请填过"


def people_before(case: Case, item: Item) -> tuple[Mapping[str, Any], ...]:
    """自历史申请获取 for a list room: whom an earlier case of this company, that came to nothing, would have added or changed."""
    if item.rows is None:
        return ()
    rows = rows_of(_unfinished(case, item))
    return tuple(row for row in rows if row.get("change") in {"added", "changed"})


def people_known(
    view: CaseView, item: Item | None = None, before: Iterable[Mapping[str, Any]] = ()
) -> tuple[Mapping[str, Any], ...]:
    """从已有人员中选: natural persons the register, this case or (`before`) an earlier one names, each once with `label`, `key`
    and `source`, those who may represent the company first. Who is in a single room already is left out there."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for label, row in (*((BEFORE, row) for row in before), *_people_rows(view)):
        if row.get("name") and row.get("id_number"):
            standing = found.setdefault(document_of(row), {"labels": []})
            told = {key: value for key, value in row.items() if value not in ("", None)}
            standing.update(told | {"labels": standing["labels"]})
            if label not in standing["labels"]:
                standing["labels"].append(label)
    taken = (view.was(item.code), view.answers.get(item.code, {})) if item and not item.rows else ()
    people = [row for row in found.values() if not any(same_person(row, one) for one in taken)]
    leading = {document_of(row) for row in holding(view.now("officers")) if may_represent(row.get("position"))}
    people.sort(key=lambda row: document_of(row) not in leading)
    return tuple(
        {
            **row,
            "label": "、".join(row["labels"]),
            "key": _person_key(row),
            "source": "history" if row["labels"] == [BEFORE] else "register",
        }
        for row in people
    )


def _person_key(row: Mapping[str, Any]) -> str:
    """Names a known person on a page: the same as long as he is the same, whatever else was saved meanwhile."""
    return person_index(*document_of(row))[:20]


def _people_rows(view: CaseView) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield "法定代表人", view.was("legal_representative")
    yield "联络员", view.was("liaison")
    for row in view.now("officers").get("rows", ()):
        yield office_names([row.get("position")]) or "董监高", row
    for row in view.was("shareholders").get("rows", ()):
        if row.get("natural"):
            yield "股东", row
    yield "新联络员", view.answers.get("liaison", {})
    yield "新法定代表人", view.answers.get("legal_representative", {})
    yield "代理人", view.answers.get("agent", {})


def person_pick(view: CaseView, item: Item, key: str, before: Iterable[Mapping[str, Any]] = ()) -> Mapping[str, Any]:
    """A known person by his key; empty for a key that names nobody."""
    return next((person for person in people_known(view, item, before) if person["key"] == key), {})


# ---- the content of a page ----


@dataclass(frozen=True)
class Opened:
    """A room as a page works on it."""

    view: CaseView
    payload: dict[str, Any]
    """The saved answer, else the first content."""
    sources: dict[str, str]
    version: int
    """0: nothing was saved yet."""


def room_open(actor: Actor, case: Case, item: Item) -> Opened:
    """What the page shows, read with one question a table."""
    answers = answers_of(case)
    view = case_view(case, answers=answers, confirmations=False)
    answer = answers.get(item.code)
    if answer is not None:
        return Opened(view, dict(answer.payload), dict(answer.sources), answer.version)
    filled = first_content(actor, case, item, view)
    return Opened(view, filled.payload, filled.sources, 0)


def first_content(actor: Actor, case: Case, item: Item, view: CaseView) -> Prefill:
    """The page as first shown."""
    return item.prefill(view, known_of(actor, case, item, view))


def as_answered(view: CaseView, item: Item, payload: Mapping[str, Any]) -> CaseView:
    """The case as if this payload were saved."""
    return replace(view, answers={**view.answers, item.code: payload})


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


def case_catch_up(case: Case, locked: Case) -> None:
    """Bring a case that a page holds up to what was read under the lock."""
    for field in Case._meta.concrete_fields:
        setattr(case, field.attname, getattr(locked, field.attname))


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
    """Save a room, work out what comes along and what follows in other rooms; returns the answer and room codes newly brought in."""
    answer = answer_save(
        actor=actor,
        case=case,
        item_code=item.code,
        payload=payload,
        sources=sources,
        read_version=read_version,
        schema_version=item.schema_version,
    )
    case_catch_up(case, answer.case)
    fresh = brought_refresh(case)
    return answers_settle(actor=actor, case=case).get(item.code, answer), fresh


def form_of(item: Item, payload: Mapping[str, Any], sources: Mapping[str, str], *, bound: bool = False) -> ItemForm:
    """The form of a single room, or of the head of a list room."""
    form = item.form.read(payload) if bound else item.form.show(payload)
    form.sources = sources
    return form


# ---- list rooms ----


class StaleRow(Exception):
    """Somebody else saved the same row after it was read. Nothing was overwritten."""

    def __init__(self, standing: Mapping[str, Any]) -> None:
        super().__init__(f"row {standing.get('row_id')} was changed meanwhile")
        self.standing = standing


class RowsFull(Exception):
    """No more rows can be added."""

    def __init__(self, most: int, noun: str) -> None:
        super().__init__(f"{most} rows")
        self.message = f"名单里最多 {most} 名{noun}。"


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
    if place is not None:
        rows[place] = fresh
    elif len(rows) >= item.rows.most:
        raise RowsFull(item.rows.most, item.rows.noun)
    else:
        rows.append(fresh)
    return {**payload, "rows": rows}


def row_seen(row: Mapping[str, Any] | None) -> str:
    """Digest of a row as a page showed it; empty for a row that is not there yet."""
    if row is None:
        return ""
    told = json.dumps({k: v for k, v in sorted(row.items())}, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def row_sources(sources: Mapping[str, str], row_id: str, row: Mapping[str, Any]) -> dict[str, str]:
    """Where the fields of a row came from; those of a registered row from the register."""
    mark = f"{row_id}:"
    told = {key.removeprefix(mark): value for key, value in sources.items() if key.startswith(mark)}
    if told or row.get("change") not in {"unchanged", "removed"}:
        return told
    return {field: "register" for field, value in row.items() if value not in ("", None)}


def row_save(
    *,
    actor: Actor,
    case: Case,
    item: Item,
    row_id: str,
    values: Mapping[str, Any],
    sources: Mapping[str, str],
    seen: str,
) -> tuple[dict[str, Any], ItemAnswer, list[str]]:
    """Save one row on top of whatever others saved meanwhile; StaleRow only when they changed this very row.

    The same values twice (double tap) are one save. Returns the row, the answer, room codes newly brought in.
    """
    for _ in range(TRIES - 1):
        try:
            return _row_save_once(actor, case, item, row_id, values, sources, seen)
        except StaleAnswer:
            continue
    return _row_save_once(actor, case, item, row_id, values, sources, seen)


def _row_save_once(
    actor: Actor,
    case: Case,
    item: Item,
    row_id: str,
    values: Mapping[str, Any],
    sources: Mapping[str, str],
    seen: str,
) -> tuple[dict[str, Any], ItemAnswer, list[str]]:
    now = room_open(actor, case, item)
    standing = row_find(now.payload, row_id)
    if standing is not None and seen != row_seen(standing) and not _holds(standing, values):
        raise StaleRow(standing)
    after = row_put(item, now.view, now.payload, {**(standing or {}), **values, "row_id": row_id})
    kept = {key: value for key, value in now.sources.items() if not key.startswith(f"{row_id}:")}
    origin = kept | {f"{row_id}:{field}": source for field, source in sources.items()}
    answer, fresh = room_save(
        actor=actor, case=case, item=item, payload=after, sources=origin, read_version=now.version
    )
    return row_find(after, row_id) or {}, answer, fresh


def _holds(standing: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(standing.get(key) == value for key, value in values.items())


def row_remove(item: Item, view: CaseView, payload: Mapping[str, Any], row_id: str) -> dict[str, Any]:
    """The payload without an added row; a registered row is marked as removed, as it was registered, and can come back."""
    rows = []
    for row in rows_of(row_restore(item, view, payload, row_id)):
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


# ---- the order of pages ----


def pages_of(case: Case) -> list[Item]:
    """Rooms of the case in the order of their pages; those that need the register wait until the company confirmed its agent."""
    rooms = rooms_of(case.items)
    if any(room.needs_register for room in rooms) and is_public_only(case):
        return [room for room in rooms if not room.needs_register]
    return rooms


def neighbours(case: Case, item: Item) -> tuple[Item | None, Item | None, int, int]:
    """Previous and next room, and 第 n 项，共 m 项."""
    pages = pages_of(case)
    place = next(n for n, page in enumerate(pages) if page.code == item.code)
    before = pages[place - 1] if place else None
    after = pages[place + 1] if place + 1 < len(pages) else None
    return before, after, place + 1, len(pages)
