from django.apps import AppConfig


class CaConfig(AppConfig):
    name = "sandbox.ca"
    label = "ca"
    verbose_name = "电子认证机构"
    default_auto_field = "django.db.models.BigAutoField"
