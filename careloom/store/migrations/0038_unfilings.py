"""Documents that were in the chart and were taken back."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0037_webhooks'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unfiling',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('why', models.CharField(max_length=32)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unfilings', to='store.patient')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='unfiling', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='unfiling_at')],
            },
        ),
        triggers.AppendOnly(("store_unfiling",)),
    ]
