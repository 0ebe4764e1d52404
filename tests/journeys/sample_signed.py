"""`make sample-signed`: one application of a real case, signed by two people, sealed by the company, and what openssl says.

The way is the real one: an agent opens the case and is confirmed, he and the 法定代表人 read and sign with event certificates
after showing their faces, the company seals by its e-licence. Written to build/sample: signed.pdf, and root.pem and sub.pem
as anybody can fetch them from the authority.
"""

from __future__ import annotations

import base64
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from foundation.config import ROOT
from foundation.ui.testing import NoBrowser, open_browser
from signing.pdf.openssl_check import OpensslMissing, check_files, openssl_needed
from tests.journeys.agents import asks_company, confirms, names_his_agency, opens_for
from tests.journeys.faults import Elsewhere
from tests.journeys.people import Case, People, Signer
from tests.journeys.stories import company, person
from tests.journeys.system import System, until

SAMPLE = ROOT / "build/sample"
COMPANY, AGENCY, LEADER, AGENT, LIAISON = "C30", "C31", "P07", "P24", "P05"
SIGNERS = {person(LEADER).name, person(AGENT).name, company(COMPANY).name}
"""Whose signatures the application must bear."""


@dataclass(frozen=True)
class Sample:
    """The files somebody who wants to verify needs."""

    pdf: Path
    root: Path
    sub: Path


def main() -> int:
    """0 only if the file bears the signatures it should and openssl agrees with all of them."""
    try:
        openssl_needed()
        with tempfile.TemporaryDirectory(prefix="qideng-sample-") as folder, open_browser() as browser:
            system = System(Path(folder) / "data", "sample")
            try:
                system.start()
                with People(system, browser, Elsewhere("sample")) as people:
                    sample = make_sample(people, system, SAMPLE)
            finally:
                system.end()
        opinion = check_files(sample.pdf, sample.root, sample.sub)
    except (OpensslMissing, NoBrowser) as missing:
        print(missing, file=sys.stderr)
        return 1
    if set(opinion.signers) != SIGNERS:
        print(f"签名的人不对：应当是 {'、'.join(sorted(SIGNERS))}", file=sys.stderr)
        return 1
    print(f"样例在 {SAMPLE.relative_to(ROOT)}")
    return 0 if opinion.ok else 1


def make_sample(people: People, system: System, folder: Path) -> Sample:
    """Have the application made, signed and sealed, and put it with the certificates into `folder`."""
    agent, leader = people.citizen(AGENT), people.citizen(LEADER)
    case = opened_by_agent(agent, leader)
    agent.requests_signatures(case)
    agent.enters_from_case(case)
    agent.signs()
    leader.enters_from_case(case)
    leader.signs()
    leader.enters_to_seal(case)
    leader.seals()
    folder.mkdir(parents=True, exist_ok=True)
    sample = Sample(folder / "signed.pdf", folder / "root.pem", folder / "sub.pem")
    sample.pdf.write_bytes(signed_application(case))
    for path in (sample.root, sample.sub):
        with urllib.request.urlopen(f"{system.sandbox}/ca/{path.name}", timeout=30) as answer:
            path.write_bytes(answer.read())
    return sample


def opened_by_agent(agent: Signer, leader: Signer) -> Case:
    """代办: the agent says for whom and what for, the 法定代表人 agrees, the agent fills in the rest."""
    newcomer = person(LIAISON)
    case = opens_for(agent, company(COMPANY), "liaison")
    names_his_agency(agent, company(AGENCY))
    asks_company(agent, case)
    confirms(leader, case, agent.who.name)
    agent.room(case, "liaison")
    agent.types(name=newcomer.name, id_number=newcomer.id_number, mobile=newcomer.mobile)
    agent.saves()
    agent.checks(case)
    agent.sees("都通过了，可以生成文书。")
    agent.papers(case)
    return case


def signed_application(case: Case) -> bytes:
    """The signed application as reg keeps it: no page gives it out before the case is recorded."""
    paper = "case.papers.get(doc='application', state='ready')"
    until("申请书签齐", lambda: case.ask(f"bool({paper}.signed_file_id)"))
    return base64.b64decode(case.ask(f"b64encode(file_read({paper}.signed_file)).decode()"))


if __name__ == "__main__":
    sys.exit(main())
