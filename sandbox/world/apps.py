from django.apps import AppConfig


class WorldConfig(AppConfig):
    name = "sandbox.world"
    label = "world"
    verbose_name = "故事里的人和企业"
    default_auto_field = "django.db.models.BigAutoField"
