"""The table of calls: what was ticked and typed while somebody was on the telephone."""

from django.db import models

from careloom.store.row import Row


class StoredCall(Row):
    """One person's call with a patient. `sealed` holds what it asks and what was ticked and typed; `version` counts its changes.

    One person has one call open with a patient. It stays when it has ended, so that she may correct it: `note` is what came of it.
    """

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="calls")
    user = models.CharField(max_length=64)
    began = models.DateTimeField()
    seen = models.DateTimeField()
    ended = models.DateTimeField(null=True)
    note = models.CharField(max_length=32, blank=True)
    version = models.IntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"],
                condition=models.Q(ended__isnull=True),
                name="one_call_of_a_person",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "patient", "began"], name="call_of_patient")]
