"""溯源 of what the registration authority has sealed (登记机关印章): its notices, found by the same numbers. R141."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from signing.authority.models import AuthorityKey, AuthoritySeal
from signing.evidence.finding import MOST, certificate_serials, is_number
from signing.evidence.trace import Step
from signing.tasks.models import ClientSystem


@dataclass(frozen=True)
class SealedNotice:
    """A sealed document, as what it was found, and the one step there is."""

    seal: AuthoritySeal
    kinds: tuple[str, ...]
    step: Step


def notices_find(client: ClientSystem, text: str) -> list[SealedNotice]:
    """Sealed documents of this client that the number leads to, newest first; none for what is no number."""
    number = text.strip()
    if not is_number(number):
        return []
    ways = {
        "业务流水号": Q(case_no=number),
        "盖章编号": Q(ref=number),
        "证书序列号": Q(certificate_serial__in=certificate_serials(number)),
        "文件摘要": Q(before_sm3=number.lower()) | Q(file__sm3=number.lower()) | Q(file__sha256=number.lower()),
    }
    mine = AuthoritySeal.objects.filter(client=client.name)
    kinds: dict[int, list[str]] = {}
    for word, way in ways.items():
        for pk in mine.filter(way).order_by("-pk").values_list("pk", flat=True)[:MOST]:
            kinds.setdefault(pk, []).append(word)
    found = mine.filter(pk__in=kinds).select_related("file").order_by("-pk")[:MOST]
    return [SealedNotice(seal, tuple(kinds[seal.pk]), _step(seal)) for seal in found]


def _step(seal: AuthoritySeal) -> Step:
    key = AuthorityKey.objects.filter(authority=seal.authority, made_at__lte=seal.sealed_at).order_by("-pk").first()
    numbers = {
        "盖章编号": seal.ref,
        "证书序列号": seal.certificate_serial,
        "盖章前文件 SM3": seal.before_sm3,
        "盖章后文件 SM3": seal.file.sm3,
    }
    return Step(seal.sealed_at, "加盖登记机关印章", key.name if key else seal.authority, numbers)
