"""Compliance packs, what people answered for them, and legal holds."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0051_registry'),
    ]

    operations = [
        migrations.CreateModel(
            name='LegalHold',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='store.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LegalHoldEnd',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='store.legalhold')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredAnswer',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('key', models.CharField(max_length=128)),
                ('answer', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'key', 'at'], name='compliance_answer_key')],
            },
        ),
        migrations.CreateModel(
            name='StoredPack',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('made', models.DateTimeField()),
                ('who', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'made'], name='compliance_pack_made')],
            },
        ),
        triggers.AppendOnly(
            ("store_storedpack", "store_storedanswer", "store_legalhold", "store_legalholdend")
        ),
    ]
