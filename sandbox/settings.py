"""Settings of the sandbox, the stand-in of the outside world (挡板). It starts only where SANDBOX=1."""

from __future__ import annotations

from foundation.config import ROOT, ConfigError, Project, config
from foundation.project import shared
from foundation.ui.csp import policy

if not config().sandbox:
    raise ConfigError("挡板只在 SANDBOX=1 的环境里启动")

QIDENG_PROJECT: Project = "sandbox"
globals().update(shared(QIDENG_PROJECT))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "foundation.clock",
    "foundation.outside",
    "foundation.ui",
    "sandbox.kit",
    "sandbox.world",
    "sandbox.faults",
    "sandbox.callbacks",
    "sandbox.grants",
    "sandbox.sso",
    "sandbox.elicence",
    "sandbox.seal_maker",
    "sandbox.verification",
    "sandbox.ca",
    "sandbox.sms",
    "sandbox.onestop",
    "sandbox.chain_office",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "foundation.ui.middleware.PreferenceMiddleware",
    "foundation.ui.middleware.PageHeadersMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "DIRS": [ROOT / "sandbox" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "foundation.ui.context.ui",
                "sandbox.control.context.sandbox",
            ]
        },
    }
]
# A company seals 500 documents with one confirmation, and each 签名原文 holds its whole seal.
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
STATICFILES_DIRS = [ROOT / "sandbox" / "static"]
CSRF_FAILURE_VIEW = "foundation.ui.errors.csrf_failure"

# Pages here end in a redirect to the application that sent the person: the policy names both of them for forms.
CONTENT_SECURITY_POLICY = policy()
