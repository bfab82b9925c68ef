"""The table of what must be done in the background, once."""

from django.db import models

from careloom.store.row import Row


class Work(Row):
    """Something that must be done once. `error` is the name of a class, never a person's words."""

    kind = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=16, default="waiting")
    attempts = models.IntegerField(default=0)
    error = models.CharField(max_length=128, blank=True)
    worker = models.CharField(max_length=128, blank=True)
    created = models.DateTimeField()
    changed = models.DateTimeField()
    not_before = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "key"], name="one_work")]
        indexes = [models.Index(fields=["organisation", "state"], name="work_state")]
