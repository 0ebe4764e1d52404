from django.apps import AppConfig


class OutsideConfig(AppConfig):
    name = "foundation.outside"
    label = "outside"
    default_auto_field = "django.db.models.BigAutoField"
