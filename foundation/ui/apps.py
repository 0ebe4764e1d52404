"""The `ui` app. What a project adds to its settings:

    INSTALLED_APPS       += ["django.contrib.staticfiles", "foundation.ui"]
    MIDDLEWARE           GZipMiddleware first, WhiteNoise, … , "foundation.ui.middleware.PreferenceMiddleware",
                         "foundation.ui.middleware.PageHeadersMiddleware", "csp.middleware.CSPMiddleware"
    context_processors   += ["django.template.context_processors.request", "foundation.ui.context.ui"]
    TEMPLATES OPTIONS    "builtins": ["foundation.ui.templatetags.q"] is optional; templates say {% load q %}
    CONTENT_SECURITY_POLICY = foundation.ui.csp.policy()
    STATICFILES_FINDERS  = [FileSystemFinder, AppDirectoriesFinder, "foundation.ui.finders.PackageFinder"]
                         (the few files of npm packages that pages use; in place of STATICFILES_DIRS)
    STORAGES["staticfiles"] = {"BACKEND": "foundation.ui.storage.StaticStorage"}   (hashed names, brotli and gzip)
    CSRF_FAILURE_VIEW    = "foundation.ui.errors.csrf_failure"
    LANGUAGE_CODE        = "zh-hans"; TIME_ZONE = "Asia/Shanghai"; USE_TZ = True
    UI_UNREAD            = "dotted.path" of a function(request) -> int, optional: unread messages, asked only when shown
    UI_LAW_URL           = "dotted.path" of a function(title: str, article: str) -> str | None, optional: `|law` links

and to its URLs: path("ui/", include("foundation.ui.urls")) and, in the root URLconf,

    handler400 = "foundation.ui.errors.bad_request"
    handler403 = "foundation.ui.errors.permission_denied"
    handler404 = "foundation.ui.errors.not_found"
    handler500 = "foundation.ui.errors.server_error"
"""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "foundation.ui"
    label = "ui"
