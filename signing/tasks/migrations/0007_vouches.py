from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def registration_vouches(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """企登 logs people in by their real names itself."""
    apps.get_model("tasks", "ClientSystem").objects.filter(name="reg").update(vouches=True)


class Migration(migrations.Migration):

    dependencies = [
        ('tasks', '0006_text_checked'),
    ]

    operations = [
        migrations.AddField(
            model_name='clientsystem',
            name='vouches',
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(registration_vouches, migrations.RunPython.noop),
    ]
