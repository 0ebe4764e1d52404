"""Telling the operators of an incident, once."""

from __future__ import annotations

from foundation.config import config
from foundation.notify.services import sms_send
from signing.watching.events import IncidentOpened
from signing.watching.models import Incident
from signing.watching.words import incident_said, incident_title


def operators_tell(event: IncidentOpened) -> None:
    """Text every operator; the reference lets nobody be texted twice."""
    incident = Incident.objects.get(pk=event.incident)
    text = f"【电子签名】{incident_title(incident)}：{incident_said(incident)}"
    for number, mobile in enumerate(config().operator_mobiles()):
        sms_send(mobile=mobile, template="signing_incident", text=text, ref=f"incident:{incident.pk}:{number}")
