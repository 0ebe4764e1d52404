"""Counts requests and their time, by view and never by address (addresses may name people)."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from foundation.health.metrics import REQUESTS, SECONDS


class MetricsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = match.view_name or match._func_path if match else "none"
        REQUESTS.labels(view, request.method or "", response.status_code).inc()
        SECONDS.labels(view).observe(time.perf_counter() - began)
        return response
