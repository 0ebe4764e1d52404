"""What is to be signed, by whom, and how far it is."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import pgtrigger
from django.db import models

from foundation.crypto.fields import EncryptedJSONField, EncryptedTextField
from foundation.files.models import StoredFile
from signing.guard.models import UNAUTHORISED, Reason
from signing.tasks import states
from signing.tasks.states import DocumentState, DocumentVerb, TaskState, TaskVerb


def public_id() -> str:
    """A name for URLs that cannot be guessed. It is no permission: who may see is checked every time."""
    return secrets.token_hex(8)


class Business(models.TextChoices):
    """业务类型 of to-dos (R142, R150)."""

    CHANGE = "change", "变更"
    DEREGISTRATION = "deregistration", "注销"
    CHAIN = "chain", "大型连锁"
    ESTABLISHMENT = "establishment", "设立"
    NAMING = "naming", "名称"


class Channel(models.TextChoices):
    """Where somebody signs (R140, R153, R155, R156)."""

    APP = "app", "随申办 App"
    WECHAT = "wechat", "微信"
    ALIPAY = "alipay", "支付宝"
    BROWSER = "browser", "浏览器"


INTERFACE = "api"
"""In place of a Channel: a business system began it by the task API, and nobody was here."""
CHANNELS: Mapping[str, str] = {**dict(Channel.choices), INTERFACE: "接口"}
"""Whatever attempts are counted under, in words."""


class ClientSystem(models.Model):
    """A business system that has documents signed. It is known by its service key; files come from and callbacks go to its base URL only."""

    name = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=40)
    base_url = models.CharField(max_length=200)
    active = models.BooleanField(default=True)
    vouches = models.BooleanField(default=False)
    """It logs people in by their real names itself: its tickets are as good as the person's own log-in (docs/adr/0025)."""

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """Who signs: a natural person, found by the blind index of the identity document, or an enterprise by its uscc."""

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        ENTITY = "entity", "企业"

    kind = models.CharField(max_length=6, choices=Kind)
    key = models.CharField(max_length=64)
    """Person index, or uscc."""
    name = EncryptedTextField()
    id_type = models.CharField(max_length=2, blank=True)
    id_number = EncryptedTextField(default="")
    mobile = EncryptedTextField(default="")
    name_settled_at = models.DateTimeField(null=True)
    """When an identity provider last confirmed the name; from then on no order can change it."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kind", "key"], name="subject_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:8]}"

    @property
    def is_person(self) -> bool:
        return self.kind == self.Kind.PERSON


class Matter(models.Model):
    """One case of a client system: the 业务流水号 that runs through everything (R148)."""

    client = models.ForeignKey(ClientSystem, on_delete=models.PROTECT, related_name="matters")
    number = models.CharField(max_length=40)
    business = models.CharField(max_length=16, choices=Business)
    company_name = models.CharField(max_length=120)
    company_uscc = models.CharField(max_length=18, blank=True)
    last_document = models.PositiveIntegerField(default=0)
    """Documents are numbered through the whole case, over all its batches."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "number"], name="matter_once")]

    def __str__(self) -> str:
        return self.number


class Batch(models.Model):
    """What a client orders in one call: documents of one case."""

    client = models.ForeignKey(ClientSystem, on_delete=models.PROTECT, related_name="batches")
    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="batches")
    ref = models.CharField(max_length=80)
    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    title = models.CharField(max_length=120)
    callback_url = models.CharField(max_length=400, blank=True)
    return_url = models.CharField(max_length=400, blank=True)
    """Where the signer goes on in the client system afterwards."""
    idempotency_key = models.CharField(max_length=80)
    body_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    """All files were fetched and the signers told."""
    done_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "ref"], name="batch_ref_once"),
            models.UniqueConstraint(fields=["client", "idempotency_key"], name="batch_key_once"),
        ]

    def __str__(self) -> str:
        return self.ref


class Document(models.Model):
    """One file to be signed. Its bytes are pulled once, by hash, and belong to 电子签名 until nobody has to sign any more."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="documents")
    client = models.ForeignKey(ClientSystem, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    """Number within the case, part of the 签署流水号."""
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64, blank=True)
    download_url = models.CharField(max_length=400)
    must_read = EncryptedJSONField(default=list)
    """Points the signer has to recognise, as sentences."""
    text = EncryptedTextField(default="")
    """The document as plain text, as the client sent it, for screen readers and braille."""
    text_checked = models.BooleanField(default=False)
    """Compared with the file: it says what the pages show, so that reading it counts as reading them."""
    text_problem = models.CharField(max_length=200, blank=True)
    """Why the client's text is not shown, for the operator."""
    state = models.CharField(max_length=10, choices=DocumentState, default=DocumentState.FETCHING)
    problem_code = models.CharField(max_length=40, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    """Why the file was rejected, or why it is not here yet."""
    fetch_after = models.DateTimeField(null=True)
    original = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """As it came."""
    current = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """With all fields and the signatures so far."""
    revision = models.PositiveIntegerField(default=0)
    """Signatures in `current`."""
    pages = models.PositiveIntegerField(default=0)
    held_by = models.CharField(max_length=40, blank=True)
    """Order of a company seal whose value is on its way: until `held_until` nothing else is appended."""
    held_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "ref"],
                condition=models.Q(state__in=sorted(states.LOCKED)),
                name="document_locked_once",
            ),
            models.UniqueConstraint(fields=["batch", "ref"], name="document_once_in_batch"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["fetch_after"], name="document_to_fetch", condition=models.Q(state=DocumentState.FETCHING)
            ),
            models.Index(fields=["sha256"], name="document_by_sha256"),
            models.Index(fields=["sm3"], name="document_by_sm3"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="document_states", field="state", transitions=states.transitions(states.DOCUMENT_MOVES)),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.ref}"

    @property
    def locked(self) -> bool:
        """签名文件锁定 (R149): the client may not order it again, replace it or give it to somebody else."""
        return self.state in states.LOCKED

    @property
    def unauthorised(self) -> str:
        """授权已终止 or 授权已过有效期, when it was closed for that; empty otherwise."""
        return self.problem if self.problem_code in UNAUTHORISED else ""

    def move(self, verb: DocumentVerb) -> None:
        """Take one step of the table; the caller holds the row's lock and saves."""
        self.state = states.document_next(DocumentState(self.state), verb)


class Authorisation(models.Model):
    """授权: one person may sign for another, as a client system has it. Its life is the client's; here is what a signature needs.

    A number that was ended before any order named it has its end alone, so that an order which comes late is refused.
    """

    client = models.ForeignKey(ClientSystem, on_delete=models.PROTECT, related_name="authorisations")
    number = models.CharField(max_length=60)
    delegate = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    """Who signs: 被授权人."""
    principal = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="+")
    """For whom: 授权人. A person; an enterprise acts by its seal."""
    granted_on = models.DateField(null=True)
    """First day in force, Shanghai."""
    valid_until = models.DateField(null=True)
    """Last day in force, Shanghai."""
    covers = EncryptedTextField(default="")
    """授权事项, one sentence."""
    ended_at = models.DateTimeField(null=True)
    """Legal time of the client's word; no signature under it is later."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "number"], name="authorisation_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=False)
                | models.Q(
                    delegate__isnull=False, principal__isnull=False, granted_on__isnull=False, valid_until__isnull=False
                ),
                name="authorisation_whole",
            ),
            models.CheckConstraint(
                condition=~models.Q(delegate=models.F("principal")), name="authorisation_of_another"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="authorisation_stays_ended",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.number

    def flaw(self, day: date) -> Reason | None:
        """Why nothing can be signed under it on `day`; both its first and its last day count."""
        if self.ended_at is not None:
            return Reason.AUTHORISATION_ENDED
        if self.granted_on is None or day < self.granted_on:
            return Reason.AUTHORISATION_EARLY
        if self.valid_until is None or day > self.valid_until:
            return Reason.AUTHORISATION_LAPSED
        return None


class Task(models.Model):
    """One slot of one document for one signer."""

    class Kind(models.TextChoices):
        PERSON = "person", "签名"
        SEAL = "seal", "盖章"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="tasks")
    position = models.PositiveIntegerField()
    """Number within the document, part of the 签署流水号."""
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=6, choices=Kind)
    role = models.CharField(max_length=40)
    """In which capacity, in words: 股东, 法定代表人. With an authorisation, the principal's."""
    authorisation = models.ForeignKey(Authorisation, null=True, on_delete=models.PROTECT, related_name="tasks")
    """授权签署: the signer signs for the principal of this authorisation."""
    slot = models.CharField(max_length=60)
    """Name of the signature field."""
    place = models.JSONField()
    """{page (from 0), x, y, width, height}, points from the bottom left."""
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    attempt = models.PositiveIntegerField(default=0)
    sign_no = models.CharField(max_length=80, unique=True, null=True)
    """签署流水号 of the latest attempt: number-document-signer-attempt."""
    refused_because = EncryptedTextField(default="")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "position"], name="task_position_once"),
            models.UniqueConstraint(fields=["document", "slot"], name="task_slot_once"),
            models.CheckConstraint(
                condition=models.Q(authorisation=None) | models.Q(kind="person"), name="task_authorised_person"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "state"], name="task_todo"),
            models.Index(fields=["document"], name="task_waiting", condition=models.Q(state=TaskState.OPEN)),
            models.Index(fields=["created_at"], name="task_counted"),
            models.Index(fields=["closed_at"], name="task_closed", condition=models.Q(closed_at__isnull=False)),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="task_states", field="state", transitions=states.transitions(states.TASK_MOVES)),
        ]

    def __str__(self) -> str:
        return self.sign_no or f"{self.document_id}/{self.position}"

    @property
    def principal(self) -> Subject | None:
        """For whom the signer signs, when it is not himself."""
        return self.authorisation.principal if self.authorisation else None

    def move(self, verb: TaskVerb) -> None:
        """Take one step of the table; the caller holds the row's lock and saves."""
        self.state = states.task_next(TaskState(self.state), verb)


class Reading(models.Model):
    """A document as it lies before one signer: what he has seen of it, kept by the server (必读), and that he found it true."""

    public_id = models.CharField(max_length=16, unique=True, default=public_id)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="readings")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="readings")
    pages = models.JSONField(default=list)
    """Pages shown, from 1, sorted."""
    opened_at = models.DateTimeField(null=True)
    """Wall clock: when its first page was put before him."""
    channel = models.CharField(max_length=8, choices=Channel, blank=True)
    """Where that was."""
    agreed_at = models.DateTimeField(null=True)
    """When he ticked 我读过了，内容属实."""
    chosen_at = models.DateTimeField(null=True)
    """When he chose it to be signed together with papers of other cases (跨业务批量签署)."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "subject"], name="reading_once")]
        indexes: ClassVar = [models.Index(fields=["opened_at"], name="reading_counted")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.subject_id}"


class Reminder(models.Model):
    """One 催签 to one signer, so that nobody is texted every minute."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="reminders")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.subject_id}"
