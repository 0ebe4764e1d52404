"""Papers of a case: generated documents and their revisions, uploads and their parts, links that were shared."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from foundation.crypto.fields import EncryptedJSONField, EncryptedTextField
from foundation.files.models import StoredFile
from foundation.pdf.mending import told
from foundation.pdf.verdict import rejected
from reg.casefile.models import Case


class Paper(models.Model):
    """文书: one generated document in one revision. An equal input hash keeps the file and its signatures."""

    class State(models.TextChoices):
        QUEUED = "queued", "正在生成"
        READY = "ready", "已生成"
        FAILED = "failed", "没生成"
        SUPERSEDED = "superseded", "已更换"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="papers")
    doc = models.CharField(max_length=30)
    party = models.CharField(max_length=120, blank=True)
    """Whose copy it is where a document is made per party: a blind index or the code of a body."""
    party_key = EncryptedTextField(default="")
    """The document's own key of the party."""
    title = models.CharField(max_length=120)
    revision = models.PositiveSmallIntegerField(default=1)
    input_hash = models.CharField(max_length=64)
    data = EncryptedJSONField()
    """What it is made of."""
    must_read = EncryptedJSONField(default=list)
    state = models.CharField(max_length=12, choices=State, default=State.QUEUED)
    problem = EncryptedTextField(default="")
    """Why it was not made. It quotes what was typed, a name that no font can set."""
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField(default=0)
    slots = EncryptedJSONField(default=list)
    """[{name, page, x, y, width, height, role, kind, signer, signer_name}]"""
    text = EncryptedTextField(default="")
    signed_file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "doc", "party", "revision"], name="paper_revision_once"),
            models.UniqueConstraint(
                fields=["case", "doc", "party"], condition=~models.Q(state="superseded"), name="one_current_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.doc} r{self.revision}"

    @property
    def ref(self) -> str:
        """Name under which signing knows it."""
        return f"paper-{self.pk}"

    @property
    def current_file(self) -> StoredFile | None:
        """The signed file where there is one."""
        return self.signed_file or self.file


class Slot(models.Model):
    """签署状态: who still has to sign a paper, as signing tells it. Late signatures are stored, not counted."""

    class State(models.TextChoices):
        OPEN = "open", "等签名"
        SIGNED = "signed", "已签"
        REFUSED = "refused", "不同意签"
        CANCELLED = "cancelled", "已取消"

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="signatures")
    name = models.CharField(max_length=60)
    role = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    signer_index = models.CharField(max_length=64)
    """Blind index of the person, or the uscc of the enterprise."""
    signer_name = EncryptedTextField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    serial = models.CharField(max_length=80, blank=True)
    """签署流水号."""
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["paper", "name"], name="slot_once")]
        indexes: ClassVar = [models.Index(fields=["signer_index", "state"], name="slot_of_signer")]


class Upload(models.Model):
    """上传的材料: a line of the list that is uploaded, or a paper of the applicant's own (自备文书)."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="uploads")
    line = models.CharField(max_length=80)
    """Key of the line in the plan."""
    title = models.CharField(max_length=120, blank=True)
    own = models.BooleanField(default=False)
    """自备文书: used instead of the generated one."""
    sign_here = models.BooleanField(default=False)
    """Not signed yet: a signature page is put behind it, and it is signed like a generated one."""
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    """The one straight PDF that its parts became; none while they are being put together, or not good enough yet."""
    pages = models.PositiveSmallIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    """Raised by every change of its parts; a merge of an older revision is thrown away."""
    made = models.PositiveIntegerField(default=0)
    """Revision that was last put together, or found not good enough."""
    problem = models.CharField(max_length=300, blank=True)
    """Why there is no file: a page that has to be taken again, or what stood in the way of merging."""
    hints = models.JSONField(default=list)
    """Sentences about the pages together: 第 1 页和第 2 页看起来是同一页 …"""
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "line"], name="upload_once")]

    def __str__(self) -> str:
        return f"{self.line} r{self.revision}"

    @property
    def working(self) -> bool:
        """Whether the worker has not finished with the present parts."""
        return self.made < self.revision

    @property
    def ready(self) -> bool:
        """Whether the PDF of the present parts is there."""
        return self.file_id is not None


class UploadPart(models.Model):
    """One file of an upload: a photograph made straight, or a PDF, with what was noticed about it."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveIntegerField()
    name = EncryptedTextField(default="")
    """The file's name on the applicant's phone."""
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    straight = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    """pdf, jpeg, png: by content."""
    pages = models.PositiveSmallIntegerField(default=1)
    looked_at = models.BooleanField(default=False)
    """Whether the worker has straightened and judged it (a PDF needs neither)."""
    found = models.BooleanField(default=False)
    """Whether the sheet was found in the photograph."""
    unclear = models.BooleanField(default=False)
    """The examiner could not read it: it must be taken again, or the applicant says that it can be read."""
    remarks = models.JSONField(default=list)
    """Sentences of the worker or the admission, about page 1."""
    accepted = models.BooleanField(default=False)
    """The applicant looked at an unclear page and says that it can be read."""
    keep_original = models.BooleanField(default=False)
    """The applicant prefers the photograph as it was taken."""
    quarters = models.PositiveSmallIntegerField(default=0)
    """Turned clockwise by so many quarters."""
    taken_at = models.CharField(max_length=30, blank=True)
    """When the camera says it was taken."""
    mended_from = models.CharField(max_length=64, blank=True)
    """SHA-256 of the refused file that it was mended from; empty for all others."""
    mended = models.JSONField(default=list)
    """What was done to it then, as clauses: 去掉 2 个附件 …"""

    class Meta:
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(quarters__lte=3), name="turned_by_at_most_three_quarters")
        ]

    @property
    def is_photo(self) -> bool:
        return self.kind != "pdf"


class MendedFile(models.Model):
    """整理后的文件: what a refused PDF became, waiting for the applicant's yes or no. The refused one is not kept."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="mendings")
    name = EncryptedTextField(default="")
    original_sha256 = models.CharField(max_length=64)
    refusal = models.CharField(max_length=30)
    """Code of foundation.pdf.verdict.REASONS."""
    steps = models.JSONField()
    """[[code of foundation.pdf.mending.STEPS, number], …]"""
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    remarks = models.JSONField(default=list)
    """Sentences of the admission of the mended file."""
    place = models.PositiveIntegerField(null=True)
    """Where it was to stand among the parts."""
    offered_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "original_sha256"], name="mended_once_for_an_upload")
        ]

    @property
    def why(self) -> str:
        """Why the file was refused."""
        return rejected(self.refusal).message

    @property
    def clauses(self) -> list[str]:
        """What was done."""
        return told(self.steps)


class UploadPast(models.Model):
    """What an upload was when it had been submitted and was then replaced: kept as evidence."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="past")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    pages = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    """The round of the case in which it was replaced."""
    replaced_at = models.DateTimeField()


class Share(models.Model):
    """A link to one paper that ends by itself (预览、分享文书)."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="shares")
    token_digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)
