"""Accounts of natural persons, staff, and their log-in sessions."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from foundation.crypto.fields import EncryptedTextField
from foundation.identity.devices import device_words


class Account(models.Model):
    """A natural person who has logged in. Found by the blind index of the identity document; everything else is encrypted."""

    person_index = models.CharField(max_length=64, unique=True)
    name = EncryptedTextField()
    id_type = models.CharField(max_length=2)
    id_number = EncryptedTextField()
    mobile = EncryptedTextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"account {self.pk}"


class StaffManager(BaseUserManager["StaffUser"]):
    """Staff by user name."""

    def get_by_natural_key(self, username: str | None) -> StaffUser:
        return self.get(username=username)


class StaffUser(AbstractBaseUser):
    """An examiner, supervisor, operator or auditor. Logs in with password and second factor (TOTP)."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=12)
    office = models.CharField(max_length=6)
    """Authority code; 310000 is the city."""
    otp_secret = EncryptedTextField(default="")
    otp_last_step = models.BigIntegerField(default=0)
    """The last TOTP time step that was used: a code works once."""
    is_active = models.BooleanField(default=True)

    objects = StaffManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.username


class LoginSession(models.Model):
    """One log-in on one device: listed to its owner, revocable, with an idle and an absolute limit (wall clock)."""

    ref = models.CharField(max_length=32, unique=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="sessions")
    staff = models.ForeignKey(StaffUser, null=True, on_delete=models.CASCADE, related_name="sessions")
    entity_uscc = models.CharField(max_length=18, blank=True)
    scope = models.CharField(max_length=20, blank=True, default="")
    """The outside system that let the person in, where the log-in is good for that system's things only; a project may lift it
    while it trusts that system with more."""
    method = models.CharField(max_length=12)
    """sso 随申办, elicence 电子营业执照, password 口令与动态码, ticket 一次性凭证."""
    device = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=45, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False, staff__isnull=True)
                | models.Q(account__isnull=True, staff__isnull=False),
                name="session_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"session {self.ref[:6]}"

    @property
    def device_words(self) -> str:
        return device_words(self.device)


class LoginState(models.Model):
    """A log-in that went out to 随申办 or 电子营业执照 and has not come back: state parameter, used once."""

    state = models.CharField(max_length=43, primary_key=True)
    system = models.CharField(max_length=12)
    next_path = models.CharField(max_length=400, default="/")
    browser = models.CharField(max_length=64)
    """Digest of a cookie of the browser that asked, so that a stolen answer is of no use elsewhere."""
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
