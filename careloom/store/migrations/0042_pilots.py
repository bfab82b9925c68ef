"""Pilots, and everything that happened to them."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0041_versions_that_count_no_more'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredPilot',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_seed', models.BinaryField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PilotStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pilot_steps', to='store.patient')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedpilot')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what'], name='pilot_step_what')],
                'constraints': [models.UniqueConstraint(fields=('pilot', 'number'), name='one_pilot_step')],
            },
        ),
        triggers.AppendOnly(("store_storedpilot", "store_pilotstep")),
    ]
