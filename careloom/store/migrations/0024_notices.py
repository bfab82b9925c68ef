"""What people were told of waiting work."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_escalationstep", "store_storednotice", "store_noticestep")


def identity():
    return ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False))


def organisation():
    return ('organisation', models.CharField(editable=False, max_length=64))


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0025_entries_by_kind'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredNotice',
            fields=[
                identity(),
                organisation(),
                ('user', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=16)),
                ('number', models.IntegerField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'user', 'at'], name='notice_of_user')],
            },
        ),
        migrations.CreateModel(
            name='NoticeStep',
            fields=[
                identity(),
                organisation(),
                ('what', models.CharField(max_length=8)),
                ('at', models.DateTimeField()),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storednotice')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('notice', 'what'), name='one_notice_step')],
            },
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                identity(),
                organisation(),
                ('kind', models.CharField(max_length=16)),
                ('key', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='store.storedproposal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('proposal', 'key'), name='one_escalation')],
            },
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
