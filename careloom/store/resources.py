"""The tables of what a sender keeps up to date: versions, deletions, and what gives others a name."""

from django.db import models

from careloom.store.row import Row


class ResourceVersion(Row):
    """Of which resource of its sender (`address`, a blind index) an entry is a version, since when, and whether it counts."""

    entry = models.CharField(max_length=32)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    message = models.ForeignKey("store.StoredMessage", models.PROTECT, related_name="+")
    address = models.CharField(max_length=64, db_index=True)
    stands = models.DateTimeField()
    superseded = models.BooleanField(default=False)
    withdrawn = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "entry"], name="one_version")]
        # What counts no more is little of what there is, and asked for with each record and each request for a chart.
        indexes = [
            models.Index(fields=["patient"], condition=models.Q(superseded=True), name="version_over"),
            models.Index(
                fields=["patient"], condition=models.Q(withdrawn__isnull=False), name="version_gone"
            ),
        ]


class StoredWithdrawal(Row):
    """A resource that its server has deleted, and when, where it says that."""

    message = models.ForeignKey("store.StoredMessage", models.PROTECT, related_name="withdrawals")
    address = models.CharField(max_length=64)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "address"], name="one_withdrawal")]


class StoredName(Row):
    """What gives others a name (a drug, a person, a place), by the blind index of its source and address there."""

    message = models.ForeignKey("store.StoredMessage", models.PROTECT, related_name="+")
    address = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "address"], name="one_name")]
