"""Settings of 电子签名. What all projects share comes from foundation.project; the rest stands here."""

from __future__ import annotations

from foundation.config import Project
from foundation.project import shared

QIDENG_PROJECT: Project = "signing"
QIDENG_QUEUES = ["default", "outbox", "notify", "signing"]
globals().update(shared(QIDENG_PROJECT))

QIDENG_SUBSCRIPTIONS = "signing.subscriptions"
QIDENG_PORTS = "signing.integrations.ports"
QIDENG_OPERATIONS = "signing.operations"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "django_htmx",
    "foundation.clock",
    "foundation.audit",
    "foundation.outbox",
    "foundation.jobs",
    "foundation.outside",
    "foundation.files",
    "foundation.identity",
    "foundation.notify",
    "foundation.ui",
    "signing.guard",
    "signing.tasks",
    "signing.ceremonies",
    "signing.seals",
    "signing.authority",
    "signing.evidence",
    "signing.inspection",
    "signing.entry",
    "signing.watching",
    "signing.api",
    "signing.web",
]

MIDDLEWARE = [
    "foundation.files.middleware.UploadLimitMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "foundation.ui.middleware.PreferenceMiddleware",
    "foundation.ui.middleware.PageHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "foundation.identity.middleware.ActorMiddleware",
    "signing.entry.middleware.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "foundation.ui.context.ui",
            ],
            "builtins": ["foundation.ui.templatetags.q"],
        },
    }
]

AUTH_USER_MODEL = "identity.StaffUser"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

DATA_UPLOAD_MAX_MEMORY_SIZE = 21 * 1024 * 1024
"""A file for the PDF check is the body of its request (R147); 20 MB is the most a file may have."""
QIDENG_MOST_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE
"""Nothing that is sent here is larger: one file, and a form around it."""
