"""The tables of what is written to other systems' charts: writings, and what became of each."""

from django.db import models

from careloom.store.row import Row


class StoredWriting(Row):
    """A filed document on its way into a system's chart; `state` and `not_before` are its newest step's, to be searched by."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="+")
    system = models.CharField(max_length=64)
    way = models.CharField(max_length=16)
    created = models.DateTimeField()
    state = models.CharField(max_length=16)
    not_before = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "proposal", "system"], name="one_writing")
        ]
        indexes = [models.Index(fields=["organisation", "state", "not_before"], name="writing_due")]


class WritingStep(Row):
    """What a writing became; the highest number counts. `why` is in words of ours, `who` a user's id or "careloom"; `sealed_there`
    holds what the other system has of it, as far as we know it then (null where we don't)."""

    writing = models.ForeignKey(StoredWriting, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    state = models.CharField(max_length=16)
    why = models.TextField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_there = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writing", "number"], name="one_writing_step")]
