"""What rules looked at of each draft, a site's own rules, and failures without identifiers."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0048_care_management'),
    ]

    operations = [
        migrations.CreateModel(
            name='FailureCase',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('lesson', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='store.lesson')),
            ],
        ),
        migrations.CreateModel(
            name='StoredRule',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('rule', models.CharField(max_length=32)),
                ('version', models.IntegerField()),
                ('template', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('lesson', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='store.lesson')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'rule', 'version'), name='one_version_of_rule')],
            },
        ),
        migrations.CreateModel(
            name='SiteRuleStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('number', models.IntegerField()),
                ('what', models.CharField(max_length=16)),
                ('who', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='store.storedrule')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'what'], name='site_rule_step_what')],
                'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='one_site_rule_step')],
            },
        ),
        migrations.CreateModel(
            name='FrozenInputs',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('made', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rule_inputs', to='store.storedproposal')),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'made'], name='frozen_inputs_made')],
            },
        ),
        triggers.AppendOnly(
            ("store_failurecase", "store_storedrule", "store_siterulestep", "store_frozeninputs")
        ),
    ]
