from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "sandbox.sso"
    label = "sso"
    verbose_name = "随申办单点登录"
    default_auto_field = "django.db.models.BigAutoField"
