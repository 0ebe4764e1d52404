"""`trace NUMBER [--client reg] [--whole]`: everything that happened with the documents behind a number (溯源). R141, R148."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation import clock
from foundation.identity.actor import Actor
from signing.evidence.trace import Step, trace
from signing.tasks.models import ClientSystem


class Command(BaseCommand):
    help = "按任意流水号溯源：业务、认证、签署流水号，签署过程编号，证书序列号，文件摘要，验签码"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number")
        parser.add_argument("--client", default="reg", help="业务系统，默认 reg")
        parser.add_argument("--whole", action="store_true", help="姓名和地址不打码")

    def handle(self, *args: Any, **options: Any) -> None:
        client = ClientSystem.objects.filter(name=options["client"]).first()
        if client is None:
            raise CommandError(f"没有业务系统 {options['client']}")
        actor = Actor.system("command")
        found = trace(actor=actor, client=client, text=options["number"], masked=not options["whole"])
        if not found:
            raise CommandError("没有查到。请核对编号，写全每一位。")
        for each in found:
            document = each.hit.document
            self.stdout.write(
                f"《{document.title}》{document.batch.matter.number}（按{'、'.join(each.hit.kinds)}查到）"
            )
            for step in each.steps:
                self.stdout.write(f"  {_line(step)}")


def _line(step: Step) -> str:
    numbers = "，".join(f"{word} {number}" for word, number in step.numbers.items())
    parts = (f"{clock.to_shanghai(step.at):%Y-%m-%d %H:%M:%S} {step.what}", step.who, numbers, step.note)
    return "；".join(part for part in parts if part)
