"""What is written into other systems' charts, and what became of it."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0035_hooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredWriting',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('system', models.CharField(max_length=64)),
                ('way', models.CharField(max_length=16)),
                ('created', models.DateTimeField()),
                ('state', models.CharField(max_length=16)),
                ('not_before', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedproposal')),
            ],
        ),
        migrations.CreateModel(
            name='WritingStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('state', models.CharField(max_length=16)),
                ('why', models.TextField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_there', models.BinaryField()),
                ('writing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedwriting')),
            ],
        ),
        migrations.AddIndex(
            model_name='storedwriting',
            index=models.Index(fields=['organisation', 'state', 'not_before'], name='writing_due'),
        ),
        migrations.AddConstraint(
            model_name='storedwriting',
            constraint=models.UniqueConstraint(fields=('organisation', 'proposal', 'system'), name='one_writing'),
        ),
        migrations.AddConstraint(
            model_name='writingstep',
            constraint=models.UniqueConstraint(fields=('writing', 'number'), name='one_writing_step'),
        ),
        triggers.AppendOnly(("store_writingstep",)),
    ]
