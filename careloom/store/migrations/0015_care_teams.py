"""Care teams, records opened in an emergency, and the roles and scopes of everybody in a team."""

import careloom.store.ids
import django.db.models.deletion
from django.db import migrations, models

from careloom.store import triggers

APPEND_ONLY = ("store_careteamstep", "store_brokenglass", "store_glassreport")


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0014_text_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='BrokenGlass',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='CareTeamStep',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('member', models.CharField(max_length=64)),
                ('joined', models.BooleanField()),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('sealed_why', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='GlassReport',
            fields=[
                ('id', models.UUIDField(default=careloom.store.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('organisation', models.CharField(editable=False, max_length=64)),
                ('who', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='user',
            name='a_known_role',
        ),
        migrations.AddField(
            model_name='user',
            name='licence_independent',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='user',
            name='role',
            field=models.CharField(choices=[('care_coordinator', 'care_coordinator'), ('community_health_worker', 'community_health_worker'), ('medical_assistant', 'medical_assistant'), ('practical_nurse', 'practical_nurse'), ('registered_nurse', 'registered_nurse'), ('advanced_practice_nurse', 'advanced_practice_nurse'), ('physician_assistant', 'physician_assistant'), ('physician', 'physician'), ('pharmacist', 'pharmacist'), ('social_worker', 'social_worker'), ('dietitian', 'dietitian'), ('quality_lead', 'quality_lead'), ('administrator', 'administrator'), ('auditor', 'auditor')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ('care_coordinator', 'community_health_worker', 'medical_assistant', 'practical_nurse', 'registered_nurse', 'advanced_practice_nurse', 'physician_assistant', 'physician', 'pharmacist', 'social_worker', 'dietitian', 'quality_lead', 'administrator', 'auditor'))), name='a_known_role'),
        ),
        migrations.AddField(
            model_name='brokenglass',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='broken_glass', to='store.patient'),
        ),
        migrations.AddField(
            model_name='careteamstep',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='team', to='store.patient'),
        ),
        migrations.AddField(
            model_name='glassreport',
            name='glass',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='store.brokenglass'),
        ),
        migrations.AddIndex(
            model_name='brokenglass',
            index=models.Index(fields=['organisation', 'who', 'until'], name='glass_of_person'),
        ),
        migrations.AddIndex(
            model_name='careteamstep',
            index=models.Index(fields=['organisation', 'member', 'at'], name='team_of_member'),
        ),
        migrations.AddIndex(
            model_name='careteamstep',
            index=models.Index(fields=['patient', 'at'], name='team_of_patient'),
        ),
        triggers.AppendOnly(APPEND_ONLY),
    ]
