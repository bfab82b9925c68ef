"""Receipts of what listeners took, append-only as the rest of history."""

import careloom.store.ids
import django.db.models.deletion
from careloom.store import triggers
from django.db import migrations, models

APPEND_ONLY = ("store_receipt",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0005_versions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('journal', models.CharField(max_length=64)),
                ('number', models.BigIntegerField()),
                ('control', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='store.storedmessage')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'control'], name='receipt_control')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'journal', 'number'), name='one_receipt')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
