"""`demo_otp`: password and present one-time code of every demo member of staff."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from foundation.identity.demo import demo_password
from foundation.identity.models import StaffUser
from foundation.identity.otp import otp_now

ROLES = {"examiner": "审查员", "supervisor": "督导", "operator": "运维", "auditor": "安全审计"}


class Command(BaseCommand):
    help = "打印演示工作人员的口令和动态码"

    def handle(self, *args: Any, **options: Any) -> None:
        password = demo_password()
        for user in StaffUser.objects.filter(is_active=True).order_by("pk"):
            self.stdout.write(
                f"{user.username}  {user.name}（{ROLES.get(user.role, user.role)}，{user.office}）  口令 {password}  动态码 {otp_now(user.otp_secret)}"
            )
