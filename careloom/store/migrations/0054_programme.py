"""What happened in each period of the calendar of watching."""

import careloom.store.ids
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0053_safety_events'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProgrammeStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('item', models.CharField(max_length=16)),
                ('period', models.CharField(max_length=16)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('about', models.CharField(blank=True, max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'item', 'what'], name='programme_step_what')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'item', 'period', 'number'), name='one_programme_step')],
            },
        ),
        triggers.AppendOnly(("store_programmestep",)),
    ]
