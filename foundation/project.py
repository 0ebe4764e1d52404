"""Settings that the three projects share. A project's settings.py starts with `globals().update(shared("reg"))`."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from foundation.config import Project, config
from foundation.logs import logging_settings
from foundation.ui.csp import policy as csp_policy


def shared(project: Project) -> dict[str, Any]:
    """Django settings of `project`, all but its own apps, URLs and subscriptions."""
    here = config()
    secure = here.base_url(project).startswith("https:")
    return {
        "QIDENG_PROJECT": project,
        "SECRET_KEY": here.secret(project, "secret_key"),
        "DEBUG": False,
        "ALLOWED_HOSTS": [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
        or [
            "127.0.0.1",
            "localhost",
            "[::1]",
            here.public_host,
            *([] if here.mode == "production" else ["testserver"]),
        ],
        "DATABASES": {"default": _database(project)},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "zh-hans",
        "TIME_ZONE": "Asia/Shanghai",
        "USE_TZ": True,
        "USE_I18N": True,
        "STATIC_URL": "/static/",
        "STATIC_ROOT": str(here.data_dir / "static" / project),
        "STATICFILES_FINDERS": [
            "django.contrib.staticfiles.finders.FileSystemFinder",
            "django.contrib.staticfiles.finders.AppDirectoriesFinder",
            "foundation.ui.finders.PackageFinder",
        ],
        "STORAGES": {
            "default": {
                "BACKEND": "foundation.files.storage.DurableStorage",
                "OPTIONS": {
                    "location": str(here.data_dir / "store" / project),
                    "file_permissions_mode": 0o600,
                    "directory_permissions_mode": 0o700,
                },
            },
            "staticfiles": {"BACKEND": "foundation.ui.storage.StaticStorage"},
        },
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entry"}},
        "SESSION_ENGINE": "foundation.identity.store",
        "SESSION_COOKIE_NAME": f"{project}_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_AGE": int(timedelta(hours=12).total_seconds()),
        "CSRF_COOKIE_NAME": f"{project}_csrf",
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_TRUSTED_ORIGINS": [here.base_url(project)],
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 2 * 1024 * 1024,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 3000,
        "FILE_UPLOAD_MAX_MEMORY_SIZE": 512 * 1024,
        "PASSWORD_HASHERS": ["foundation.identity.hashers.SmallArgon2"],
        "WSGI_APPLICATION": f"{project}.wsgi.application",
        "CONTENT_SECURITY_POLICY": csp_policy(),
        "CSRF_FAILURE_VIEW": "foundation.ui.errors.csrf_failure",
        "LOGGING": logging_settings(project, os.environ.get("LOG_LEVEL", "INFO")),
        "ROOT_URLCONF": f"{project}.urls",
        "PROCRASTINATE_IMPORT_PATHS": [
            "foundation.audit.checking",
            "foundation.notify.services",
            "foundation.outside.lookups",
        ],
        "SILENCED_SYSTEM_CHECKS": [],
    }


def _database(project: Project) -> dict[str, Any]:
    entry = config().database(project)
    options: dict[str, Any] = {"application_name": f"qideng-{project}"}
    if os.environ.get("DB_POOL"):
        options["pool"] = {"min_size": 1, "max_size": int(os.environ["DB_POOL"]), "timeout": 10}
    return {
        **entry,
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        # a pooled connection is looked at when it is lent: after a restart of the database the first page stands again
        "CONN_HEALTH_CHECKS": "pool" in options,
        "TEST": {"NAME": f"test_{project}"},
    }
