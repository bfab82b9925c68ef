"""What is ticked and typed on the telephone."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0026_second_readings'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredCall',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('user', models.CharField(max_length=64)),
                ('began', models.DateTimeField()),
                ('seen', models.DateTimeField()),
                ('ended', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=32)),
                ('version', models.IntegerField(default=1)),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calls', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'patient', 'began'], name='call_of_patient')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended__isnull', True)), fields=('patient', 'user'), name='one_call_of_a_person')],
            },
        ),
    ]
