"""`openapi`: print the contract of the task API (signing/api/openapi.json is its copy in the tree, held by a test)."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from signing.api.views import api


def contract() -> str:
    """The OpenAPI document as JSON."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Command(BaseCommand):
    help = "打印任务接口的 OpenAPI 约定"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(contract(), ending="")
