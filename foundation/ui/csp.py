"""What a page may load and where a form may go (内容安全策略, 等保三级)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from foundation.config import Config, config

REDIRECTED_TO = ("sso", "elicence", "verification")
"""Outside systems whose pages a person is sent to from a form of ours."""


def origin(url: str) -> str:
    """Scheme, host and port of an address: the part a policy names."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def form_targets(settings: Config, extra: Iterable[str] = ()) -> list[str]:
    """Where forms may lead: here, our other applications, and the log-in, licence and face pages.

    Browsers hold a form to this list along its redirects too, so every page that a POST redirects to is in it.
    """
    ours = [settings.base_url("reg"), settings.base_url("signing")]
    if settings.sandbox:
        ours.append(settings.base_url("sandbox"))
    outside = [settings.outside_url(system) for system in REDIRECTED_TO]
    return [SELF, *dict.fromkeys(map(origin, [*ours, *outside, *extra]))]


def policy(*, form_action: Iterable[str] = (), images: Iterable[str] = ()) -> dict[str, Any]:
    """CONTENT_SECURITY_POLICY of django-csp: nothing inline, nothing from elsewhere. `blob:` shows a photo just taken."""
    settings = config()
    directives: dict[str, Any] = {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", *images],
        "connect-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": form_targets(settings, form_action),
    }
    if settings.mode == "production":
        directives["upgrade-insecure-requests"] = True
    return {"DIRECTIVES": directives}
