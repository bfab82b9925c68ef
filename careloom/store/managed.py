"""The table of what was said of patients' care management."""

from django.db import models

from careloom.store.row import Row


class ManagementStep(Row):
    """What somebody said once of a patient's care management. `sealed` holds everything that tells of the patient. A patient's steps are numbered: of two at
    once one is refused."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="management_steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="steps")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="one_management_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="management_step_what")]
