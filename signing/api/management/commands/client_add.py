"""`client_add NAME TITLE BASE_URL`: let a business system order signatures. Its public key stands in SERVICE_KEYS.

`--vouches` only for one that logs people in by their real names itself; without it, entering a system again takes that away.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.audit import record
from foundation.identity.actor import Actor
from signing.tasks.models import ClientSystem


class Command(BaseCommand):
    help = "登记或修改一个业务系统"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("title")
        parser.add_argument("base_url")
        parser.add_argument("--stop", action="store_true", help="停用")
        parser.add_argument("--vouches", action="store_true", help="该系统自己做实名登录，其票据等同本人登录")

    def handle(self, *args: Any, **options: Any) -> None:
        client, _ = ClientSystem.objects.update_or_create(
            name=options["name"],
            defaults={
                "title": options["title"],
                "base_url": options["base_url"].rstrip("/"),
                "active": not options["stop"],
                "vouches": options["vouches"],
            },
        )
        actor = Actor.system("command")
        record(actor, "client.set", "client", client.name, active=client.active, vouches=client.vouches)
        standing = "停用" if options["stop"] else "可用"
        tickets = "票据等同本人登录" if client.vouches else "票据只能看它自己的文书"
        self.stdout.write(f"{client.name} {client.base_url} {standing}，{tickets}")
