"""校正拆分: a clerk says what the parts of an old name are, where the reader was not sure (R104)."""

from __future__ import annotations

from django.db import transaction

from foundation import audit
from foundation.identity.actor import Actor
from reg.naming.comparison import Compared
from reg.naming.index import keys_drop, keys_write
from reg.naming.models import IndexedName
from reg.naming.parsing import LIKELY
from reg.naming.parts import Parts
from reg.naming.text import canonical

CERTAIN = 100


class CorrectionError(Exception):
    """The parts cannot be taken; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def names_unsure(after: int = 0, most: int = 50) -> list[IndexedName]:
    """The queue: names whose parts nobody is sure of, in the order in which they came."""
    return list(IndexedName.objects.filter(confidence__lt=LIKELY, pk__gt=after).order_by("pk")[:most])


@transaction.atomic
def name_correct(*, actor: Actor, name: int, parts: Parts, seen: int) -> IndexedName:
    """Write the parts of a name anew, with its keys. What is written never changes. `seen`: the confidence the clerk saw, so that
    of two who correct it at once the second looks again."""
    one = IndexedName.objects.select_for_update().filter(pk=name).first()
    if one is None:
        raise CorrectionError("这个名称已经不在名称库里了。")
    if one.confidence != seen:
        raise CorrectionError("刚刚有人校正过这个名称，请看过现在的拆分再定。")
    if not parts.trade.strip():
        raise CorrectionError("请填写字号。")
    composed = canonical(parts.tidied().full)
    if composed != canonical(one.written):
        raise CorrectionError(f"这样拼起来是“{composed}”，和名称不一样。请检查每一段和行政区划的位置。")
    keys_drop(one)
    new = parts.tidied()
    one.region, one.trade, one.industry, one.form = (
        new.compared.region,
        new.compared.trade,
        new.compared.industry,
        new.compared.form,
    )
    one.order, one.group, one.small_class, one.confidence = new.order, new.group, new.small_class, CERTAIN
    one.save(update_fields=["region", "trade", "industry", "form", "order", "group", "small_class", "confidence"])
    keys_write(one.pk, Compared(new))
    audit.record(actor, "name.correct", "name", str(one.pk), version=seen)
    return one
