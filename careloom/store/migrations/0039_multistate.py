"""Whether a nurse's licence is a multistate one of the Nurse Licensure Compact."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("store", "0038_unfilings")]

    operations = [
        migrations.AddField("user", "licence_multistate", models.BooleanField(default=False)),
    ]
