"""The table of what language models answered."""

from django.db import models

from careloom.store.row import Row


class Answer(Row):
    """A language model's answer, kept so that the same question is not asked twice."""

    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "digest"], name="one_answer")]
