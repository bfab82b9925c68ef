"""Alarms with what happened to each, and who answers for what."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0049_site_rules'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredAlarm',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('cause', models.CharField(max_length=128)),
                ('number', models.IntegerField()),
                ('severity', models.CharField(max_length=16)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='alarm_at')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'cause', 'number'), name='one_alarm_of_cause')],
            },
        ),
        migrations.CreateModel(
            name='AlarmStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('alarm', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedalarm')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what'], name='alarm_step_what')],
                'constraints': [models.UniqueConstraint(fields=('alarm', 'number'), name='one_alarm_step')],
            },
        ),
        migrations.CreateModel(
            name='StoredOwner',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('duty', models.CharField(max_length=64)),
                ('user', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'duty', 'at'], name='owner_of_duty')],
            },
        ),
        triggers.AppendOnly(("store_storedalarm", "store_alarmstep", "store_storedowner")),
    ]
