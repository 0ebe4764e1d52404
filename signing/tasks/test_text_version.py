"""文字版: shown as the document, and counted as read, only where it says what the file says. R143."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from foundation.pdf.testing import small_pdf
from signing.guard.models import Reason, RefusedAttempt
from signing.tasks.fetching import document_fetch
from signing.tasks.models import Document, Reading
from signing.testing import PERSONS, Browser, Caller, World, batch, document, slot

Enter = Callable[..., Browser]
SAYS = ("Capital raised to 9000000 yuan", "Paid before 2027 12 31", "Signed by all shareholders")


def printed(pdf: pikepdf.Pdf) -> None:
    for line, words in enumerate(SAYS):
        text = b" BT /F1 12 Tf 60 %d Td (%s) Tj ET" % (300 - 30 * line, words.encode())
        page = pdf.pages[0]
        page.obj.Contents = pdf.make_stream(page.obj.Contents.read_bytes() + text)


SAME = "\n".join(["Page 1", *SAYS, "Page 2"])


def fetched(reg: Caller, world: World, text: str) -> Document:
    """A paper of two pages that came in with this text, looked at by the child processes."""
    body: dict[str, Any] = document(world, "D1", [slot(PERSONS["P13"])])
    pdf = world.files["files/D1"] = small_pdf(2, spoil=printed)
    body |= {"text": text, "sha256": hashlib.sha256(pdf).hexdigest()}
    assert reg.order(batch(world, [body])).status_code == 201
    document_fetch(document_id=Document.objects.get().pk)
    return Document.objects.get()


def read_as_text(browser: Browser, paper: Document) -> str:
    return browser.get(f"{browser.url(paper)}text/").content.decode()


def signs(browser: Browser, paper: Document) -> int:
    return int(browser.tap(paper).status_code)


@pytest.mark.row("R149", part="待签名文书展示")
def test_a_text_that_says_the_same_is_shown_and_counts_as_read(reg: Caller, world: World, enter: Enter) -> None:
    paper, browser = (
        fetched(reg, world, SAME.replace("yuan", "yuan,\u200b").replace("9000000", "９００００００")),
        enter("P13"),
    )
    assert (paper.state, paper.text_checked, paper.text_problem) == ("open", True, "")
    page = read_as_text(browser, paper)
    assert "９００００００" in page, "as the client wrote it"
    assert "已经和文书核对，字和数字都对得上" in page
    assert Reading.objects.get().pages == [1, 2]
    assert signs(browser, paper) == 302
    assert not RefusedAttempt.objects.exists()


@pytest.mark.row("R149", part="待签名文书展示")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        (SAME.replace("9000000", "8000000"), "数字的多少或者先后对不上"),
        (SAME.replace(SAYS[1], ""), "文件里有 5 处文字，文字版里没有"),
        (SAME + "\nNobody owes anything", "文字版里有 3 处文字，文件里没有"),
        ("股东会决议全文", "文字版里有 1 处文字，文件里没有"),
    ],
    ids=["another amount", "a paragraph less", "a paragraph more", "something else"],
)
def test_a_text_that_says_something_else_is_never_shown_and_the_pages_are_to_be_looked_at(
    reg: Caller, world: World, enter: Enter, text: str, why: str
) -> None:
    paper, browser = fetched(reg, world, text), enter("P13")
    assert (paper.state, paper.text_checked) == ("open", False)
    assert why in paper.text_problem
    attempt = RefusedAttempt.objects.get()
    assert (attempt.reason, attempt.obj_kind, attempt.obj_ref) == (Reason.TEXT_DIFFERS, "document", "D1")
    assert attempt.details["batch"] == "B1"
    assert int(attempt.details["unsaid"]) + int(attempt.details["unprinted"]) + int(attempt.details["figures"]) > 0
    page = read_as_text(browser, paper)
    assert all(words in page for words in SAYS), "what the file says"
    assert "8000000" not in page
    assert "Nobody owes" not in page
    assert "股东会决议全文" not in page
    counts_for_nothing(browser, paper, page)


def test_what_is_taken_from_the_file_where_none_was_sent_counts_for_nothing(
    reg: Caller, world: World, enter: Enter
) -> None:
    paper, browser = fetched(reg, world, ""), enter("P13")
    assert (paper.text_checked, paper.text_problem) == (False, "")
    page = read_as_text(browser, paper)
    assert SAYS[0] in page
    counts_for_nothing(browser, paper, page)
    assert not RefusedAttempt.objects.exists()


def counts_for_nothing(browser: Browser, paper: Document, page: str) -> None:
    assert "对得上" not in page
    assert "每一页图片都要看" in page
    assert Reading.objects.get().pages == []
    assert signs(browser, paper) == 422
    browser.read(paper)
    assert signs(browser, paper) == 302
