"""The table of forms that were taken."""

from django.db import models

from careloom.store.row import Row


class TakenForm(Row):
    """A form that may be sent once (the name that its page gave it) and was, by somebody (a user's id)."""

    name = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_form")]
        indexes = [models.Index(fields=["organisation", "at"], name="form_at")]
