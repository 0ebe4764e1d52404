"""多证合一: recordals of other departments that go with a registration, as far as the 经营范围 tells. R025 (CC06), R026-R032."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from reg.catalog.source import DATA, read_yaml

EVERY_COMPANY = "*"
HINT = "hint"


@dataclass(frozen=True)
class MultiCert:
    """One recordal."""

    code: str
    name: str
    department: str
    triggers: frozenset[str]
    """规范表述 of the business scope that need it; `*`: every company has it."""
    branch_only: bool
    kind: str
    """`hint`: worth knowing, nothing to fill in."""


@cache
def multi_certs() -> tuple[MultiCert, ...]:
    """All recordals in the order of the file."""
    return tuple(
        MultiCert(
            code=row["code"],
            name=row["name"],
            department=row["department"],
            triggers=frozenset(row["trigger"]),
            branch_only=row.get("entity") == "branch",
            kind=row.get("kind", ""),
        )
        for row in read_yaml(DATA / "multi_cert.yaml")["items"]
    )


def concerned(scope: Iterable[str], *, branch: bool = False) -> tuple[MultiCert, ...]:
    """The recordals that an enterprise with this 经营范围 has besides those that everybody has: a change of what they
    repeat (name, domicile, legal representative) concerns them."""
    items = {item.strip() for item in scope}
    return tuple(
        cert
        for cert in multi_certs()
        if cert.kind != HINT and (branch or not cert.branch_only) and cert.triggers & items
    )
