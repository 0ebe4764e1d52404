"""Refused attempts."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models


class Reason(models.TextChoices):
    """Why an attempt was refused."""

    TICKET_UNKNOWN = "ticket_unknown", "没有这张入口凭证"
    TICKET_REUSED = "ticket_reused", "入口凭证用过了"
    TICKET_EXPIRED = "ticket_expired", "入口凭证过期"
    TICKET_OTHER_PERSON = "ticket_other_person", "入口凭证是给别人的"
    NOT_YOURS = "not_yours", "打开别人的文书"
    SKIPPED = "verification_skipped", "没有核验就要签"
    EXPIRED = "verification_expired", "核验过了有效期"
    REPLAYED = "verification_replayed", "重复使用别次核验的流水号"
    BORROWED = "verification_borrowed", "拿别人的或别次的核验来签"
    OTHER_FACE = "face_other_person", "刷脸的不是本人"
    FORGED_CALLBACK = "callback_forged", "伪造的回调"
    UNKNOWN_CALLBACK = "callback_unknown", "回调的流水号不存在"
    BYTES_CHANGED = "document_changed", "文件和登记的摘要不一致"
    TEXT_DIFFERS = "document_text", "文字版和文件不一致"
    BAD_VALUE = "value_bad", "签名值不成立"
    BAD_CERTIFICATE = "certificate_bad", "证书不成立"
    BAD_SEAL = "seal_bad", "印章不能用"
    LOCKED = "document_locked", "文书锁定中"
    AUTHORISATION_EARLY = "authorisation_early", "授权还没有生效"
    AUTHORISATION_LAPSED = "authorisation_lapsed", "授权已过有效期"
    AUTHORISATION_ENDED = "authorisation_ended", "授权已终止"


UNAUTHORISED = frozenset({Reason.AUTHORISATION_EARLY, Reason.AUTHORISATION_LAPSED, Reason.AUTHORISATION_ENDED})
"""授权签署 without an authorisation that is in force."""


class RefusedAttempt(models.Model):
    """One refused attempt. Append-only."""

    reason = models.CharField(max_length=24, choices=Reason)
    subject_key = models.CharField(max_length=64, blank=True)
    """Person index or uscc of who tried, where known."""
    session = models.CharField(max_length=40, blank=True)
    obj_kind = models.CharField(max_length=20)
    obj_ref = models.CharField(max_length=80)
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=120, blank=True)
    details = models.JSONField(default=dict)
    at = models.DateTimeField()
    legal_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["reason", "-at"], name="refused_by_reason"),
            models.Index(fields=["obj_kind", "obj_ref"], name="refused_by_object"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="refused_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.obj_kind} {self.obj_ref}"
