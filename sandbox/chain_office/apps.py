from django.apps import AppConfig


class ChainOfficeConfig(AppConfig):
    name = "sandbox.chain_office"
    label = "chain_office"
    verbose_name = "连锁总部业务系统"
    default_auto_field = "django.db.models.BigAutoField"
