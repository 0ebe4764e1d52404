"""申请案: the data of a case. No flow here."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from foundation.crypto.fields import EncryptedJSONField, EncryptedTextField
from foundation.files.models import StoredFile
from reg.casefile import states
from reg.casefile.numbers import grouped
from reg.casefile.states import State, Verb, WrongState
from reg.entities.models import Entity


class CaseSerial(models.Model):
    """Last serial given on a day by an authority."""

    pk = models.CompositePrimaryKey("authority", "day")
    authority = models.CharField(max_length=6)
    day = models.DateField()
    last = models.PositiveIntegerField()


class Case(models.Model):
    """申请案."""

    number = models.CharField(max_length=22, unique=True)
    entity = models.ForeignKey(Entity, on_delete=models.PROTECT, related_name="cases")
    business = models.CharField(max_length=20)
    authority = models.CharField(max_length=6)
    state = models.CharField(max_length=12, choices=[(s.value, states.TITLES[s]) for s in State], default=State.DRAFT)
    edition = models.CharField(max_length=20)
    """Edition of the catalogue under which the case stands."""
    chosen = models.JSONField(default=list)
    """Room codes the applicant ticked."""
    brought = models.JSONField(default=list)
    """Room codes that came along by law: [{item, reason, basis}]."""
    round = models.PositiveSmallIntegerField(default=0)
    """How often the case was returned (补正 rounds)."""
    signing_attempt = models.PositiveSmallIntegerField(default=0)
    """How often signatures were asked for."""
    opener_index = models.CharField(max_length=64)
    opener_kind = models.CharField(max_length=24)
    """legal_representative, liaison or agent: as what the opener acted."""
    opener_name = EncryptedTextField()
    opened_at = models.DateTimeField()
    first_submitted_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(null=True)
    applicant_due = models.DateField(null=True)
    """Last day for the applicant: signatures, or mending after a return (inclusive)."""
    authority_due = models.DateField(null=True)
    """Last day for the authority (inclusive)."""
    onestop_serial = models.CharField(max_length=40, blank=True)
    """办件编号 of 一网通办, after submission."""
    touched_at = models.DateTimeField(auto_now=True)

    granted: str = ""
    """What case_get found that the present actor may do with it (access.Access); never stored."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opener_index", "-touched_at"], name="case_of_opener"),
            models.Index(fields=["entity", "state"], name="case_of_entity"),
            models.Index(fields=["authority", "state", "submitted_at"], name="case_queue"),
        ]
        triggers: ClassVar = [
            pgtrigger.FSM(name="case_state_table", field="state", transitions=states.transitions()),
            pgtrigger.Protect(name="case_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def items(self) -> list[str]:
        """All room codes of the case: ticked ones first, then those brought along."""
        return list(dict.fromkeys([*self.chosen, *(row["item"] for row in self.brought)]))

    @property
    def number_grouped(self) -> str:
        return grouped(self.number)

    @property
    def state_title(self) -> str:
        return states.TITLES[State(self.state)]

    @property
    def is_editable(self) -> bool:
        return self.state in states.EDITABLE

    @property
    def is_ended(self) -> bool:
        return self.state in states.ENDED

    @property
    def draft_stream(self) -> str:
        return "draft"

    @property
    def submitted_stream(self) -> str:
        """Stream of what was last submitted."""
        return f"submitted#{self.round}"

    def move(self, verb: Verb, **changes: object) -> None:
        """Take the step `verb`. The row is compared with the state that was read: a rival's step wins, ours raises WrongState."""
        was = self.state
        to = states.target(was, verb, returned_before=self.round > 0)
        self.state = to
        for name, value in changes.items():
            setattr(self, name, value)
        done = Case.objects.filter(pk=self.pk, state=was).update(state=to, **changes)
        if not done:
            self.refresh_from_db()
            raise WrongState(self.state, verb)


class InFlight(models.Model):
    """申请案控制: the one case of an entity between signing and its end. The primary key is the claim."""

    entity = models.OneToOneField(Entity, primary_key=True, on_delete=models.CASCADE, related_name="in_flight")
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="claim")
    since = models.DateTimeField()


class ItemAnswer(models.Model):
    """What was answered to one item, in one stream: draft, submitted#n, approved."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="answers")
    item_code = models.CharField(max_length=30)
    stream = models.CharField(max_length=16)
    version = models.PositiveIntegerField(default=1)
    payload = EncryptedJSONField()
    sources = models.JSONField(default=dict)
    """Field → where its value came from."""
    schema_version = models.PositiveSmallIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "item_code", "stream"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.item_code} {self.stream} v{self.version}"


class Confirmation(models.Model):
    """A finding that the applicant read and confirmed (需确认), with his words where asked."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="confirmations")
    finding_key = models.CharField(max_length=120)
    message = EncryptedTextField()
    words = EncryptedTextField(default="")
    confirmed_by = models.CharField(max_length=80)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "finding_key"], name="confirmed_once")]


class ReturnNotice(models.Model):
    """补正通知: everything to be mended, told once per round (一次性告知, 条例 19, 细则 18)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="return_notices")
    round = models.PositiveSmallIntegerField()
    points = EncryptedJSONField()
    """[{item, field, document, text, basis}]"""
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    due = models.DateField()
    supervisor_reason = EncryptedTextField(default="")
    """Why a further round asks for something that was there in the first (written by a supervisor)."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "round"], name="one_notice_per_round")]


class CaseStep(models.Model):
    """办件记录: one line of the way of a case as the applicant reads it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=40)
    text = EncryptedTextField()
    who = EncryptedTextField(default="")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="steps_of_case")]


class Party(models.Model):
    """A person who may see or do something in a case beyond those with a capacity: agent, co-worker, signer."""

    class Kind(models.TextChoices):
        AGENT = "agent", "委托代理人"
        HELPER = "helper", "一起填的人"
        SIGNER = "signer", "签名人"

    class State(models.TextChoices):
        INVITED = "invited", "已邀请"
        ACTIVE = "active", "已接受"
        DECLINED = "declined", "没有接受"
        ENDED = "ended", "已结束"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="parties")
    kind = models.CharField(max_length=8, choices=Kind)
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    person_index = models.CharField(max_length=64)
    name = EncryptedTextField()
    mobile = EncryptedTextField(default="")
    invited_by = models.CharField(max_length=80)
    invited_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    resent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "kind", "person_index"], name="party_once")]
        indexes: ClassVar = [models.Index(fields=["person_index", "state"], name="party_of_person")]


class CardRead(models.Model):
    """证件识别: pictures of an identity card for one field group, and what was read from them."""

    class State(models.TextChoices):
        WAITING = "waiting", "正在识别"
        READ = "read", "已识别"
        FAILED = "failed", "没识别出来"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="card_reads")
    item_code = models.CharField(max_length=30)
    row_id = models.CharField(max_length=32, blank=True)
    front = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    back = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    result = EncryptedJSONField(null=True)
    """{fields: {…}, problems: [sentence, …]}"""
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "item_code", "row_id", "-asked_at"], name="card_of_item")]


class Note(models.Model):
    """What could not be carried over when a draft moved to a new edition: kept, never thrown away."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    item_code = models.CharField(max_length=30)
    text = EncryptedTextField()
    made_at = models.DateTimeField()


class IdempotencyKey(models.Model):
    """A state-changing post that was done: the same key gives the same answer (双击、重发)."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    """SM3 of what was asked: the same key with other content is refused."""
    answer = models.CharField(max_length=400)
    """Where the first answer led: a path of ours."""
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_once")]
        indexes: ClassVar = [models.Index(fields=["made_at"], name="idempotency_old")]


class AuthorityWindow(models.Model):
    """One version of where the window of a registration authority is (请到窗口办理). Its words never change: an edit is a
    new version. Citizens see the latest that another member of staff approved (maker and checker)."""

    authority = models.CharField(max_length=6)
    address = models.CharField(max_length=200)
    hours = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    entered_by = models.CharField(max_length=80)
    entered_at = models.DateTimeField()
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(null=True)
    """When it was declined, withdrawn or replaced before anybody approved it."""
    closed_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(approved_by=models.F("entered_by")), name="window_checker_is_not_maker"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at=None) | models.Q(closed_at=None), name="window_approved_or_closed"
            ),
            models.UniqueConstraint(
                fields=["authority"],
                condition=models.Q(approved_at=None, closed_at=None),
                name="window_one_waits",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["authority", "-approved_at"], name="window_shown")]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(
                name="window_words_stay",
                fields=["authority", "address", "hours", "telephone", "entered_by", "entered_at"],
            ),
            pgtrigger.Protect(name="window_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.pk}"

    @property
    def waits(self) -> bool:
        """Whether nobody has decided on it."""
        return self.approved_at is None and self.closed_at is None
