"""Training and feedback: drills with what was said of them, what stands of people's training, what people say of the product."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0043_time_studies'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShareStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=64)),
                ('stands', models.BooleanField()),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='share_at')],
            },
        ),
        migrations.CreateModel(
            name='StoredDrill',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'who', 'at'], name='drill_of_person')],
            },
        ),
        migrations.CreateModel(
            name='StoredTraining',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('what', models.CharField(max_length=16)),
                ('day', models.DateField()),
                ('by', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'who', 'at'], name='training_of_person')],
            },
        ),
        migrations.CreateModel(
            name='StoredVoice',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('page', models.CharField(max_length=64)),
                ('about', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('sealed_words', models.BinaryField()),
                ('patient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
        ),
        migrations.CreateModel(
            name='VoiceStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('became', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedvoice')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='VoiceVote',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='store.storedvoice')),
            ],
        ),
        migrations.CreateModel(
            name='DrillAnswer',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('line', models.CharField(max_length=8)),
                ('kind', models.CharField(blank=True, max_length=16)),
                ('at', models.DateTimeField()),
                ('drill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='store.storeddrill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('drill', 'line'), name='one_answer_of_a_line')],
            },
        ),
        migrations.AddIndex(
            model_name='storedvoice',
            index=models.Index(fields=['organisation', 'at'], name='voice_at'),
        ),
        migrations.AddConstraint(
            model_name='voicevote',
            constraint=models.UniqueConstraint(fields=('voice', 'who'), name='one_vote_a_person'),
        ),
        triggers.AppendOnly(
            (
                "store_storeddrill",
                "store_drillanswer",
                "store_storedtraining",
                "store_storedvoice",
                "store_voicestep",
                "store_sharestep",
            )
        ),
    ]
