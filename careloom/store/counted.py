"""The table of the data audit's runs."""

from django.db import models

from careloom.store.row import Row


class ReadinessRun(Row):
    """One run of the data audit. `report` holds counts, and ids of patients who are alike; no words of a source."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    report = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="readiness_at")]
