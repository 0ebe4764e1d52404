from django.apps import AppConfig


class NamingConfig(AppConfig):
    name = "reg.naming"
    label = "naming"
    default_auto_field = "django.db.models.BigAutoField"
