"""Stories (故事): who exists, what is true of him, and what was pushed since."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models, transaction
from django.db.models import F


class Person(models.Model):
    """A natural person of data/stories/persons.yaml."""

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=80)
    id_type = models.CharField(max_length=2)
    id_number = models.CharField(max_length=40)
    mobile = models.CharField(max_length=20)
    story = models.JSONField()

    class Meta:
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["id_type", "id_number"], name="person_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def note(self) -> str:
        """What his story is, for the start page; empty for those who have none."""
        return str(self.story.get("note", "")).removeprefix("虚构").lstrip("；")

    @property
    def owns_his_mobile(self) -> bool:
        """Whether the mobile of his story is registered in his own name."""
        return not self.story.get("mobile_owner")


class Company(models.Model):
    """A company of data/stories/companies.yaml, and what the e-licence system was told about it since."""

    code = models.CharField(max_length=8, primary_key=True)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    status = models.CharField(max_length=40)
    story = models.JSONField()
    pushed = models.JSONField(default=dict)
    """Register payloads by item code, from the pushes of the registration system (电子营业执照信息更新)."""

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def note(self) -> str:
        return str(self.story.get("note", "")).removeprefix("虚构").lstrip("；")

    @property
    def current_name(self) -> str:
        """The name on its licence today."""
        return str((self.pushed.get("name") or {}).get("name") or self.name)

    @property
    def licence_is_good(self) -> bool:
        """Whether its e-licence works: not for those that are no longer 确立."""
        return self.status in {"active", "dormant", "liquidating", "moving_out"}

    @property
    def domicile(self) -> dict[str, Any]:
        """Where it is registered now."""
        return dict(self.pushed.get("domicile") or self.story.get("domicile") or {})


class Agent(models.Model):
    """A registration agent (登记代理人) of the stories and his filing (备案)."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True)
    agency = models.ForeignKey(Company, on_delete=models.SET_NULL, null=True)
    story = models.JSONField()

    def __str__(self) -> str:
        return f"{self.person_id}"


class Place(models.Model):
    """An address with a story: a free room with a title, a 集中登记地, a frozen address, one where many are registered."""

    code = models.CharField(max_length=8, primary_key=True)
    std_code = models.CharField(max_length=20, unique=True)
    district = models.CharField(max_length=6)
    road = models.CharField(max_length=80)
    lane = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=20, blank=True)
    building = models.CharField(max_length=20, blank=True)
    room = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20)
    story = models.JSONField()

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.full}"

    @property
    def full(self) -> str:
        return str(self.story["full"])

    @property
    def note(self) -> str:
        return str(self.story.get("note", "")).removeprefix("虚构").lstrip("；")


class Serial(models.Model):
    """How far the numbers of one kind have run."""

    kind = models.CharField(max_length=60, primary_key=True)
    value = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"

    @classmethod
    def next(cls, kind: str) -> int:
        """The next number, from 1; two callers never get the same one."""
        with transaction.atomic():
            cls.objects.get_or_create(pk=kind)
            cls.objects.filter(pk=kind).update(value=F("value") + 1)
            value: int = cls.objects.values_list("value", flat=True).get(pk=kind)
            return value
