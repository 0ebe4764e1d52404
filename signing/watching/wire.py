"""The figures for the sister's pages: signed calls under /internal/watching/, JSON of the very same values."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from foundation.operations.watching import HISTORY, LIVE, QUESTION
from foundation.operations.wire import from_sister, said
from signing.watching import selectors


@from_sister
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    return said(LIVE, selectors.live())


@from_sister
@require_POST
def history(request: HttpRequest) -> HttpResponse:
    return said(HISTORY, selectors.history(QUESTION.validate_python(json.loads(request.body))))
