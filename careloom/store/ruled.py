"""The table of what was settled where sources disagree, of what a physician was asked to settle, and of what was taken back."""

from django.db import models

from careloom.store.row import Row


class RulingStep(Row):
    """Somebody settled a disagreement, took that back, asked `whom` to settle one, or was done with it; `of` is the step that it is
    about. `sealed` holds everything that tells of the patient. A patient's steps are numbered: of two at once one is refused."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="ruling_steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    whom = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    of = models.ForeignKey("self", models.PROTECT, null=True, related_name="steps")
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="one_ruling_step")]
        indexes = [models.Index(fields=["organisation", "what", "whom"], name="ruling_step_of_person")]
