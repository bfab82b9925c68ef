"""Approvals of texts."""

import careloom.store.ids
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_textapproval",)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0013_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="TextApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.CharField(editable=False, max_length=64)),
                ("text", models.CharField(max_length=128)),
                ("digest", models.CharField(max_length=64)),
                ("approved", models.BooleanField()),
                ("who", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=32)),
                ("licence", models.CharField(max_length=128)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "text", "at"], name="approval_of_text")],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
