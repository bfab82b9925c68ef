"""Which forms that count once were taken."""

import careloom.store.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("store", "0027_calls"),
    ]

    operations = [
        migrations.CreateModel(
            name="TakenForm",
            fields=[
                ("id", models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("organisation", models.CharField(editable=False, max_length=64)),
                ("name", models.CharField(max_length=32)),
                ("who", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "at"], name="form_at")],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="one_form")],
            },
        ),
    ]
