from django.apps import AppConfig


class OnestopConfig(AppConfig):
    name = "sandbox.onestop"
    label = "onestop"
    verbose_name = "一网通办办件"
    default_auto_field = "django.db.models.BigAutoField"
