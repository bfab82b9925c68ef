"""The table of what licensed people said of texts."""

from django.db import models

from careloom.store.row import Row


class TextApproval(Row):
    """What a licensed person said of one version of a text: approved, or taken back. The last of the same words counts.

    `licence` is the licence under which it was said ("CA:123456", and until when it is in force).
    """

    text = models.CharField(max_length=128)
    digest = models.CharField(max_length=64)
    approved = models.BooleanField()
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    licence = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "text", "at"], name="approval_of_text")]
