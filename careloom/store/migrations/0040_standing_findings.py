"""What stands of each patient's record itself; every record of before is to be looked through."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0039_multistate'),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingDue',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StandingFindings',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('as_of', models.DateField()),
                ('number', models.IntegerField()),
                ('sealed', models.BinaryField()),
                ('patient', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='standing', to='store.patient')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'as_of'], name='standing_by_day')],
            },
        ),
        # One row a patient, under the patient's own id.
        migrations.RunSQL(
            'INSERT INTO store_standingdue (id, organisation, patient_id) SELECT id, organisation, id FROM store_patient',
            migrations.RunSQL.noop,
            elidable=True,
        ),
    ]
