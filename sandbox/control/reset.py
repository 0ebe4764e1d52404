"""Back to the beginning: faults, calls, messages, sessions and pushes go. Stories, keys, numbers and the clock stay."""

from __future__ import annotations

from django.db import transaction

from sandbox.callbacks.models import Callback
from sandbox.chain_office.models import Launch
from sandbox.elicence.models import LicencePush, SealOrder
from sandbox.faults.models import Fault, Received
from sandbox.grants.models import Grant
from sandbox.kit.models import OnceAnswer
from sandbox.onestop.models import OneStopCase
from sandbox.sms.models import Message
from sandbox.sso.models import LoginCode
from sandbox.verification.models import Session
from sandbox.world.models import Company

CLEARED = (
    Fault,
    Received,
    Callback,
    Grant,
    LoginCode,
    Session,
    SealOrder,
    LicencePush,
    Message,
    OneStopCase,
    OnceAnswer,
    Launch,
)


@transaction.atomic
def reset() -> None:
    """Clear what was done; what exists stays."""
    for model in CLEARED:
        model.objects.all().delete()
    Company.objects.exclude(pushed={}).update(pushed={})
