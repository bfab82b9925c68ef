"""What was said of patients' care management."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0047_quality'),
    ]

    operations = [
        migrations.CreateModel(
            name='ManagementStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.managementstep')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='management_steps', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what'], name='management_step_what')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'number'), name='one_management_step')],
            },
        ),
        triggers.AppendOnly(("store_managementstep",)),
    ]
