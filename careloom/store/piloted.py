"""The tables of pilots: each with the seed of its allocation, and everything that happened to it."""

from django.db import models

from careloom.store.row import Row


class StoredPilot(Row):
    """A pilot. `sealed_seed` settles who is allocated to what: whoever has it foresees the allocation."""

    at = models.DateTimeField()
    sealed_seed = models.BinaryField()


class PilotStep(Row):
    """What happened to a pilot; `number` makes each step one, so that of two at once one is taken. `sealed` has its content."""

    pilot = models.ForeignKey(StoredPilot, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=8)
    patient = models.ForeignKey(
        "store.Patient", models.PROTECT, related_name="pilot_steps", null=True, blank=True
    )
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "number"], name="one_pilot_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="pilot_step_what")]
