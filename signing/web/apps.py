from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "signing.web"
    label = "signing_web"
    default_auto_field = "django.db.models.BigAutoField"
