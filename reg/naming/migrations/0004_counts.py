from django.db import migrations


class Migration(migrations.Migration):
    """How many different keys there are: a sample of a skewed column sees far too few, and a question then reads every name.

    Negative values are shares of the rows. Measured on invented names: docs/names-at-100-million.md.
    """

    dependencies = [
        ('naming', '0003_reservation_for_a_case'),
    ]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE naming_namekey ALTER key SET (n_distinct = -0.4), ALTER name_id SET (n_distinct = -0.12)',
            'ALTER TABLE naming_namekey ALTER key RESET (n_distinct), ALTER name_id RESET (n_distinct)',
        ),
    ]
