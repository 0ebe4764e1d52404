"""Settings of the registration system. What all projects share comes from foundation.project; the rest stands here."""

from __future__ import annotations

from foundation.config import Project, config
from foundation.project import shared

QIDENG_PROJECT: Project = "reg"
QIDENG_QUEUES = ["default", "outbox", "lookups", "notify", "papers", "signing", "callbacks"]
globals().update(shared(QIDENG_PROJECT))

QIDENG_SUBSCRIPTIONS = "reg.subscriptions"
QIDENG_PORTS = "reg.integrations.ports"
QIDENG_OPERATIONS = "reg.backoffice.operations"
QIDENG_FACE = config().face

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "pgtrigger",
    "axes",
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
    "reg.entities",
    "reg.naming",
    "reg.declarations",
    "reg.casefile",
    "reg.items",
    "reg.compliance",
    "reg.materials",
    "reg.cases",
    "reg.review",
    "reg.backoffice",
]

MIDDLEWARE = [
    "foundation.health.middleware.MetricsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
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
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # the audit trail has every log-in
AXES_SENSITIVE_PARAMETERS = ["code", "csrfmiddlewaretoken"]
AXES_LOCKOUT_CALLABLE = "reg.review.web.login.as_answered"

UI_UNREAD = "reg.cases.web.context.unread"

PROCRASTINATE_IMPORT_PATHS = [
    "foundation.audit.checking",
    "foundation.notify.services",
    "foundation.outside.lookups",
    "reg.cases.cards",
]
