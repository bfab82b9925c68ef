"""The table of what was said of signed activities."""

from django.db import models

from careloom.store.row import Row


class TaskEvent(Row):
    """What was said of a patient's activity once; the newest counts. `sealed_why` are a person's words."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="tasks")
    statement = models.CharField(max_length=32)
    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="tasks")
    status = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    back = models.BooleanField(default=False)
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["patient", "statement", "at"], name="task_of_patient")]
