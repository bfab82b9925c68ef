"""Which resource of its sender an entry is a version of, what was deleted there, and what gives others a name."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedwithdrawal",)


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0004_readiness'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResourceVersion',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('entry', models.CharField(max_length=32)),
                ('address', models.CharField(db_index=True, max_length=64)),
                ('stands', models.DateTimeField()),
                ('superseded', models.BooleanField(default=False)),
                ('withdrawn', models.DateTimeField(null=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedmessage')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'entry'), name='one_version')],
            },
        ),
        migrations.CreateModel(
            name='StoredName',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('address', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedmessage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'address'), name='one_name')],
            },
        ),
        migrations.CreateModel(
            name='StoredWithdrawal',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('address', models.CharField(max_length=64)),
                ('at', models.DateTimeField(null=True)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='store.storedmessage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'address'), name='one_withdrawal')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
