"""Verifications, ceremonies, what came of each task, and the record of every signature (签名证据)."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from foundation.clock import wall
from foundation.crypto.fields import EncryptedTextField
from foundation.files.models import StoredFile
from signing.ceremonies import states
from signing.ceremonies.states import CeremonyState, CeremonyVerb, ItemState, VerificationState, VerificationVerb
from signing.tasks.models import Channel, Subject, Task
from signing.tasks.states import transitions


class Ceremony(models.Model):
    """One act of signing: the tasks a person signs at once, with one face check, one certificate, one signature picture."""

    class Look(models.TextChoices):
        HANDWRITTEN = "handwritten", "手写签名"
        PRINTED = "printed", "标准字体"

    no = models.CharField(max_length=32, unique=True)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="ceremonies")
    state = models.CharField(max_length=10, choices=CeremonyState, default=CeremonyState.VERIFYING)
    look = models.CharField(max_length=12, choices=Look)
    ink = EncryptedTextField(null=True)
    """The handwriting: PNG in base64."""
    session = models.CharField(max_length=40)
    device = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=45, blank=True)
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(default=wall)
    """Wall clock, as all times that are counted (R140)."""
    identified_at = models.DateTimeField(null=True)
    """Wall clock: since when an unexpired identity check stands behind it."""
    faced_at = models.DateTimeField(null=True)
    """Wall clock: when its own face check had passed too."""
    lapses_at = models.DateTimeField()
    """Wall clock: without a passed face check by then the tasks are free again."""
    proved_at = models.DateTimeField(null=True)
    private_key = EncryptedTextField(null=True)
    """Hex of the SM2 key made for this ceremony; gone when it is done."""
    public_key = models.BinaryField(null=True)
    certificate = models.BinaryField(null=True)
    chain = models.JSONField(default=list)
    """Base64 of the DER certificates above it, issuer first."""
    key_destroyed_at = models.DateTimeField(null=True)
    waits_for = models.CharField(max_length=40, blank=True)
    """Who keeps us waiting, in words for the page: 认证机构."""
    next_try_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    tell_asked_at = models.DateTimeField(null=True)
    """Wall clock: when the signer left and asked to be texted (关掉，签完短信告诉我)."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_try_at"], name="ceremony_to_run", condition=models.Q(state=CeremonyState.SIGNING)
            ),
            models.Index(
                fields=["lapses_at"], name="ceremony_to_lapse", condition=models.Q(state=CeremonyState.VERIFYING)
            ),
            models.Index(fields=["began_at"], name="ceremony_counted"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="ceremony_states", field="state", transitions=transitions(states.CEREMONY_MOVES)),
        ]

    def __str__(self) -> str:
        return self.no

    def move(self, verb: CeremonyVerb) -> None:
        """Take one step of the table; the caller holds the row's lock and saves."""
        self.state = states.ceremony_next(CeremonyState(self.state), verb)


class CeremonyItem(models.Model):
    """One task of a ceremony and how far it is."""

    ceremony = models.ForeignKey(Ceremony, on_delete=models.CASCADE, related_name="items")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="items")
    sign_no = models.CharField(max_length=80, unique=True)
    """签署流水号 of this attempt."""
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.QUEUED)
    problem = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task"], condition=models.Q(state=ItemState.QUEUED), name="item_live_once"),
            models.UniqueConstraint(
                fields=["task"], condition=models.Q(state=ItemState.SIGNED), name="item_signed_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["settled_at"], name="item_counted")]

    def __str__(self) -> str:
        return self.sign_no


class Verification(models.Model):
    """One real-person check at 多源认证: of the identity (valid for 20, 40 or 60 days, R151) or of the face for one ceremony (R145)."""

    class Purpose(models.TextChoices):
        IDENTITY = "identity", "实名核验"
        FACE = "face", "刷脸核验"

    DAYS: ClassVar = (20, 40, 60)
    ref = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=8, choices=Purpose)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="verifications")
    ceremony = models.ForeignKey(Ceremony, null=True, on_delete=models.PROTECT, related_name="verifications")
    bound = models.JSONField(default=list)
    """签署流水号 that this check is for: all tasks of its ceremony (R148)."""
    state = models.CharField(max_length=8, choices=VerificationState, default=VerificationState.ASKED)
    session = models.CharField(max_length=40)
    provider_no = models.CharField(max_length=80, unique=True)
    """Session of 多源认证."""
    url = models.CharField(max_length=400)
    qr_url = EncryptedTextField(null=True)
    """What the QR picture for another phone says: a secret of a few minutes, gone when the check is settled."""
    qr_ends_at = models.DateTimeField(null=True)
    """Wall clock: until when it may be scanned."""
    scanned_at = models.DateTimeField(null=True)
    """Wall clock of 多源认证: when a phone scanned the present picture."""
    serial_no = models.CharField(max_length=80, unique=True, null=True)
    """认证流水号: counts once in the whole system."""
    method = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    valid_days = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    ask_after = models.DateTimeField(null=True)
    """Wall clock: when the worker asks 多源认证 next, since a callback may never come."""
    settled_at = models.DateTimeField(null=True)
    valid_until = models.DateField(null=True)
    """Last day of an identity check, Shanghai; natural days after the day on which the face was shown (R151)."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["subject", "purpose", "-valid_until"], name="verification_current"),
            models.Index(
                fields=["ask_after"], name="verification_to_ask", condition=models.Q(state=VerificationState.ASKED)
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(
                name="verification_states", field="state", transitions=transitions(states.VERIFICATION_MOVES)
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def unfaced(self) -> bool:
        """Whether this identity check passed and no face was shown after it, so that it does not last."""
        passed = self.purpose == self.Purpose.IDENTITY and self.state == VerificationState.PASSED
        return passed and self.valid_until is None

    def move(self, verb: VerificationVerb) -> None:
        """Take one step of the table; the caller holds the row's lock and saves."""
        self.state = states.verification_next(VerificationState(self.state), verb)


class Handwriting(models.Model):
    """The last signature a person drew, to be used again (用上次的签名)."""

    subject = models.OneToOneField(Subject, on_delete=models.CASCADE, related_name="handwriting")
    ink = EncryptedTextField()
    """PNG in base64."""
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"handwriting of {self.subject_id}"


class SignatureRecord(models.Model):
    """One signature value as it was made: who, proved how, with which certificate, over which bytes, when, from where. Append-only."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="records")
    sign_no = models.CharField(max_length=80, unique=True)
    counted = models.BooleanField()
    """False: it came after the task had been cancelled; kept as evidence, not part of the document."""
    business_no = models.CharField(max_length=40)
    """业务流水号."""
    verification_no = models.CharField(max_length=80)
    """认证流水号; for a company seal the order of 电子营业执照."""
    ceremony_no = models.CharField(max_length=40)
    certificate = models.BinaryField()
    chain = models.JSONField(default=list)
    certificate_serial = models.CharField(max_length=64)
    value = models.BinaryField()
    """SM2 signature value, DER."""
    field = models.CharField(max_length=60)
    before = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    after_sm3 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    """Legal time, as in the signature."""
    made_at = models.DateTimeField()
    """Wall clock."""
    device = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task"], condition=models.Q(counted=True), name="signature_counted_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["business_no"], name="signature_by_business"),
            models.Index(fields=["verification_no"], name="signature_by_verification"),
            models.Index(fields=["ceremony_no"], name="signature_by_ceremony"),
            models.Index(fields=["certificate_serial"], name="signature_by_certificate"),
            models.Index(fields=["after_sm3"], name="signature_by_file"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="signature_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.sign_no


class TrustAnchor(models.Model):
    """A certificate of the authority that verification believes."""

    digest = models.CharField(max_length=64, unique=True)
    """SM3 of the DER."""
    certificate = models.BinaryField()
    is_root = models.BooleanField()
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.digest[:16]


class TakenBack(models.Model):
    """A revocation list (吊销名单) of an authority that we believe; its own signature held when it was taken.

    The latest is kept, and those before it that name what it names no more: an authority drops what has expired, and a
    signature of before is asked about later.
    """

    issuer = models.CharField(max_length=64, db_index=True)
    """SM3 of the authority's name and key."""
    content = models.BinaryField()
    """The list, DER."""
    this_update = models.DateTimeField()
    next_update = models.DateTimeField()
    fetched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.issuer[:16]} {self.this_update:%Y-%m-%d %H:%M}"
