"""What `make sample-signed` makes holds for the openssl command line, and not one byte of it can be changed. R139, R141."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from signing.pdf.openssl_check import main as openssl_check
from signing.pdf.openssl_check import openssl_opinion
from tests.journeys.looks import Looks
from tests.journeys.people import People
from tests.journeys.sample_signed import SIGNERS, make_sample
from tests.journeys.system import System

pytestmark = pytest.mark.journey


class AgentPages(Looks):
    """Only the pages of an agent are looked at: the others are looked at where the liaison changes."""

    def see(self, page: Page, name: str) -> None:
        if name.startswith("agent"):
            super().see(page, name)


@pytest.fixture
def people(system: System, browser: Browser) -> Iterator[People]:
    looks = AgentPages("sample")
    with People(system, browser, looks) as all_of_them:
        yield all_of_them
    looks.assert_clean()


@pytest.mark.row("R139", part="验章")
@pytest.mark.row("R141", part="PDF签名有效性验证")
@pytest.mark.row("R003", part="建立代理人与申请主体的法律关系")
def test_two_people_sign_the_company_seals_and_openssl_agrees(people: People, system: System, tmp_path: Path) -> None:
    sample = make_sample(people, system, tmp_path)
    root, sub, signed = sample.root.read_text(), sample.sub.read_text(), sample.pdf.read_bytes()
    opinion = openssl_opinion(signed, root, [sub])
    assert [str(step) for step in opinion.steps if not step.ok] == []
    assert (set(opinion.signers), len(opinion.signers)) == (SIGNERS, 3)
    files = [str(sample.pdf), str(sample.root), str(sample.sub)]
    assert openssl_check(files) == 0

    last_value = signed.rindex(b"/Contents <")
    for at in (12, len(signed) // 3, len(signed) // 2, last_value + 60, last_value + 1800, len(signed) - 3):
        sample.pdf.write_bytes(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
        assert openssl_check(files) == 1, at
