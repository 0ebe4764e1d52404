from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "signing.api"
    label = "signing_api"
    default_auto_field = "django.db.models.BigAutoField"
