from django.apps import AppConfig


class FaultsConfig(AppConfig):
    name = "sandbox.faults"
    label = "faults"
    verbose_name = "故障和收到的请求"
    default_auto_field = "django.db.models.BigAutoField"
