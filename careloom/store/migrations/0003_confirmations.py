"""What people said of what a machine read off an image."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_confirmation",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0002_settlements'),
    ]

    operations = [
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('entry', models.CharField(max_length=32)),
                ('right', models.BooleanField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'at'], name='confirmation_patient')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
