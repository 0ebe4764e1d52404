"""Telling the business system that ordered a seal itself what came of it (推送签名状态, R139). A nudge: it asks for the state."""

from __future__ import annotations

from foundation.outbox import publish_all
from signing.seals.models import SealOrder
from signing.tasks.events import BatchMoved
from signing.tasks.models import Batch


def seal_tell(order: SealOrder) -> None:
    """An order is decided: nudge its client once for each of its batches. Nothing for an order that a signer began, or that
    never came to 电子营业执照, of which its client was told at once."""
    if order.client_id is None or order.order_no is None:
        return
    batches = Batch.objects.filter(documents__tasks__seal_items__order=order).distinct().order_by("pk")
    publish_all([BatchMoved(batch=one.pk, what="seal_moved", seal_order=order.ref) for one in batches])
