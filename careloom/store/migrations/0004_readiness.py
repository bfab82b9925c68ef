"""The runs of the data audit."""

import careloom.store.ids
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_readinessrun",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0003_confirmations'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReadinessRun',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=64)),
                ('report', models.JSONField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='readiness_at')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
