"""The address that evidence and limits go by is the visitor's own, also behind the reverse proxy. R148, R141."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from signing.guard.models import RefusedAttempt
from signing.wsgi import application


@pytest.mark.django_db(transaction=True)
def test_a_refused_ticket_is_recorded_under_the_address_of_who_came() -> None:
    came = RequestFactory().get("/enter/made-up/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7")
    list(application(came.environ, lambda status, headers, exc=None: None))
    assert list(RefusedAttempt.objects.values_list("address", flat=True)) == ["203.0.113.7"]
