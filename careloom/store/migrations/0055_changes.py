"""Changes of what drafts are made with: their plans, what happened to them, and live drafts that were made beside."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0054_programme'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredChange',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('release', models.CharField(max_length=32)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ShadowCase',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shadows', to='store.storedproposal')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='store.storedchange')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('of', 'proposal'), name='one_shadow_case')],
            },
        ),
        migrations.CreateModel(
            name='StoredChangeStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedchange')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what'], name='change_step_what')],
                'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='one_change_step')],
            },
        ),
        triggers.AppendOnly(("store_storedchange", "store_storedchangestep", "store_shadowcase")),
    ]
