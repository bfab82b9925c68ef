"""Entries are found by their patients and kinds: without it SQLite read every entry of the site."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0021_tokens"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="entryrevision",
            index=models.Index(fields=["organisation", "patient", "kind"], name="entry_of_kind"),
        ),
    ]
