"""证件识别: an identity card is photographed, read by the OCR worker, and fills the fields of one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse

from foundation import audit, clock
from foundation.files.models import StoredFile
from foundation.files.services import file_read, file_refer
from foundation.identity.actor import Actor
from foundation.jobs import job
from reg.casefile.access import case_may_edit
from reg.casefile.models import CardRead, Case
from reg.casefile.selectors import case_view
from reg.casefile.services import StaleAnswer, answer_save
from reg.cases.rooms import first_content, row_find, row_put
from reg.cases.services import answer_of
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

    What the applicant typed himself stays; the check shows the difference.
    """
    case, item = read.case, BY_CODE[read.item_code]
    system = Actor.system(f"card:{actor_ref}")
    answer = answer_of(case, item.code)
    view = case_view(case)
    filled = first_content(system, case, item, view)
    payload = dict(answer.payload) if answer else dict(filled.payload)
    sources = dict(answer.sources) if answer else dict(filled.sources)
    values = {name: value for name, value in (read.result or {})["fields"].items() if name in FILLS}
    try:
        if item.rows:
            row = row_find(payload, read.row_id)
            if row is None:
                return
            after = row_put(item, view, payload, {**row, **values})
        else:
            after = {**payload, **_free(payload, sources, values, item.form.base_fields)}
            sources |= {
                name: "id_card" for name in values if name in item.form.base_fields and after.get(name) == values[name]
            }
        answer_save(
            actor=system,
            case=case,
            item_code=item.code,
            payload=after,
            sources=sources,
            read_version=answer.version if answer else 0,
            schema_version=item.schema_version,
        )
    except StaleAnswer:
        return


def _free(
    payload: Mapping[str, Any], sources: Mapping[str, str], values: Mapping[str, str], fields: Mapping[str, Any]
) -> dict[str, str]:
    return {
        name: value
        for name, value in values.items()
        if name in fields and (not payload.get(name) or sources.get(name) != "own")
    }


def card_state(case: Case, item_code: str, row_id: str) -> dict[str, Any]:
    """For the page: whether a card was photographed and what came of it."""
    read = latest(case, item_code, row_id)
    target = row_id or "one"
    return {
        "read": read,
        "waiting": read is not None and read.state == CardRead.State.WAITING,
        "failed": read is not None and read.state == CardRead.State.FAILED,
        "done": read is not None and read.state == CardRead.State.READ,
        "count": len((read.result or {}).get("fields", {})) if read else 0,
        "problems": (read.result or {}).get("problems", []) if read else [],
        "post_url": reverse("card", args=[case.number, item_code, target]),
        "status_url": reverse("card-status", args=[case.number, item_code, target]),
    }
