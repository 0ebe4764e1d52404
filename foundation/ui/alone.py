"""The gallery by itself, without a database: settings, URLs and a small server. `python -m foundation.ui.alone [port]`"""

from __future__ import annotations

import os
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import include, path

if __name__ == "__main__":
    os.environ["SANDBOX"] = "0"  # no clock of the stand-in, so no database

from foundation.ui.csp import policy

SECRET_KEY = "gallery-only-nothing-is-kept"  # noqa: S105  signs nothing but the CSRF cookie of fictitious forms
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "testserver"]
ROOT_URLCONF = __name__
INSTALLED_APPS = ["django.contrib.staticfiles", "foundation.ui"]
MIDDLEWARE = [
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.ui.middleware.PreferenceMiddleware",
    "foundation.ui.middleware.PageHeadersMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
CONTENT_SECURITY_POLICY = policy()
CSRF_FAILURE_VIEW = "foundation.ui.errors.csrf_failure"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "foundation.ui.context.ui"],
        },
    }
]
STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "foundation.ui.finders.PackageFinder",
]
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True


def home(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect("/ui/gallery")


urlpatterns = [path("", home), path("ui/", include("foundation.ui.urls"))]
handler400 = "foundation.ui.errors.bad_request"
handler403 = "foundation.ui.errors.permission_denied"
handler404 = "foundation.ui.errors.not_found"
handler500 = "foundation.ui.errors.server_error"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read what they need from the browser."""


def main(port: int) -> None:
    """Serve until the process is ended; the first line printed is the address."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "foundation.ui.alone"
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    handler = StaticFilesHandler(get_wsgi_application())
    with make_server("127.0.0.1", port, handler, server_class=Server, handler_class=Quiet) as server:
        print(f"http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
