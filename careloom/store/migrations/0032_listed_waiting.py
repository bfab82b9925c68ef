"""Tables that lists are asked of: one row for a waiting proposal, those that aren't listed as they are, and who is in a care team now."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0031_questions'),
    ]

    operations = [
        migrations.DeleteModel(name='ListedProposal'),
        migrations.CreateModel(
            name='ListingDue',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ListedProposal',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=64)),
                ('tier', models.IntegerField()),
                ('assigned_to', models.CharField(max_length=64, null=True)),
                ('due', models.DateTimeField(null=True)),
                ('created', models.DateTimeField()),
                ('high', models.IntegerField()),
                ('moderate', models.IntegerField()),
                ('low', models.IntegerField()),
                ('automatic', models.IntegerField()),
                ('nurse', models.IntegerField()),
                ('physician', models.IntegerField()),
                ('whole', models.BooleanField()),
                ('lines', models.IntegerField()),
                ('signed', models.IntegerField()),
                ('watched_until', models.DateField(null=True)),
                ('closed', models.BooleanField()),
                ('told', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='listed', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'due'], name='listed_by_due')],
            },
        ),
        migrations.CreateModel(
            name='CareTeamMember',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('member', models.CharField(max_length=64)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='store.patient', db_index=False)),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'member', 'patient'], name='patients_of_member')],
                'constraints': [models.UniqueConstraint(fields=('patient', 'member'), name='care_team_member')],
            },
        ),
    ]
