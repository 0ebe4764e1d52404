"""证件识别: an identity card is photographed, read by the OCR worker, and fills the fields of one person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import audit, clock
from foundation.files.models import StoredFile
from foundation.files.services import file_read, file_refer
from foundation.identity.actor import Actor
from foundation.jobs import job
from foundation.prepared import Prepared
from reg.casefile.access import case_may_edit
from reg.casefile.models import CardRead, Case
from reg.casefile.services import StaleAnswer, answer_save
from reg.cases.rooms import TRIES, room_open, row_find, row_put, row_sources
from reg.items.registry import BY_CODE

FILLS = ("name", "id_type", "id_number", "gender", "birth_date", "ethnicity", "residence", "id_valid_to", "nationality")


@transaction.atomic
def card_photographed(
    *, actor: Actor, case: Case, item_code: str, row_id: str, front: StoredFile | None, back: StoredFile | None
) -> CardRead:
    """Keep the pictures and have them read."""
    case_may_edit(actor, case)
    for stored in (front, back):
        if stored:
            file_refer(stored)
    last = latest(case, item_code, row_id)
    read = CardRead.objects.create(
        case=case,
        item_code=item_code,
        row_id=row_id,
        front=front or (last.front if last else None),
        back=back or (last.back if last else None),
        asked_at=clock.wall(),
    )
    audit.record(actor, "card.photograph", "case", case.number, item=item_code)
    card_read.defer(read_id=read.pk, actor_ref=actor.ref)
    return read


def latest(case: Case, item_code: str, row_id: str) -> CardRead | None:
    """The last pictures of one person."""
    return case.card_reads.filter(item_code=item_code, row_id=row_id).order_by("-asked_at").first()


@job(queue="ocr", attempts=3)
def card_read(read_id: int, actor_ref: str) -> None:
    """Read the card (in the OCR worker) and fill what it says."""
    from reg.integrations.ocr import read_id_card

    read = CardRead.objects.select_related("case__entity", "front", "back").get(pk=read_id)
    if read.state != CardRead.State.WAITING:
        return
    got = read_id_card(
        front=file_read(read.front) if read.front else None, back=file_read(read.back) if read.back else None
    )
    fields = {name: str(value) for name, value in got.fields.items() if value}
    with transaction.atomic():
        read.result = {"fields": fields, "problems": list(got.problems)}
        read.state = CardRead.State.READ if fields else CardRead.State.FAILED
        read.read_at = clock.wall()
        read.save(update_fields=["result", "state", "read_at"])
        if fields and read.case.is_editable:
            card_fill(read, actor_ref)


def card_fill(read: CardRead, actor_ref: str) -> None:
    """Put what was read into the answer: into empty fields and fields that came from the register or another card.

    What the applicant typed himself stays; the check shows the difference. Who saves in between is not overwritten: the
    fields are put again on top of what he saved.
    """
    for _ in range(TRIES):
        try:
            return _card_fill_once(read, actor_ref)
        except StaleAnswer:
            continue


def _card_fill_once(read: CardRead, actor_ref: str) -> None:
    case, item = read.case, BY_CODE[read.item_code]
    system = Actor.system(f"card:{actor_ref}")
    now = room_open(system, case, item)
    values = {name: value for name, value in (read.result or {})["fields"].items() if name in FILLS}
    if item.rows:
        row = row_find(now.payload, read.row_id)
        if row is None:
            return
        free = _free(row, row_sources(now.sources, read.row_id, row), values, item.rows.form.base_fields)
        after = row_put(item, now.view, now.payload, {**row, **free})
        sources = now.sources | {f"{read.row_id}:{name}": "id_card" for name in free}
    else:
        free = _free(now.payload, now.sources, values, item.form.base_fields)
        after = {**now.payload, **free}
        sources = now.sources | dict.fromkeys(free, "id_card")
    answer_save(
        actor=system,
        case=case,
        item_code=item.code,
        payload=after,
        sources=sources,
        read_version=now.version,
        schema_version=item.schema_version,
    )


def _free(
    payload: Mapping[str, Any], sources: Mapping[str, str], values: Mapping[str, str], fields: Mapping[str, Any]
) -> dict[str, str]:
    return {
        name: value
        for name, value in values.items()
        if name in fields and (not payload.get(name) or sources.get(name) != "own")
    }


_READS = Prepared(
    lambda case, item: CardRead.objects.filter(case_id=case, item_code=item).order_by("asked_at"), case=-1, item="?item"
)


def reads_of(case: Case, item_code: str) -> list[CardRead]:
    """The pictures taken in one room, oldest first."""
    return _READS.all(case=case.pk, item=item_code)


def card_state(case: Case, item_code: str, row_id: str, reads: Iterable[CardRead]) -> dict[str, Any]:
    """For the page: whether a card was photographed and what came of it."""
    read = next((one for one in reversed(list(reads)) if one.row_id == row_id), None)
    target = row_id or "one"
    return {
        "read": read,
        "waiting": read is not None and read.state == CardRead.State.WAITING,
        "failed": read is not None and read.state == CardRead.State.FAILED,
        "done": read is not None and read.state == CardRead.State.READ,
        "has_back": read is not None and read.back_id is not None,
        "count": len((read.result or {}).get("fields", {})) if read else 0,
        "problems": (read.result or {}).get("problems", []) if read else [],
        "post_url": reverse("card", args=[case.number, item_code, target]),
        "status_url": reverse("card-status", args=[case.number, item_code, target]),
    }
