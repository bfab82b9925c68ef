"""What lists tell of waiting proposals; old proposals are listed when somebody first asks for a list."""

import django.db.models.deletion
from django.db import migrations, models

import careloom.store.ids


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0020_patient_looks"),
    ]

    operations = [
        migrations.CreateModel(
            name="ListedProposal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation", models.CharField(editable=False, max_length=64)),
                ("version", models.IntegerField()),
                ("high", models.IntegerField()),
                ("moderate", models.IntegerField()),
                ("low", models.IntegerField()),
                ("automatic", models.IntegerField()),
                ("nurse", models.IntegerField()),
                ("physician", models.IntegerField()),
                ("whole", models.BooleanField()),
                ("lines", models.IntegerField()),
                ("signed", models.IntegerField()),
                ("watched_until", models.DateField(null=True)),
                ("closed", models.BooleanField()),
                ("told", models.CharField(max_length=64)),
                ("sealed", models.BinaryField()),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="store.patient"
                    ),
                ),
                (
                    "proposal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listed",
                        to="store.storedproposal",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
    ]
