"""Parallel runs, everything that happened to them, and the documents of their cases."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0045_failure_steps'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredRun',
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
            name='RunStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedrun')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'number'), name='one_run_step')],
            },
        ),
        migrations.CreateModel(
            name='RunDocument',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('case', models.CharField(max_length=32)),
                ('side', models.CharField(max_length=8)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='run_document', to='store.storedproposal')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='store.storedrun')),
            ],
            options={
                'abstract': False,
            },
        ),
        triggers.AppendOnly(("store_storedrun", "store_runstep", "store_rundocument")),
    ]
