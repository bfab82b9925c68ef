from django.db import migrations, models

import careloom.store.ids


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0055_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredDayCount',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('part', models.CharField(max_length=16)),
                ('day', models.DateField()),
                ('rows', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'part', 'day'), name='one_day_count')],
            },
        ),
        migrations.CreateModel(
            name='StoredWatch',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation',), name='one_watch')],
            },
        ),
        migrations.AddIndex(
            model_name='storedproposal',
            index=models.Index(fields=['organisation', 'created'], name='proposal_created'),
        ),
        migrations.AddIndex(
            model_name='storeddecision',
            index=models.Index(fields=['organisation', 'at'], name='decision_at'),
        ),
    ]
