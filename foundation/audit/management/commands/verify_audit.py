"""`verify_audit`: walk the chain, name every changed, removed or inserted row; exit 1 when there is one."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from foundation.audit import chain
from foundation.audit.models import AuditLink


class Command(BaseCommand):
    help = "核对审计链"

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(chain.verify())
        for fault in faults:
            self.stdout.write(f"{fault.kind}: {fault.message}")
        self.stdout.write(f"核对了 {AuditLink.objects.count()} 条，未入链 {chain.tail()} 条，发现 {len(faults)} 处问题")
        if faults:
            sys.exit(1)
