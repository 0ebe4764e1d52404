from django.apps import AppConfig


class ElicenceConfig(AppConfig):
    name = "sandbox.elicence"
    label = "elicence"
    verbose_name = "电子营业执照"
    default_auto_field = "django.db.models.BigAutoField"
