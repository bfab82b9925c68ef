"""Questions to physicians, and what was done about each."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_storedquestion", "store_storedquestionstep")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0030_language_of_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredQuestion',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('key', models.CharField(max_length=32)),
                ('statement', models.CharField(max_length=32)),
                ('who', models.CharField(max_length=64)),
                ('to', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('due', models.DateTimeField()),
                ('orders', models.BooleanField()),
                ('sealed', models.BinaryField()),
                ('note', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='store.storedproposal')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='store.patient')),
            ],
        ),
        migrations.CreateModel(
            name='StoredQuestionStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_words', models.BinaryField()),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedquestion')),
            ],
        ),
        migrations.AddIndex(
            model_name='storedquestion',
            index=models.Index(fields=['organisation', 'at'], name='question_asked'),
        ),
        migrations.AddConstraint(
            model_name='storedquestion',
            constraint=models.UniqueConstraint(fields=('organisation', 'key'), name='one_question'),
        ),
        migrations.AddConstraint(
            model_name='storedquestionstep',
            constraint=models.UniqueConstraint(fields=('question', 'number'), name='one_question_step'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
