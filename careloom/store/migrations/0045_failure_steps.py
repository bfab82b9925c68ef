"""What was found of failures of drafts."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0044_training'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailureStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('severity', models.CharField(max_length=16)),
                ('cause', models.CharField(max_length=16)),
                ('prevents', models.CharField(blank=True, max_length=200)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judged', to='store.lesson')),
            ],
            options={
                'indexes': [models.Index(fields=['lesson', 'at'], name='failure_step_of_lesson')],
            },
        ),
        triggers.AppendOnly(("store_failurestep",)),
    ]
