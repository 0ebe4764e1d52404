"""自备文书 that are signed here, on a page put behind them (R035)."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("materials", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(model_name="upload", name="sign_here", field=models.BooleanField(default=False)),
    ]
