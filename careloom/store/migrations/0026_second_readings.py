"""Second readings: policy in versions, which documents are read again, and what happened to each."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedpolicy", "store_storedsecond", "store_secondstep")


def identity():
    return ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False))


def organisation():
    return ('organisation', models.CharField(editable=False, max_length=64))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0024_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredPolicy',
            fields=[
                identity(),
                organisation(),
                ('version', models.IntegerField()),
                ('content', models.JSONField(default=dict)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_seed', models.BinaryField()),
                ('sealed_why', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['organisation', 'version'], name='one_policy_version')],
            },
        ),
        migrations.CreateModel(
            name='StoredSecond',
            fields=[
                identity(),
                organisation(),
                ('first', models.CharField(max_length=64)),
                ('grounds', models.JSONField(default=list)),
                ('mode', models.CharField(max_length=8)),
                ('policy', models.IntegerField()),
                ('reach', models.IntegerField()),
                ('base', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='second', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SecondStep',
            fields=[
                identity(),
                organisation(),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=8)),
                ('whom', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedsecond')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=['second', 'number'], name='one_second_step')],
                'indexes': [models.Index(fields=['organisation', 'what', 'at'], name='second_step_at')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
