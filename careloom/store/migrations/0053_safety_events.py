"""Safety events, what is stopped, how far a trial of a rule is, and the version that a rule needs."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0052_compliance'),
    ]

    operations = [
        migrations.AddField(
            model_name='storedrule',
            name='needs',
            field=models.IntegerField(null=True),
        ),
        migrations.CreateModel(
            name='RuleTrial',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('begun', models.DateTimeField()),
                ('done', models.IntegerField()),
                ('total', models.IntegerField()),
                ('of', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='trial', to='store.storedrule')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredEvent',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='safety_events', to='store.patient')),
            ],
        ),
        migrations.CreateModel(
            name='EventStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedevent')),
            ],
        ),
        migrations.CreateModel(
            name='StoredStop',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('scope', models.CharField(max_length=16)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('needs', models.IntegerField()),
                ('sealed_why', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='stored_stop_at')],
            },
        ),
        migrations.CreateModel(
            name='StopStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed_note', models.BinaryField()),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedstop')),
            ],
        ),
        migrations.AddIndex(
            model_name='storedevent',
            index=models.Index(fields=['organisation', 'at'], name='stored_event_at'),
        ),
        migrations.AddConstraint(
            model_name='eventstep',
            constraint=models.UniqueConstraint(fields=('of', 'number'), name='one_event_step'),
        ),
        migrations.AddIndex(
            model_name='stopstep',
            index=models.Index(fields=['organisation', 'what'], name='stop_step_what'),
        ),
        migrations.AddConstraint(
            model_name='stopstep',
            constraint=models.UniqueConstraint(fields=('of', 'number'), name='one_stop_step'),
        ),
        triggers.AppendOnly(("store_storedstop", "store_stopstep", "store_storedevent", "store_eventstep")),
    ]
