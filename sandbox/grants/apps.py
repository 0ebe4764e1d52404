from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "sandbox.grants"
    label = "grants"
    verbose_name = "授权码"
    default_auto_field = "django.db.models.BigAutoField"
