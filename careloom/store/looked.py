"""The table of when somebody last looked at a patient."""

from django.db import models

from careloom.store.row import Row


class PatientLook(Row):
    """When somebody (a user's id) last looked at a patient, and when the visit before that one ended: what came since is new to her."""

    who = models.CharField(max_length=64)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "who", "patient"], name="one_look_of_a_person"),
        ]
