"""What shapes drafts, each version by its hash, and the set that each draft was made with."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0050_alarms'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegisteredPart',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=200)),
                ('version', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('release', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('kept', models.BooleanField(default=False)),
                ('sealed', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'name', 'version', 'sha256'), name='one_registered_part')],
            },
        ),
        migrations.CreateModel(
            name='RegisteredSet',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('parts', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'sha256'), name='one_registered_set')],
            },
        ),
        migrations.CreateModel(
            name='DraftVersions',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('change', models.CharField(max_length=32)),
                ('made', models.DateTimeField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'sha256'], name='draft_versions_set'), models.Index(fields=['organisation', 'change', 'made'], name='draft_versions_change')],
            },
        ),
        triggers.AppendOnly(("store_registeredpart", "store_registeredset", "store_draftversions")),
    ]
