"""Time studies: the list of activities, studies, taps of observers, and what was said of these."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0042_pilots'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredTimeStudy',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('list_version', models.IntegerField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredActivityList',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('version', models.IntegerField()),
                ('content', models.JSONField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'version'), name='one_activity_list_version')],
            },
        ),
        migrations.CreateModel(
            name='StoredTap',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('observer', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=32)),
                ('shift', models.CharField(max_length=32)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('activity', models.CharField(max_length=64)),
                ('whom', models.CharField(max_length=64)),
                ('phone', models.DateTimeField()),
                ('phone_until', models.DateTimeField(null=True)),
                ('mono', models.FloatField()),
                ('load', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('ended', models.DateTimeField(null=True)),
                ('off', models.FloatField()),
                ('strayed', models.FloatField()),
                ('received', models.DateTimeField()),
                ('sealed_text', models.BinaryField()),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taps', to='store.storedtimestudy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('study', 'observer', 'key'), name='one_tap')],
            },
        ),
        migrations.CreateModel(
            name='TapWord',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('shift', models.CharField(max_length=32)),
                ('key', models.CharField(max_length=32)),
                ('what', models.CharField(max_length=16)),
                ('value', models.CharField(max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tap_words', to='store.storedtimestudy')),
            ],
            options={
                'indexes': [models.Index(fields=['study', 'at'], name='tap_word_of_study')],
            },
        ),
        migrations.CreateModel(
            name='TimeStudyStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('whom', models.CharField(max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='study_steps', to='store.storedtimestudy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('study', 'number'), name='one_time_study_step')],
            },
        ),
        triggers.AppendOnly(
            (
                "store_storedactivitylist",
                "store_storedtimestudy",
                "store_timestudystep",
                "store_storedtap",
                "store_tapword",
            )
        ),
    ]
