"""Which patients are one person."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedlook", "store_storedsameness")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0008_assignments'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredSameness',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('said', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('where', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedmessage')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredLook',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('why', models.TextField()),
                ('at', models.DateTimeField()),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedmessage')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'one', 'other', 'message'), name='one_look'), models.UniqueConstraint(condition=models.Q(('message', None)), fields=('organisation', 'one', 'other'), name='one_look_of_ours')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
