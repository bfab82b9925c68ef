"""When each person last looked at each patient."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0016_sign_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='PatientLook',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('since', models.DateTimeField(null=True)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='looks', to='store.patient')),
            ],
        ),
        migrations.AddConstraint(
            model_name='patientlook',
            constraint=models.UniqueConstraint(fields=('organisation', 'who', 'patient'), name='one_look_of_a_person'),
        ),
    ]
