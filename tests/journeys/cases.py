"""A case as the journeys follow it."""

from __future__ import annotations

from typing import Any

from tests.journeys.stories import Company
from tests.journeys.system import System


class Case:
    """A case under its number, with what no page shows."""

    def __init__(self, system: System, number: str, of: Company) -> None:
        self.system = system
        self.number = number
        self.company = of
        self.url = f"{system.reg}/cases/{number}"
        self.desk_url = f"{system.reg}/desk/cases/{number}"

    def ask(self, expression: str) -> Any:
        """An expression about `case` inside reg."""
        return self.system.ask(f"(lambda case: {expression})(Case.objects.get(number={self.number!r}))")

    @property
    def state(self) -> str:
        return str(self.ask("case.state"))

    def waiting(self) -> set[str]:
        """Names of those whose signature or seal is still to come."""
        return set(
            self.ask(
                "[s.signer_name for s in Slot.objects.filter(paper__case=case).exclude(state='signed')"
                ".exclude(paper__state='superseded')]"
            )
        )

    def papers(self) -> dict[str, dict[str, Any]]:
        """Current papers by document and party: id, revision, hash, whether signed."""
        rows = self.ask(
            "[[p.doc + ':' + p.party, dict(id=p.pk, revision=p.revision, hash=p.input_hash, pages=p.pages,"
            " title=p.title, file=p.signed_file and p.signed_file.sha256, signers=[s.signer_name for s in"
            " p.signatures.all()])] for p in case.papers.exclude(state='superseded').exclude(doc='notice').order_by('pk')]"
        )
        return dict(rows)
