"""What can't wait: pages, who was told, patients' replies, and who read them."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedpage", "store_pagestep", "store_storedreply", "store_replyread")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0012_sendings'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredPage',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('key', models.CharField(max_length=80)),
                ('cause', models.CharField(max_length=16)),
                ('reference', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
        ),
        migrations.CreateModel(
            name='PageStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('sealed_whom', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('page', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedpage')),
            ],
        ),
        migrations.CreateModel(
            name='StoredReply',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('channel', models.CharField(max_length=16)),
                ('kind', models.CharField(max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('sealed_text', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='store.storedmessage')),
                ('patient', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReplyRead',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('reply', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reads', to='store.storedreply')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='storedpage',
            constraint=models.UniqueConstraint(fields=('organisation', 'key'), name='one_page'),
        ),
        migrations.AddConstraint(
            model_name='pagestep',
            constraint=models.UniqueConstraint(fields=('page', 'number'), name='one_page_step'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
