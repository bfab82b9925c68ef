"""The table of the calendar of watching."""

from django.db import models

from careloom.store.row import Row


class ProgrammeStep(Row):
    """What happened in a period of an item (`care.programme.ProgrammeStep`). Its steps are numbered: of two at once one is refused."""

    item = models.CharField(max_length=16)
    period = models.CharField(max_length=16)
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    about = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "item", "period", "number"], name="one_programme_step"
            )
        ]
        indexes = [models.Index(fields=["organisation", "item", "what"], name="programme_step_what")]
