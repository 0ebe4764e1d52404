"""What the head office keeps: launches (一次发起) with their 授权, their cases, and the papers with what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from signing_client import Business

BUSINESS_TITLES: Mapping[str, str] = {
    Business.CHAIN: "大型连锁",
    Business.ESTABLISHMENT: "设立",
    Business.CHANGE: "变更",
    Business.DEREGISTRATION: "注销",
    Business.NAMING: "名称",
}


LAUNCH, AUTHORISATION = "LQ", "SQ"
"""How the numbers of a launch and of its authorisation begin; the rest is the same."""


class Launch(models.Model):
    """一次发起: papers of one or many cases that are sent to be signed together."""

    key = models.CharField(max_length=64, unique=True)
    """Of the form from which it came: a second tap finds the first one's launch."""
    number = models.CharField(max_length=24, unique=True)
    business = models.CharField(max_length=16, choices=list(BUSINESS_TITLES.items()))
    company = models.CharField(max_length=8)
    """Code of the head office in the stories."""
    company_name = models.CharField(max_length=200)
    signers = models.JSONField()
    """Codes of the persons who sign every paper; none where it is only sealed."""
    seal = models.BooleanField()
    """The head office seals every paper, too."""
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number


class ChainAuthorisation(models.Model):
    """授权: under which the first signer of a launch signs for somebody else."""

    launch = models.OneToOneField(Launch, on_delete=models.CASCADE, related_name="authorisation")
    number = models.CharField(max_length=60, unique=True)
    delegate = models.CharField(max_length=8)
    """Code of the person who signs."""
    delegate_name = models.CharField(max_length=120)
    principal = models.CharField(max_length=8)
    """Code of the person for whom he signs."""
    principal_name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    """As what the principal would sign."""
    granted_on = models.DateField()
    valid_until = models.DateField()
    """Inclusive."""
    covers = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)
    """When 电子签名 took note that it is over."""
    problem = models.CharField(max_length=300, blank=True)
    """Why the last call to end it did not do so."""

    def __str__(self) -> str:
        return self.number


class ChainCase(models.Model):
    """One case (业务流水号) and its batch at 电子签名, both under the same number."""

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="cases")
    number = models.CharField(max_length=40, unique=True)
    unit_name = models.CharField(max_length=200)
    unit_uscc = models.CharField(max_length=18)
    state = models.CharField(max_length=12, default="unsent")
    """unsent, then what 电子签名 says: preparing, open, signed, stopped, cancelled."""
    over = models.BooleanField(default=False)
    """Nothing of it will move any more."""
    problem = models.CharField(max_length=300, blank=True)
    """Why the last call did not do what it should."""
    unanswered = models.BooleanField(default=False)
    """电子签名 did not answer the last call, so what stands here may be old."""
    heard_at = models.DateTimeField(null=True)
    """When a callback came last (wall clock)."""
    asked_at = models.DateTimeField(null=True)
    """When the question was asked whose answer stands here (wall clock)."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.number


class ChainPaper(models.Model):
    """One document: as it was typeset, how it stands, and as it was fetched."""

    case = models.ForeignKey(ChainCase, on_delete=models.CASCADE, related_name="papers")
    ref = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    must_read = models.JSONField()
    text = models.TextField()
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    places = models.JSONField()
    """Signature boxes: name, page, x, y, width, height, role, and who: a person's code, or empty for the head office;
    `principal`: the code of the person for whom he signs."""
    state = models.CharField(max_length=12, default="unsent")
    problem = models.CharField(max_length=300, blank=True)
    tasks = models.JSONField(default=list)
    """Who signs, whether he did, and for whom (授权签署): name, role, kind, state, reason, principal."""
    stated_sha256 = models.CharField(max_length=64, blank=True)
    """Of the signed file, as 电子签名 says."""
    signed_pdf = models.BinaryField(null=True)
    signatures = models.PositiveSmallIntegerField(null=True)
    """How many signatures 电子签名 has recorded in the signed file."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.ref

    @property
    def signed_count(self) -> int:
        return sum(task["state"] == "signed" for task in self.tasks)


class ChainSeal(models.Model):
    """一次盖章: papers of a launch that the head office seals with one confirmation, started by this system itself."""

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="seals")
    number = models.CharField(max_length=40, unique=True)
    """The Idempotency-Key of its call: sent again it is the same."""
    documents = models.JSONField()
    """References of its papers."""
    ref = models.CharField(max_length=40, blank=True)
    """Its reference at 电子签名."""
    order_no = models.CharField(max_length=80, blank=True)
    """业务唯一标识, by which 电子营业执照 knows it."""
    url = models.CharField(max_length=400, blank=True)
    lapses_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="unsent")
    """unsent; then what 电子签名 says: prepared, ordered, settled, refused, lapsed; failed: it did not take the call."""
    results = models.JSONField(default=list)
    """Of each paper: document, title, state, reason."""
    problem = models.CharField(max_length=300, blank=True)
    """Why it came to nothing, or why the last call did not do what it should."""
    heard_at = models.DateTimeField(null=True)
    """When a callback came last (wall clock)."""
    asked_at = models.DateTimeField(null=True)
    """When the question was asked whose answer stands here (wall clock)."""

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.number

    @property
    def stale(self) -> bool:
        """Whether something was heard since it was asked for."""
        return self.heard_at is not None and (self.asked_at is None or self.heard_at > self.asked_at)

    @property
    def running(self) -> bool:
        """Whether something may still come of it."""
        return self.state in {"unsent", "prepared", "ordered"}

    @property
    def sealed(self) -> int:
        return sum(one["state"] == "sealed" for one in self.results)

    @property
    def unsealed(self) -> list[dict[str, str]]:
        """Papers that were decided and not sealed."""
        return [one for one in self.results if one["state"] not in {"sealed", "waiting"}]


def sent_and_open(cases: models.QuerySet[ChainCase]) -> models.QuerySet[ChainCase]:
    """Those that were sent and of which something may still move."""
    return cases.filter(over=False).exclude(state="unsent")


def stale(cases: models.QuerySet[ChainCase]) -> models.QuerySet[ChainCase]:
    """Those of which something was heard since they were asked for."""
    return cases.filter(heard_at__isnull=False).filter(Q(asked_at=None) | Q(heard_at__gt=F("asked_at")))
