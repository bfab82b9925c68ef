"""What was settled where sources disagree, and what physicians were asked to settle."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_rulingstep",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0028_forms'),
    ]

    operations = [
        migrations.CreateModel(
            name='RulingStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('whom', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.rulingstep')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ruling_steps', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what', 'whom'], name='ruling_step_of_person')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'number'), name='one_ruling_step')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
