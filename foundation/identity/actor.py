"""The actor of a service call: who wants something, in which capacity, from which session."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    PERSON = "person"
    STAFF = "staff"
    SERVICE = "service"
    SYSTEM = "system"


class StaffRole(StrEnum):
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Actor:
    """Whoever calls a service. Built once a request by the middleware; services trust nothing else about the caller."""

    kind: ActorKind
    ref: str
    """Stable reference: account id, staff user name, service name. Never personal data."""
    name: str = field(default="", repr=False)
    """For pages and documents; never for logs."""
    person_index: str = ""
    """Blind index of the natural person behind the actor; empty for services."""
    entity_uscc: str = ""
    """Set when the log-in was by 电子营业执照: the enterprise for which the person was let in."""
    scope: str = ""
    """Set when an outside system let the person in that answers for its own things only: nothing else is his to see here."""
    office: str = ""
    """Authority code of a staff member (登记机关), 310000 for the city."""
    roles: frozenset[str] = frozenset()
    session_ref: str = ""

    @property
    def is_person(self) -> bool:
        return self.kind is ActorKind.PERSON

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    def has_role(self, role: StaffRole) -> bool:
        return self.kind is ActorKind.STAFF and role in self.roles

    @classmethod
    def system(cls, name: str) -> Actor:
        """The system itself: a job, a sweep, an import."""
        return cls(kind=ActorKind.SYSTEM, ref=f"system:{name}", name="系统")

    @classmethod
    def service(cls, name: str) -> Actor:
        """Another system that calls us."""
        return cls(kind=ActorKind.SERVICE, ref=f"service:{name}", name=name)


class Forbidden(Exception):
    """The actor may not do this. Views answer 404 where the thing itself is not to be seen, 403 otherwise."""

    def __init__(self, message: str = "您没有办理这一事项的权限。") -> None:
        super().__init__(message)
        self.message = message


class NotVisible(Exception):
    """To this actor the thing does not exist (404)."""
