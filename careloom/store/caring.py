"""The tables of who cares for whom: steps into and out of care teams, and records opened in an emergency."""

from django.db import models

from careloom.store.row import Row


class CareTeamStep(Row):
    """Somebody joined a patient's care team, or left it; the newest step of the two counts. `sealed_why` are a person's words."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="team")
    member = models.CharField(max_length=64)
    joined = models.BooleanField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "member", "at"], name="team_of_member"),
            models.Index(fields=["patient", "at"], name="team_of_patient"),
        ]


class CareTeamMember(Row):
    """Somebody is in a patient's care team now. It follows from the steps, and is for lists about many patients."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+", db_index=False)
    member = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "member"], name="care_team_member")]
        indexes = [models.Index(fields=["organisation", "member", "patient"], name="patients_of_member")]


class BrokenGlass(Row):
    """A record that somebody outside the care team opened in an emergency, with her reason, until a time."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="broken_glass")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    until = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "who", "until"], name="glass_of_person")]


class GlassReport(Row):
    """Somebody who answers for the site has looked at one of these."""

    glass = models.ForeignKey(BrokenGlass, models.PROTECT, related_name="reports")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
