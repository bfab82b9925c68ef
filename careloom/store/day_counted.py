"""The tables of what is watched: the counts of each day, and what they come to."""

from django.db import models

from careloom.store.row import Row


class StoredDayCount(Row):
    """What a day counted of a part (what came, drafts and decisions, what waited, measures), sealed: small numbers are about few people.

    `rows` says of which rows it was counted, so that it is counted again where there are others, whatever the clock did meanwhile. A day that is counted again
    is replaced.
    """

    part = models.CharField(max_length=16)
    day = models.DateField()
    rows = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "part", "day"], name="one_day_count"),
        ]


class StoredWatch(Row):
    """What the newest day counts come to (`monitor.Watched`), sealed as they are: one row an organisation, replaced."""

    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_watch")]
