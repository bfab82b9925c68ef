"""The tables of what people stopped: each stop, and what was said of it since."""

from django.db import models

from careloom.store.row import Row


class StoredStop(Row):
    """A stop (`care.stop.Stop`). `scope` and `name` are in clear: whether something is stopped is known without a key. `needs` is the version of
    the form that it is kept in; whoever knows none so late stops everything. `sealed_why` has a person's own words."""

    scope = models.CharField(max_length=16)
    name = models.CharField(max_length=200, blank=True)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    needs = models.IntegerField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="stored_stop_at")]


class StopStep(Row):
    """What was said of a stop: that it may start again ("agreed"), and that it has ("started"). Its steps are numbered: of two at once one is refused."""

    of = models.ForeignKey(StoredStop, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed_note = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_stop_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="stop_step_what")]
