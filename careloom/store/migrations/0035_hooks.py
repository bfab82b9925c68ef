"""The cards that EHRs were given at a hook, what became of them, and which signed statements were used."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_hookcard", "store_hookfeedback")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0034_charts_served'),
    ]

    operations = [
        migrations.CreateModel(
            name='HookCard',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('service', models.CharField(max_length=64)),
                ('rule', models.CharField(max_length=32)),
                ('indicator', models.CharField(max_length=8)),
                ('issuer', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hook_cards', to='store.patient')),
                ('proposal', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hook_cards', to='store.storedproposal')),
            ],
        ),
        migrations.CreateModel(
            name='HookFeedback',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('outcome', models.CharField(max_length=16)),
                ('reason', models.CharField(max_length=64)),
                ('said_at', models.DateTimeField()),
                ('at', models.DateTimeField()),
                ('sealed_comment', models.BinaryField()),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback', to='store.hookcard')),
            ],
        ),
        migrations.CreateModel(
            name='UsedStatement',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('ends', models.DateTimeField(db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'digest'), name='one_use')],
            },
        ),
        migrations.AddIndex(
            model_name='hookcard',
            index=models.Index(fields=['organisation', 'at'], name='hook_card_given'),
        ),
        migrations.AddConstraint(
            model_name='hookfeedback',
            constraint=models.UniqueConstraint(fields=('card', 'outcome', 'said_at'), name='one_hook_feedback'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
