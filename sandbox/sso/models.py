"""One-time codes of the log-in page."""

from __future__ import annotations

from django.db import models


class LoginCode(models.Model):
    """短信验证码 that was sent to a mobile; good for some minutes, once."""

    mobile = models.CharField(max_length=20, primary_key=True)
    code = models.CharField(max_length=6)
    until = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.mobile
