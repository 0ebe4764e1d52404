from django.apps import AppConfig


class SealMakerConfig(AppConfig):
    name = "sandbox.seal_maker"
    label = "seal_maker"
    verbose_name = "制章系统"
    default_auto_field = "django.db.models.BigAutoField"
