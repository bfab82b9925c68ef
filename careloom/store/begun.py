"""The table of what people have begun with proposals and not decided yet."""

from django.db import models

from careloom.store.row import Row


class StoredProgress(Row):
    """How far one person is with one proposal; gone once it is decided. `version` counts its changes."""

    proposal = models.ForeignKey("store.StoredProposal", models.CASCADE, related_name="begun")
    user = models.CharField(max_length=64)
    version = models.IntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="one_progress")]
