from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "signing.watching"
    label = "watching"
    default_auto_field = "django.db.models.BigAutoField"
