"""The tables of kept counts of quality measures."""

from django.db import models

from careloom.store.row import Row


class QualityRun(Row):
    """One count of all measures. `sealed` has each measure's numbers, by group and lead: small ones are about few people."""

    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="quality_run_at")]


class QualityCases(Row):
    """Who is counted in a measure and period, some thousand people a row; the newest run's alone are kept."""

    run = models.ForeignKey(QualityRun, models.PROTECT, related_name="cases")
    measure = models.CharField(max_length=32)
    period = models.CharField(max_length=16)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["run", "measure", "period"], name="quality_cases_of")]


class QualityProgress(Row):
    """The count that is being made: how many of how many records are read. One row an organisation; it goes when the count is kept."""

    begun = models.DateTimeField()
    done = models.IntegerField()
    total = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="one_quality_progress")]
