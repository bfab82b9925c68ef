"""The tables of charts as they are served: a row for each resource as it is now. They are made anew from what was signed."""

from django.db import models

from careloom.store.row import Row


class ChartResource(Row):
    """A resource of a patient's chart, its `sealed` JSON with version and time inside; `gone` is in the chart no more.

    The `view` "closed" is the chart without what substance-use programmes sent, for roles that don't read it.
    """

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+", db_index=False)
    view = models.CharField(max_length=8)
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    version = models.IntegerField()
    updated = models.DateTimeField()
    gone = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["patient", "view", "kind", "name"], name="one_chart_resource")
        ]
        indexes = [models.Index(fields=["organisation", "kind", "name"], name="chart_resource_name")]


class ChartMark(Row):
    """On what a patient's served chart rests: where that is another mark now, it is made anew."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+", db_index=False)
    view = models.CharField(max_length=8)
    mark = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["patient", "view"], name="one_chart_mark")]
