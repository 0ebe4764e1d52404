"""Orders to seal documents, of one batch or of several cases, with one confirmation of the enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import pgtrigger
from django.db import models

from foundation.clock import wall
from foundation.crypto.fields import EncryptedTextField
from foundation.files.models import StoredFile
from signing.tasks.models import Batch, Channel, ClientSystem, Subject, Task
from signing.tasks.states import WrongState, transitions


class SealState(models.TextChoices):
    PREPARED = "prepared", "准备好了"
    ORDERED = "ordered", "等企业确认"
    SETTLED = "settled", "企业确认了"
    REFUSED = "refused", "企业没有同意"
    LAPSED = "lapsed", "超时"


class SealVerb(StrEnum):
    ORDER = "order"
    SETTLE = "settle"
    REFUSE = "refuse"
    LAPSE = "lapse"


SEAL_MOVES: Mapping[tuple[SealState, SealVerb], SealState] = {
    (SealState.PREPARED, SealVerb.ORDER): SealState.ORDERED,
    (SealState.PREPARED, SealVerb.LAPSE): SealState.LAPSED,
    (SealState.ORDERED, SealVerb.SETTLE): SealState.SETTLED,
    (SealState.ORDERED, SealVerb.REFUSE): SealState.REFUSED,
    (SealState.ORDERED, SealVerb.LAPSE): SealState.LAPSED,
    (SealState.LAPSED, SealVerb.SETTLE): SealState.SETTLED,
}
"""A value that comes after the time was up is settled too: kept where it no longer counts."""


class SealItemState(models.TextChoices):
    WAITING = "waiting", "等企业确认"
    SEALED = "sealed", "已盖章"
    LATE = "late", "已取消，签章存档不计"
    DROPPED = "dropped", "没有盖"
    FAILED = "failed", "没有盖上"


class SealOrder(models.Model):
    """One order to the enterprise. While it waits, its documents are held: nothing else is appended to them."""

    ref = models.CharField(max_length=40, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="seal_orders")
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="seal_orders")
    """None: documents of several."""
    state = models.CharField(max_length=8, choices=SealState, default=SealState.PREPARED)
    certificate = models.BinaryField()
    chain = models.JSONField(default=list)
    """Base64 of the DER certificates above it, issuer first."""
    seal = models.BinaryField(default=b"")
    """DER of the electronic seal it is made with; empty for an order from before there were seals."""
    seal_chain = models.JSONField(default=list)
    """Base64 of the DER certificates above the seal maker's."""
    es_id = models.CharField(max_length=80, blank=True)
    """印章编号."""
    order_no = models.CharField(max_length=80, unique=True, null=True)
    url = models.CharField(max_length=400, blank=True)
    client = models.ForeignKey(ClientSystem, null=True, on_delete=models.PROTECT, related_name="seal_orders")
    """The business system that ordered it by the task API and brings up 电子营业执照 itself; None: whoever is logged in at
    `session` did."""
    idempotency_key = models.CharField(max_length=80, null=True)
    """Of the client's call; None again when nothing came of it, so that the same call may be made anew."""
    body_digest = models.CharField(max_length=64, blank=True)
    session = models.CharField(max_length=40, blank=True)
    device = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=45, blank=True)
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    """Wall clock: when the enterprise's values were first seen. From then until the order is settled they are being placed."""
    began_at = models.DateTimeField(default=wall)
    """Wall clock, as all times that are counted (R140)."""
    lapses_at = models.DateTimeField()
    """Wall clock."""
    ask_after = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)
    """Why it ended without a seal; while it is not over, for whom it waits."""
    holder = EncryptedTextField(default="")
    """Who confirmed or refused, as 电子营业执照 says."""
    holder_at = models.DateTimeField(null=True)
    """When he did, as 电子营业执照 says."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "idempotency_key"], name="seal_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ask_after"], name="seal_to_ask", condition=models.Q(ask_after__isnull=False)),
            models.Index(fields=["began_at"], name="seal_counted"),
        ]
        triggers: ClassVar = [pgtrigger.FSM(name="seal_states", field="state", transitions=transitions(SEAL_MOVES))]

    def __str__(self) -> str:
        return self.ref

    @property
    def placing(self) -> bool:
        """The enterprise has confirmed, and its documents are being sealed one after another."""
        return self.state == SealState.ORDERED and self.confirmed_at is not None

    def move(self, verb: SealVerb) -> None:
        """Take one step of the table; the caller holds the row's lock and saves."""
        try:
            self.state = SEAL_MOVES[SealState(self.state), verb]
        except KeyError:
            raise WrongState(f"这张签章单{SealState(self.state).label}，不能再变。") from None


class SealItem(models.Model):
    """One slot of an order: what was prepared, and what came of it. What could not be prepared has failed from the start, and
    the enterprise is not asked about it."""

    order = models.ForeignKey(SealOrder, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="seal_items")
    sign_no = models.CharField(max_length=80, unique=True)
    """签署流水号 of this attempt, and the reference that 电子营业执照 returns with the value."""
    prepared = EncryptedTextField()
    """State of signing.pdf between 签名原文 and value, without the bytes of `base`; empty when it could not be prepared."""
    digest = models.CharField(max_length=64, blank=True)
    """SM3 of the 签名原文; empty where no client was told it."""
    base = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    """The bytes it was prepared from."""
    signed_at = models.DateTimeField()
    """Legal time in the signed attributes."""
    state = models.CharField(max_length=8, choices=SealItemState, default=SealItemState.WAITING)
    problem = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    """Wall clock."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["settled_at"], name="seal_item_counted")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(state=SealItemState.WAITING), name="seal_item_live_once"
            ),
        ]

    def __str__(self) -> str:
        return self.sign_no
