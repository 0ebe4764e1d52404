"""连锁总部业务系统 as somebody of the head office uses it: he has papers signed and looks how they stand."""

from __future__ import annotations

from tests.journeys.people import Someone


def orders(office: Someone, head: str, *, documents: int, cases: int, seal: bool = False, **people: str) -> str:
    """发起签署 for a head office, by code; `people`: signer, principal, second, by code. Its page stands open; its number."""
    office.goes_to(f"{office.system.sandbox}/chain/new/")
    for name, code in {"company": head, **people}.items():
        office.page.locator(f"select[name={name}]").select_option(value=code)
    if seal:
        office.ticks("#id_seal")
    office.types(documents=str(documents), cases=str(cases))
    office.look("form")
    office.presses("做好文书，请人签")
    office.sees(f"{documents} 份文书，签齐 0 份")
    return office.page.url.strip("/").rsplit("/", 1)[1]


def signed_paper(office: Someone) -> bytes:
    """The first signed file on the page that stands open."""
    link = office.page.locator("a[href*='/chain/papers/']").first.get_attribute("href")
    return office.page.request.get(f"{office.system.sandbox}{link}").body()
