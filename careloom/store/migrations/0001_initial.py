"""The first tables, and the triggers that keep history as it was."""

import careloom.store.ids
import django.db.models.deletion
import django.utils.timezone
from careloom.store import triggers
from django.db import migrations, models

APPEND_ONLY = (
    "store_storedmessage",
    "store_messagereading",
    "store_storedrejection",
    "store_patientsaying",
    "store_entryrevision",
    "store_proposalrevision",
    "store_storeddecision",
    "store_filing",
    "store_lesson",
    "store_auditevent",
    "store_auditseal",
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('created', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('username', models.CharField(max_length=150)),
                ('sealed_name', models.BinaryField()),
                ('role', models.CharField(choices=[('care_coordinator', 'care_coordinator'), ('registered_nurse', 'registered_nurse'), ('physician', 'physician'), ('pharmacist', 'pharmacist'), ('social_worker', 'social_worker'), ('dietitian', 'dietitian'), ('quality_lead', 'quality_lead'), ('administrator', 'administrator'), ('auditor', 'auditor')], max_length=32)),
                ('licence_state', models.CharField(blank=True, max_length=16)),
                ('licence_number', models.CharField(blank=True, max_length=64)),
                ('licence_expiry', models.DateField(blank=True, null=True)),
                ('is_active', models.BooleanField(default=True)),
                ('created', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'username'), name='one_username'), models.CheckConstraint(condition=models.Q(('role__in', ('care_coordinator', 'registered_nurse', 'physician', 'pharmacist', 'social_worker', 'dietitian', 'quality_lead', 'administrator', 'auditor'))), name='a_known_role')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'digest'), name='one_answer')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('at', models.DateTimeField()),
                ('actor', models.CharField(max_length=64)),
                ('action', models.CharField(max_length=64)),
                ('patient', models.UUIDField(null=True)),
                ('what', models.TextField()),
                ('sealed_why', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'at'], name='audit_at'), models.Index(fields=['organisation', 'patient', 'at'], name='audit_patient')],
            },
        ),
        migrations.CreateModel(
            name='AuditSeal',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('sequence', models.BigIntegerField()),
                ('event', models.UUIDField()),
                ('previous', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=8)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'sequence'), name='one_seal'), models.UniqueConstraint(fields=('organisation', 'event'), name='sealed_once')],
            },
        ),
        migrations.CreateModel(
            name='StoredMessage',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.CharField(max_length=128)),
                ('format', models.CharField(max_length=32)),
                ('zone', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('received', models.DateTimeField()),
                ('sealed_name', models.BinaryField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'received'], name='message_received')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'sha256', 'source'), name='one_message')],
            },
        ),
        migrations.CreateModel(
            name='MessageReading',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('round', models.IntegerField()),
                ('state', models.CharField(max_length=16)),
                ('reader_version', models.CharField(max_length=64)),
                ('counts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='store.storedmessage')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredProposal',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=64)),
                ('status', models.CharField(max_length=16)),
                ('tier', models.IntegerField()),
                ('assigned_to', models.CharField(max_length=64, null=True)),
                ('due', models.DateTimeField(null=True)),
                ('created', models.DateTimeField()),
                ('version', models.IntegerField(default=1)),
                ('sealed_cited', models.BinaryField()),
                ('seen', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='store.patient')),
            ],
        ),
        migrations.CreateModel(
            name='StoredDecision',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('action', models.CharField(max_length=16)),
                ('reviewer', models.CharField(max_length=64)),
                ('role', models.CharField(max_length=32)),
                ('at', models.DateTimeField()),
                ('sealed', models.BinaryField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProposalRevision',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('version', models.IntegerField()),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='store.storedproposal')),
            ],
        ),
        migrations.CreateModel(
            name='Lesson',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lessons', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Filing',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('version', models.IntegerField()),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filings', to='store.patient')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='store.storedproposal')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StoredRejection',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('round', models.IntegerField()),
                ('where', models.TextField()),
                ('reason', models.TextField()),
                ('error', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rejections', to='store.storedmessage')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('kind', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=128)),
                ('args', models.JSONField(default=dict)),
                ('state', models.CharField(default='waiting', max_length=16)),
                ('attempts', models.IntegerField(default=0)),
                ('error', models.CharField(blank=True, max_length=128)),
                ('worker', models.CharField(blank=True, max_length=128)),
                ('created', models.DateTimeField()),
                ('changed', models.DateTimeField()),
                ('not_before', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['organisation', 'state'], name='work_state')],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'kind', 'key'), name='one_work')],
            },
        ),
        migrations.CreateModel(
            name='PatientIndex',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('what', models.CharField(max_length=16)),
                ('digest', models.CharField(max_length=64)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indexes', to='store.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'digest', 'patient'), name='one_patient_index')],
            },
        ),
        migrations.CreateModel(
            name='PatientSaying',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('digest', models.CharField(max_length=64)),
                ('sealed', models.BinaryField()),
                ('at', models.DateTimeField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sayings', to='store.patient')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sayings', to='store.storedmessage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'digest'), name='one_saying')],
            },
        ),
        migrations.CreateModel(
            name='EntryRevision',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('entry', models.CharField(max_length=32)),
                ('revision', models.IntegerField()),
                ('ordinal', models.IntegerField()),
                ('kind', models.CharField(max_length=64)),
                ('reader_version', models.CharField(max_length=64)),
                ('retired', models.BooleanField(default=False)),
                ('digest', models.BinaryField()),
                ('sealed', models.BinaryField()),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='store.patient')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='store.storedmessage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'entry', 'revision'), name='one_revision')],
            },
        ),
        migrations.AddIndex(
            model_name='storedproposal',
            index=models.Index(fields=['organisation', 'status', 'due'], name='proposal_queue'),
        ),
        migrations.AddConstraint(
            model_name='proposalrevision',
            constraint=models.UniqueConstraint(fields=('proposal', 'version'), name='one_proposal_version'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
