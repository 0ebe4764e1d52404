"""Bad days while people sign: an authority that is away, callbacks that never come, come late or twice, a stop and a start."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.cases import Case
from tests.journeys.faults import form_of, number, pages_away
from tests.journeys.filling import with_papers
from tests.journeys.looks import Looks
from tests.journeys.outside import Outside
from tests.journeys.people import People, Signer
from tests.journeys.stories import company
from tests.journeys.system import System, until

pytestmark = pytest.mark.journey
SIGNED = "SELECT count(*) FROM ceremonies_signaturerecord WHERE business_no = %s AND counted"
ASKING = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    " AND task_name ~ '(verification_ask|seal_ask|ceremony_run)$'"
)
UNTOLD = (
    "SELECT count(*) FROM outbox_outboxmessage m JOIN tasks_batch b ON b.id = (m.payload ->> 'batch')::bigint"
    " WHERE m.event = 'BatchMoved' AND m.delivered_at IS NULL AND b.ref LIKE %s"
)


class Signing:
    """What 电子签名 and reg have written down about one case."""

    def __init__(self, system: System, case: Case) -> None:
        self.system, self.case = system, case

    def signatures(self) -> int:
        """Signatures that count."""
        return number(self.system, "signing", SIGNED, self.case.number)

    def refused(self) -> int:
        """Attempts that were refused and recorded."""
        return number(self.system, "signing", "SELECT count(*) FROM guard_refusedattempt")

    def steps(self) -> int:
        """Lines in the 办件记录 that say that somebody signed."""
        return int(self.case.ask("case.steps.filter(kind='signed').count()"))

    def slots(self, name: str) -> list[str]:
        """States of somebody's signatures as reg knows them."""
        said = self.case.ask("[[s.signer_name, s.state] for s in Slot.objects.filter(paper__case=case)]")
        return [state for who, state in said if who == name]

    def idle(self) -> None:
        """Wait until both have dealt with everything they were told about this case."""
        until("签名任务办完", lambda: not number(self.system, "signing", ASKING))
        until("登记系统都知道了", lambda: not number(self.system, "signing", UNTOLD, f"{self.case.number}-%"))


def closes_after(signer: Signer, button: str) -> None:
    """Tap a button of somebody else's page and close the browser: the way back to us is never taken."""
    answer = form_of(signer, button).send()
    assert answer.status_code == 302, answer.text[:2000]


def comes_late_and_twice(outside: Outside, signing: Signing, system: str) -> None:
    """Callbacks that were held back come after all, and once more: nothing is done twice, and nobody is accused."""
    held = [one["id"] for one in outside.callbacks(system) if one["state"] == "held"]
    assert held, "nothing was held back"
    before = signing.signatures(), signing.refused()
    for _ in range(2):
        for callback in held:
            outside.callback_again(callback)
        until("回调送到", lambda: all(c["state"] == "delivered" for c in outside.callbacks(system) if c["id"] in held))
        signing.idle()
    assert (signing.signatures(), signing.refused()) == before


@pytest.mark.row("R149", part="签名状态控制")
def test_signing_outlives_an_absent_authority_lost_callbacks_and_a_restart(
    passers: People, outside: Outside, system: System, looks: Looks
) -> None:
    applicant = passers.citizen("P58")
    case = with_papers(applicant, company("C31"), "P21")
    signing = Signing(system, case)
    applicant.requests_signatures(case)

    # the authority is away and the camera's callback is lost: the signer is told for whom we wait
    applicant.enters_from_case(case)
    applicant.reads_to_sign()
    applicant.proves_identity()
    ceremony = applicant.page.url
    outside.fault("verification", callback="never")
    outside.fault("ca", "down")
    applicant.presses("去刷脸")
    closes_after(applicant, "本人通过")
    applicant.goes_to(ceremony)
    applicant.sees("正在等多源认证的结果")
    applicant.sees("等认证机构")
    looks.see(applicant.page, "authority-away")
    assert signing.signatures() == 0
    outside.fault("ca", "ok")
    applicant.sees("签名都签好了")
    mine = signing.signatures()
    assert mine > 0
    comes_late_and_twice(outside, signing, "verification")

    # everything is stopped and started in the middle: all of it is still there, nobody logs in again
    system.stop()
    system.start()
    applicant.goes_to(f"{case.url}/sign")
    applicant.sees("李𬎆赟")
    assert set(signing.slots("凤备案")) == {"signed"}
    assert signing.signatures() == mine

    # nobody at reg answers while the second one signs: reg asks by itself, and what comes late changes nothing
    newcomer = passers.stranger("P21")
    newcomer.enters_by_home()
    newcomer.picks_case(case)
    newcomer.reads_to_sign()
    newcomer.proves_identity()
    outside.fault("verification", callback="twice")
    with pages_away(system, "reg"):
        newcomer.presses("去刷脸")
        closes_after(newcomer, "本人通过")
        until("登记系统自己问到签名", lambda: set(signing.slots("李𬎆赟")) == {"signed"})
    signing.idle()
    both = signing.signatures()
    assert both == mine + len(signing.slots("李𬎆赟"))
    assert signing.steps() == both

    # the e-licence tells nobody that it sealed: it is asked
    outside.fault("elicence", callback="never")
    applicant.enters_to_seal(case)
    applicant.reads_to_seal()
    closes_after(applicant, "盖章")
    applicant.returns_until(f"{case.url}/sign", "签齐了，可以提交")
    comes_late_and_twice(outside, signing, "elicence")
    everything = int(case.ask("Slot.objects.filter(paper__case=case).count()"))
    assert signing.signatures() == signing.steps() == everything
    assert case.ask("case.steps.filter(kind__startswith='all_signed').count()") == 1

    applicant.goes_to(f"{case.url}/sign")
    applicant.presses("提交申请")
    applicant.sees("已提交")
    expect(applicant.page.locator("body")).to_be_visible()
    assert case.state == "submitted"
