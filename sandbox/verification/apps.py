from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "sandbox.verification"
    label = "verification"
    verbose_name = "多源认证"
    default_auto_field = "django.db.models.BigAutoField"
