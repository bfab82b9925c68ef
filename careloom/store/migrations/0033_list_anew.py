"""Every proposal that waits is listed anew, and who is in a care team now follows from the steps."""

from django.db import migrations


def list_anew(apps, schema_editor):
    """What was listed went with its table."""
    due, proposals = apps.get_model('store', 'ListingDue'), apps.get_model('store', 'StoredProposal')
    waiting = proposals.objects.filter(status='draft').values_list('pk', 'organisation')
    due.objects.bulk_create(
        (due(proposal_id=pk, organisation=organisation) for pk, organisation in waiting.iterator()), batch_size=500
    )


def count_members(apps, schema_editor):
    """The newest step of each person and patient says whether she is in the team."""
    members, steps = apps.get_model('store', 'CareTeamMember'), apps.get_model('store', 'CareTeamStep')
    asked = steps.objects.order_by('at', 'id').values_list('organisation', 'patient_id', 'member', 'joined')
    last = {(organisation, patient, member): joined for organisation, patient, member, joined in asked.iterator()}
    members.objects.bulk_create(
        (
            members(organisation=organisation, patient_id=patient, member=member)
            for (organisation, patient, member), joined in last.items()
            if joined
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0032_listed_waiting'),
    ]

    operations = [
        migrations.RunPython(list_anew, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(count_members, migrations.RunPython.noop, elidable=True),
    ]
