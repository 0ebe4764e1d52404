"""An incident in words for the operator."""

from __future__ import annotations

from signing.tasks.models import CHANNELS
from signing.watching.models import Incident
from signing.watching.states import IncidentKind


def incident_title(incident: Incident) -> str:
    """微信签不下来"""
    channel = CHANNELS.get(incident.channel, "没有记下渠道的") if incident.channel else ""
    return f"{channel}{IncidentKind(incident.kind).label}"


def incident_said(incident: Incident) -> str:
    """The numbers by which it was seen, and what to do."""
    facts = incident.facts
    match IncidentKind(incident.kind):
        case IncidentKind.RATE:
            return (
                f"{facts['minutes']} 分钟里签好 {facts['signed']} 份、没签上 {facts['failed']} 份，成功率 {facts['rate']}%，"
                f"低于 {facts['below']:g}%。请看没签成的原因和外部系统。"
            )
        case IncidentKind.STALLED:
            return (
                f"{facts['minutes']} 分钟里有 {facts['begun']} 份开始签，一份也没有签好。"
                "请从这个渠道试签一份，再看外部系统里的多源认证、认证机构。"
            )
        case IncidentKind.SILENT:
            return (
                f"平时这个钟点有 {facts['expected']} 份左右，{facts['minutes']} 分钟里一份也没有。"
                "请从这个渠道打开电子签名试一试。"
            )
        case IncidentKind.STAMPS:
            why = f"（{facts['why']}）" if facts["why"] else ""
            return (
                f"有 {facts['waiting']} 份签好的文书等时间戳超过 {facts['minutes']} 分钟{why}。"
                "文书照常有效，系统一直在补；请看外部系统里的时间戳服务。"
            )
