"""The tables of what people were told of waiting work. They hold ids, kinds and numbers."""

from django.db import models

from careloom.store.row import Row


class EscalationStep(Row):
    """A document was told of: `key` makes each step one (its kind, and the day where it comes again)."""

    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "key"], name="one_escalation")]


class StoredNotice(Row):
    """What somebody was told at a time, of how many."""

    user = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    number = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "user", "at"], name="notice_of_user")]


class NoticeStep(Row):
    """What became of a notice: seen here, mailed, or (`failed`) not to be mailed."""

    notice = models.ForeignKey(StoredNotice, models.PROTECT, related_name="steps")
    what = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "what"], name="one_notice_step")]
