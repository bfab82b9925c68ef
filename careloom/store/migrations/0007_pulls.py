"""How far other systems' servers have been read, and exports under way."""

import careloom.store.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0006_receipts'),
    ]

    operations = [
        migrations.CreateModel(
            name='PullMark',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('source', models.CharField(max_length=128)),
                ('kind', models.CharField(max_length=128)),
                ('scope', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'source', 'kind', 'scope'), name='one_mark')],
            },
        ),
        migrations.CreateModel(
            name='StoredExport',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('source', models.CharField(max_length=128)),
                ('scope', models.CharField(max_length=64)),
                ('state', models.CharField(max_length=16)),
                ('sealed', models.BinaryField()),
                ('done', models.JSONField(default=list)),
                ('created', models.DateTimeField()),
                ('changed', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'source', 'state'], name='export_state')],
            },
        ),
    ]
