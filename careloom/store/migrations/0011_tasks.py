"""What was said of signed activities."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_taskevent",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0010_note_marks'),
    ]

    operations = [
        migrations.CreateModel(
            name='TaskEvent',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('statement', models.CharField(max_length=32)),
                ('status', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('back', models.BooleanField(default=False)),
                ('sealed_why', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='store.patient')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['patient', 'statement', 'at'], name='task_of_patient')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
