from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "sandbox.kit"
    label = "kit"
    verbose_name = "接口的共同部分"
    default_auto_field = "django.db.models.BigAutoField"
