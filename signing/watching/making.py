"""示范数据: counters of days in which nobody signed, so that the pages can be looked at. They are marked and can be taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from random import Random

from django.db import transaction

from foundation import clock
from foundation.audit import record
from foundation.config import config
from foundation.identity.actor import Actor
from signing.tasks.clients import client_of
from signing.watching.counting import HOUR, hour_of
from signing.watching.models import HourCount, HourDetail

BY_HOUR = (2, 1, 1, 1, 1, 3, 9, 25, 52, 95, 100, 82, 48, 66, 92, 98, 90, 74, 38, 22, 19, 11, 9, 5)
"""How busy the hours of a working day are, against the busiest."""
BY_WEEKDAY = (1.0, 0.96, 0.95, 0.93, 0.97, 0.3, 0.24)
PARTS: Mapping[str, float] = {"reg": 0.9, "chain_office": 0.1}
"""Which business systems order, and how much of it each."""
BUSIEST = 60
"""Attempts in the busiest hour."""
SIGNERS = {"person": 0.70, "entity": 0.27, "abroad": 0.03}
BUSINESSES = {"change": 0.42, "establishment": 0.32, "chain": 0.14, "deregistration": 0.08, "naming": 0.04}
CHANNELS = {"wechat": 0.46, "app": 0.24, "alipay": 0.18, "browser": 0.12}
CAUSES = {"given_up": 0.34, "face_failed": 0.28, "lapsed": 0.24, "identity_failed": 0.08, "unconfirmed": 0.06}
FAULTS = {"authority": 0.5, "file": 0.3, "other": 0.2}


class OnlyForDemonstration(Exception):
    """This installation is a real one."""


@dataclass(frozen=True)
class Dimensions:
    """Where something is counted."""

    hour: datetime
    client: str
    business: str
    signer: str
    channel: str


@transaction.atomic
def history_make(*, actor: Actor, days: int, seed: int = 1) -> int:
    """Counters for the hours of the past `days`, in place of those made before; 0 days only takes them away. How many attempts.

    The same seed and hour give the same numbers.
    """
    if not config().sandbox:
        raise OnlyForDemonstration
    HourCount.objects.filter(made_up=True).delete()
    HourDetail.objects.filter(made_up=True).delete()
    clients = [client.name for name in PARTS if (client := client_of(name))]
    end = hour_of(clock.wall())
    counts: list[HourCount] = []
    details: list[HourDetail] = []
    for number, name in product(range(days * 24, 0, -1), clients):
        for count, parts in _hour(end - number * HOUR, name, seed):
            counts.append(count)
            details += parts
    HourCount.objects.bulk_create(counts, batch_size=2000)
    HourDetail.objects.bulk_create(details, batch_size=2000)
    record(actor, "history.make", "history", "made_up", days=days)
    return sum(one.begun for one in counts)


def _hour(hour: datetime, client: str, seed: int) -> Iterator[tuple[HourCount, list[HourDetail]]]:
    dice = Random(f"{seed} {client} {hour.isoformat()}")  # noqa: S311  nothing secret: the same every time
    local = clock.to_shanghai(hour)
    busy = PARTS[client] * BUSIEST * BY_HOUR[local.hour] / 100 * BY_WEEKDAY[local.weekday()]
    for (signer, a), (business, b), (channel, c) in product(SIGNERS.items(), BUSINESSES.items(), CHANNELS.items()):
        expected = busy * a * b * c * dice.uniform(0.7, 1.3)
        begun = int(expected) + (dice.random() < expected % 1)
        if begun:
            yield _counted(Dimensions(hour, client, business, signer, channel), begun, dice)


def _counted(at: Dimensions, begun: int, dice: Random) -> tuple[HourCount, list[HourDetail]]:
    ends = [_end(dice) for _ in range(begun)]
    signed = ends.count("signed")
    causes = [end for end in ends if end != "signed"]
    failed = sum(end in FAULTS for end in causes)
    todo = begun + sum(dice.random() < 0.15 for _ in range(begun))
    opened = begun + sum(dice.random() < 0.6 for _ in range(todo - begun))
    faced = signed + failed
    identified = faced + sum(end != "identity_failed" for end in causes if end in CAUSES)
    where = vars(at)
    count = HourCount(
        **where,
        made_up=True,
        begun=begun,
        signed=signed,
        failed=failed,
        dropped=begun - signed - failed,
        todo=todo,
        opened=opened,
        tried=begun,
        identified=identified,
        faced=faced,
        done=signed,
    )
    parts = [
        HourDetail(**where, made_up=True, kind=HourDetail.Kind.CAUSE, value=cause, count=causes.count(cause))
        for cause in sorted(set(causes))
    ]
    stretches = [min(15, max(4, round(dice.gauss(9, 1.6)))) for _ in range(signed)]
    parts += [
        HourDetail(**where, made_up=True, kind=HourDetail.Kind.SECONDS, value=str(one), count=stretches.count(one))
        for one in sorted(set(stretches))
    ]
    return count, parts


def _end(dice: Random) -> str:
    """signed, or why not."""
    chance = dice.random()
    if chance < 0.94:
        return "signed"
    rest = CAUSES if chance < 0.995 else FAULTS
    return dice.choices(list(rest), weights=list(rest.values()))[0]
