"""Kept counts of quality measures, who is counted in the newest, and how far one is that is being made."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0046_parallel_runs'),
    ]

    operations = [
        migrations.CreateModel(
            name='QualityProgress',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('begun', models.DateTimeField()),
                ('done', models.IntegerField()),
                ('total', models.IntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation',), name='one_quality_progress')],
            },
        ),
        migrations.CreateModel(
            name='QualityRun',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='quality_run_at')],
            },
        ),
        migrations.CreateModel(
            name='QualityCases',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('measure', models.CharField(max_length=32)),
                ('period', models.CharField(max_length=16)),
                ('sealed', models.BinaryField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='store.qualityrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'measure', 'period'], name='quality_cases_of')],
            },
        ),
        triggers.AppendOnly(("store_qualityrun",)),
    ]
