"""Whose a waiting document is: steps, who has one open, and absences."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_turnstep", "store_absencestep")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0019_active_time'),
    ]

    operations = [
        migrations.CreateModel(
            name='AbsenceStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('person', models.CharField(max_length=64)),
                ('cover', models.CharField(max_length=64)),
                ('first', models.DateField()),
                ('last', models.DateField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('ends', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='ended_by', to='store.absencestep')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'last'], name='absence_until')],
            },
        ),
        migrations.CreateModel(
            name='OpenReview',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('since', models.DateTimeField()),
                ('seen', models.DateTimeField()),
                ('page', models.IntegerField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='open_review', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TurnStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('what', models.CharField(max_length=16)),
                ('whom', models.CharField(blank=True, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='turns', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['proposal', 'at'], name='turn_of_proposal')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
