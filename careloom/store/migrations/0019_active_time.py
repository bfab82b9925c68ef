"""Signs of life of people's work, corrections of its time, and minutes that they attest."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedbeat", "store_timecorrection", "store_storedattestation")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0022_progress'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredAttestation',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('month', models.DateField()),
                ('minutes', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attestations', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'month'], name='attestation_of_patient')],
            },
        ),
        migrations.CreateModel(
            name='StoredBeat',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('span', models.CharField(max_length=32)),
                ('activity', models.CharField(max_length=16)),
                ('word', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('inputs', models.JSONField(default=list)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='beats', to='store.patient')),
                ('proposal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='beats', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'who', 'at'], name='beat_of_person'), models.Index(fields=['organisation', 'at'], name='beat_at'), models.Index(fields=['patient', 'at'], name='beat_of_patient')],
            },
        ),
        migrations.CreateModel(
            name='TimeCorrection',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('activity', models.CharField(max_length=16)),
                ('day', models.DateField()),
                ('seconds', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_corrections', to='store.patient')),
                ('proposal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='time_corrections', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'who', 'day'], name='time_correction_of_person'), models.Index(fields=['patient', 'day'], name='time_correction_of_patient')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
