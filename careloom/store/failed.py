"""The table of what was found of failures of drafts."""

from django.db import models

from careloom.store.row import Row


class FailureStep(Row):
    """A judgement of what somebody said of a draft (`lesson`); the newest counts. `sealed_why` has a person's own words."""

    lesson = models.ForeignKey("store.Lesson", models.PROTECT, related_name="judged")
    severity = models.CharField(max_length=16)
    cause = models.CharField(max_length=16)
    prevents = models.CharField(max_length=200, blank=True)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["lesson", "at"], name="failure_step_of_lesson")]
