"""The table of documents that were in the chart and were taken back."""

from django.db import models

from careloom.store.row import Row


class Unfiling(Row):
    """A filed document was taken back, once, by `who` in a `role`; `sealed` holds her name and her words."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="unfilings")
    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="unfiling")
    why = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="unfiling_at")]
