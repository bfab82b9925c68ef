"""Fingerprints of notes' texts."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_notemark",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0009_sameness'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoteMark',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('entry', models.CharField(max_length=32)),
                ('mark', models.CharField(db_index=True, max_length=64)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'entry', 'patient', 'mark'), name='one_note_mark')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
