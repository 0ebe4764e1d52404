"""qideng sandbox callbacks: deliver callbacks in a process of its own (with SANDBOX_CALLBACKS=0 in the web process)."""

from __future__ import annotations

from django.core.management.base import BaseCommand

from sandbox.callbacks.loop import run


class Command(BaseCommand):
    help = "持续发送回调"

    def handle(self, *args: object, **options: object) -> None:
        run()
