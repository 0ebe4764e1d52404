"""Two small layers: keep the chosen look, and send the headers every page has."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_vary_headers

from foundation.config import config
from foundation.ui import errors
from foundation.ui.preferences import SHELL_COOKIE, Preference, shell_of

GetResponse = Callable[[HttpRequest], HttpResponse]
CHOICES = ("care", "theme")
HEADERS = {
    "Permissions-Policy": "camera=(self), fullscreen=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class PreferenceMiddleware:
    """`?care=1`, `?theme=dark` become a cookie and leave the address; `?shell=wechat` is remembered for the visit."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"} and any(name in request.GET for name in CHOICES):
            return self._choose(request)
        response = self.get_response(request)
        if "shell" in request.GET and (shell := shell_of(request)):
            response.set_cookie(SHELL_COOKIE, shell, samesite="Lax", httponly=True, secure=request.is_secure())
        return response

    @staticmethod
    def _choose(request: HttpRequest) -> HttpResponse:
        query = request.GET.copy()
        chosen = Preference.of(request).asked(request.GET)
        for name in CHOICES:
            query.pop(name, None)
        # One leading slash: "//host" would be another site's address.
        path = "/" + request.path.lstrip("/\\")
        response = HttpResponseRedirect(f"{path}?{query.urlencode()}" if query else path)
        chosen.keep(request, response)
        return response


class PageHeadersMiddleware:
    """Security headers, `Vary` for fragments, no copies of pages with personal data; 维护中 while the file says so.

    A file `maintenance` in DATA_DIR closes the site for visitors; its first line says until when.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._sign = config().data_dir / "maintenance"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._closed(request) or self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
            response = errors.not_a_page(request, response)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ("Cookie", "HX-Request"))
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _closed(self, request: HttpRequest) -> HttpResponse | None:
        if request.path in {"/healthz", "/readyz", "/metrics"} or not self._sign.exists():
            return None
        until = self._sign.read_text("utf-8").strip().partition("\n")[0]
        return errors.maintenance(request, until=until)
