"""The tables of the audit log: what was done, and the chain that shows whether it was changed."""

from django.db import models

from careloom.store.row import Row


class AuditEvent(Row):
    """Who did what. `what` holds ids alone; `why`, a person's words, is sealed.

    `form` says which columns the chain covers (`Audit._hash`): an event of form 1 is from before `address` and what follows.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    action = models.CharField(max_length=64)
    patient = models.UUIDField(null=True)
    what = models.TextField()
    sealed_why = models.BinaryField()
    address = models.CharField(max_length=64, default="")
    through = models.CharField(max_length=64, default="")
    purpose = models.CharField(max_length=16, default="")
    outcome = models.CharField(max_length=2, default="0")
    form = models.SmallIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "at"], name="audit_at"),
            models.Index(fields=["organisation", "patient", "at"], name="audit_patient"),
            models.Index(fields=["organisation", "actor", "at"], name="audit_actor"),
        ]


class AuditSeal(Row):
    """A link of the organisation's chain: over one event and the link before it.

    `event` is no foreign key, so that a link outlives an event that somebody made away with.
    """

    sequence = models.BigIntegerField()
    event = models.UUIDField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    key = models.CharField(max_length=8)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sequence"], name="one_seal"),
            models.UniqueConstraint(fields=["organisation", "event"], name="sealed_once"),
        ]
