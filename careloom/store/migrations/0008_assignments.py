"""Whose scans are that name nobody for certain."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_assignment",)


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0007_pulls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.CharField(editable=False, max_length=64)),
                ("who", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="store.storedmessage",
                    ),
                ),
                (
                    "patient",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assigned",
                        to="store.patient",
                    ),
                ),
            ],
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
