"""拍身份证 as a page: what is shown while the worker reads."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.pdf.testing import picture
from reg.cases.services import case_open
from reg.cases.web.test_pages import actor_of, browser
from reg.testing import company

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("item", "rest"), [("liaison", ""), ("officers", "/rows/new")])
def test_a_card_is_never_called_read_beside_fields_of_before(item: str, rest: str) -> None:
    """The worker writes both at once. A page that looks at the card first shows it as waiting at worst."""
    client = browser("P01")
    case = case_open(actor=actor_of("P01"), entity=company("C01"), chosen=[item])
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/cases/{case.number}/items/{item}{rest}").status_code == 200
    tables = [query["sql"] for query in asked.captured_queries]
    card = next(place for place, sql in enumerate(tables) if 'FROM "casefile_cardread"' in sql)
    answer = next(place for place, sql in enumerate(tables) if 'FROM "casefile_itemanswer"' in sql)
    assert card < answer
    assert sum('FROM "casefile_cardread"' in sql for sql in tables) == 1


@pytest.mark.row("R020", part="OCR图像识别")
def test_a_picture_that_is_sent_twice_is_read_once() -> None:
    client = browser("P01")
    case = case_open(actor=actor_of("P01"), entity=company("C01"), chosen=["liaison"])

    def send(key: str) -> None:
        form = {"front": SimpleUploadedFile("card.jpg", picture()), "idempotency_key": key}
        assert client.post(f"/cases/{case.number}/items/liaison/card/one", form).status_code == 302

    for key in ("first", "first", "second"):
        send(key)
    assert case.card_reads.count() == 2
