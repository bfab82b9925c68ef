"""What goes to patients, and who wishes not to be written to."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_sendingstep", "store_contactwish")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0011_tasks'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredSending',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('key', models.CharField(max_length=64)),
                ('channel', models.CharField(max_length=16)),
                ('sealed', models.BinaryField()),
                ('created', models.DateTimeField()),
                ('state', models.CharField(max_length=16)),
                ('not_before', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedproposal')),
            ],
        ),
        migrations.CreateModel(
            name='SendingStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('state', models.CharField(max_length=16)),
                ('why', models.TextField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sending', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedsending')),
            ],
        ),
        migrations.CreateModel(
            name='ContactWish',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('channel', models.CharField(max_length=16)),
                ('out', models.BooleanField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'at'], name='wish_patient')],
            },
        ),
        migrations.AddIndex(
            model_name='storedsending',
            index=models.Index(fields=['organisation', 'state', 'not_before'], name='sending_due'),
        ),
        migrations.AddConstraint(
            model_name='storedsending',
            constraint=models.UniqueConstraint(fields=('organisation', 'key'), name='one_sending'),
        ),
        migrations.AddConstraint(
            model_name='sendingstep',
            constraint=models.UniqueConstraint(fields=('sending', 'number'), name='one_sending_step'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
