"""Demo staff: made on the first start, their password in DATA_DIR/secrets, their codes printed by `qideng demo-otp`."""

from __future__ import annotations

from django.conf import settings

from foundation.config import ConfigError, config
from foundation.identity.models import StaffUser
from foundation.identity.otp import otp_secret_make


def demo_password() -> str:
    """The one password of all demo staff of this installation; short enough to type."""
    if config().mode != "demo":
        raise ConfigError("演示账号只在演示模式下有")
    return "Qd-" + config().secret(settings.QIDENG_PROJECT, "demo_password")[:8]


def staff_ensure(*, username: str, name: str, role: str, office: str) -> StaffUser:
    """The demo member of staff `username`, made when absent."""
    user = StaffUser.objects.filter(username=username).first()
    if user is None:
        user = StaffUser(username=username, name=name, role=role, office=office, otp_secret=otp_secret_make())
        user.set_password(demo_password())
        user.save()
    return user
