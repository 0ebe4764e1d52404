from django.apps import AppConfig


class CallbacksConfig(AppConfig):
    name = "sandbox.callbacks"
    label = "callbacks"
    verbose_name = "回调"
    default_auto_field = "django.db.models.BigAutoField"
