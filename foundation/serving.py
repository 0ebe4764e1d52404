"""The WSGI application of a project, as the server runs it behind its reverse proxy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from foundation.config import Project, config

Application = Callable[..., Any]


def application_of(project: Project) -> Application:
    """The application, which sees each visitor's own address and scheme.

    REMOTE_ADDR and the scheme are those that a trusted proxy states (X-Forwarded-For, X-Forwarded-Proto); what anybody
    else states of himself is not believed. Evidence, refused attempts and limits by address rest on it.
    """
    application: Application = wrap_wsgi_with_proxy_headers(
        get_wsgi_application(), trusted_hosts=config().trusted_proxies()
    )
    return application
