"""Writing answers and confirmations. Nothing typed is lost: a save names the version it read, a stale one is told both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from foundation import audit, clock
from foundation.crypto import crypto
from foundation.identity.actor import Actor
from foundation.prepared import Prepared
from reg.casefile.access import case_lock_to_edit, case_may_edit
from reg.casefile.models import Case, CaseStep, Confirmation, IdempotencyKey, ItemAnswer
from reg.casefile.states import State

DRAFT_AUDIT_EVERY = timedelta(minutes=5)


class StaleAnswer(Exception):
    """Someone (another phone, a co-worker) saved this item after it was read. Nothing was overwritten."""

    message = "这一项刚在另一台手机上改过。两边的内容都在，请选一份。"

    def __init__(self, current: ItemAnswer) -> None:
        super().__init__(f"answer {current.item_code} is at version {current.version}")
        self.current = current


class KeyReused(Exception):
    """An idempotency key came back with other content."""

    message = "这个页面已经提交过别的内容，请刷新后再试。"


_STANDING = Prepared(
    lambda case, item: ItemAnswer.objects.filter(case_id=case, item_code=item, stream="draft"), case=-1, item="?item"
)


@transaction.atomic
def answer_save(
    *,
    actor: Actor,
    case: Case,
    item_code: str,
    payload: Mapping[str, Any],
    sources: Mapping[str, str],
    read_version: int,
    schema_version: int = 1,
) -> ItemAnswer:
    """Keep the draft answer to one item. `read_version` is the version the page showed, 0 for none; StaleAnswer otherwise."""
    locked = case_lock_to_edit(actor, case)
    changes = {
        "payload": dict(payload),
        "sources": dict(sources),
        "schema_version": schema_version,
        "saved_at": clock.wall(),
        "saved_by": actor.ref,
    }
    standing = ItemAnswer.objects.filter(case=locked, item_code=item_code, stream="draft")
    if read_version == 0:
        answer = _answer_first(locked, item_code, changes)
    elif standing.filter(version=read_version).update(version=F("version") + 1, **changes):
        answer = _STANDING.all(case=locked.pk, item=item_code)[0]
        answer.case = locked
    elif current := standing.first():
        raise StaleAnswer(current)
    else:  # the room was taken out and came back meanwhile: there is nothing to overwrite
        answer = _answer_first(locked, item_code, changes)
    Case.objects.filter(pk=locked.pk).update(touched_at=clock.wall())
    once = DRAFT_AUDIT_EVERY if locked.state == State.DRAFT else None
    audit.record(actor, "answer.save", "answer", f"{locked.number}/{item_code}", at_most_every=once)
    return answer


def _answer_first(case: Case, item_code: str, changes: Mapping[str, Any]) -> ItemAnswer:
    try:
        with transaction.atomic():
            return ItemAnswer.objects.create(case=case, item_code=item_code, stream="draft", **changes)
    except IntegrityError:
        raise StaleAnswer(ItemAnswer.objects.get(case=case, item_code=item_code, stream="draft")) from None


@transaction.atomic
def confirmation_give(*, actor: Actor, case: Case, finding_key: str, message: str, words: str = "") -> Confirmation:
    """需确认: the applicant read the finding and says that it is so; recorded with who and when."""
    case_may_edit(actor, case)
    row, created = Confirmation.objects.get_or_create(
        case=case,
        finding_key=finding_key,
        defaults={"message": message, "words": words, "confirmed_by": actor.ref, "confirmed_at": clock.now()},
    )
    if not created and words and row.words != words:
        row.words = words
        row.save(update_fields=["words"])
    audit.record(actor, "finding.confirm", "case", case.number, finding=finding_key)
    return row


@transaction.atomic
def confirmation_take_back(*, actor: Actor, case: Case, finding_key: str) -> None:
    """Undo a confirmation."""
    case_may_edit(actor, case)
    Confirmation.objects.filter(case=case, finding_key=finding_key).delete()
    audit.record(actor, "finding.unconfirm", "case", case.number, finding=finding_key)


def step_add(case: Case, kind: str, text: str, who: str = "") -> CaseStep:
    """A line in the 办件记录 that the applicant reads."""
    return CaseStep.objects.create(case=case, kind=kind, text=text, who=who, at=clock.now())


def stream_copy(case: Case, source: str, target: str) -> None:
    """Freeze the answers of one stream as another (submitted#n, approved)."""
    ItemAnswer.objects.filter(case=case, stream=target).delete()
    ItemAnswer.objects.bulk_create(
        [
            ItemAnswer(
                case=case,
                item_code=answer.item_code,
                stream=target,
                version=answer.version,
                payload=answer.payload,
                sources=answer.sources,
                schema_version=answer.schema_version,
                saved_at=answer.saved_at,
                saved_by=answer.saved_by,
            )
            for answer in ItemAnswer.objects.filter(case=case, stream=source, item_code__in=case.items)
        ]
    )


def once(*, actor: Actor, key: str, content: str, act: Callable[[], str]) -> str:
    """Do `act` once per key: a repeat (double tap, resend) gets the first answer, another content KeyReused.

    A rival with the same key waits until the first is committed; when the first fails, nothing of it stays.
    """
    if not key:
        return act()
    fingerprint = crypto().sm3(content.encode()).hex()
    with transaction.atomic():
        row, created = IdempotencyKey.objects.get_or_create(
            actor=actor.ref,
            key=key[:64],
            defaults={"fingerprint": fingerprint, "answer": "", "made_at": clock.wall()},
        )
        if not created:
            if row.fingerprint != fingerprint:
                raise KeyReused
            return row.answer
        answer = act()
        IdempotencyKey.objects.filter(pk=row.pk).update(answer=answer)
    return answer
