from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "signing.authority"
    label = "authority"
    default_auto_field = "django.db.models.BigAutoField"
