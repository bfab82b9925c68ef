"""What people did about messages that could not be read."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_settlement",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Settlement',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('action', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('covers', models.JSONField(default=list)),
                ('sealed_why', models.BinaryField()),
                ('correction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrects', to='store.storedmessage')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='store.storedmessage')),
            ],
            options={
                'abstract': False,
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
