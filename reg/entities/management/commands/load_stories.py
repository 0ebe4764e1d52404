"""`load_stories`: the fictional people, companies and staff of data/stories. Idempotent."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from foundation.config import config
from foundation.identity.demo import staff_ensure
from reg.catalog.entity_types import entity_type
from reg.entities import stories
from reg.entities.models import Entity


class Command(BaseCommand):
    help = "写入演示用的虚构企业和人员"

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(Entity.objects.values_list("uscc", flat=True))
        ordered = sorted(stories.load("companies"), key=lambda company: company.get("parent") is not None)
        fresh = [company for company in ordered if company["uscc"] not in known]
        for company in fresh:
            stories.company_load(company, entity_type(company["entity_type"]).kind)
        if config().mode == "demo":
            for person in stories.load("staff"):
                staff_ensure(
                    username=person["username"], name=person["name"], role=person["role"], office=person["office"]
                )
        self.stdout.write(f"写入企业 {len(fresh)} 户，已有 {len(ordered) - len(fresh)} 户")
