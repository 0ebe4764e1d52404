"""`trust_add FILE [--issuing]`: enter a root (or issuing) certificate that verification believes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.audit import record
from foundation.crypto.x509 import CertificateError, parse
from foundation.identity.actor import Actor
from signing.ceremonies.trust import trust_add


class Command(BaseCommand):
    help = "录入信任的根证书或签发证书（PEM 或 DER）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--issuing", action="store_true", help="是签发证书，不是根证书")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            certificate = parse(options["file"].read_bytes())
        except (OSError, CertificateError) as error:
            raise CommandError(f"读不出证书：{error}") from None
        row = trust_add(certificate.der, is_root=not options["issuing"])
        record(Actor.system("command"), "trust.add", "certificate", row.digest[:40], root=row.is_root)
        self.stdout.write(f"{certificate.subject.text} {row.digest}")
