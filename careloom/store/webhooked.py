"""The tables of webhooks: whom we tell that something happened, and what each was or is to be told."""

from django.db import models

from careloom.store.row import Row


class StoredWebhook(Row):
    """A subscription: where to, of what (`topics`, words with blanks between), and the secrets that sign: the one before is good `until`.

    `scanned` is up to when what happened is queued; `failing` since when nothing arrives; `off` when it was turned off.
    """

    name = models.CharField(max_length=64)
    address = models.TextField()
    topics = models.TextField()
    sealed_secret = models.BinaryField()
    sealed_before = models.BinaryField()
    until = models.DateTimeField(null=True)
    made = models.DateTimeField()
    scanned = models.DateTimeField()
    failing = models.DateTimeField(null=True)
    off = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_webhook")]


class WebhookEvent(Row):
    """One thing to tell: its number within the subscription, what it is about (type and id, no word of anybody), and what became of it.

    `source` is the row that it comes of, so that it is queued once. `error` is a status or the name of a class.
    """

    webhook = models.ForeignKey(StoredWebhook, models.PROTECT, related_name="events")
    source = models.UUIDField()
    number = models.IntegerField()
    topic = models.CharField(max_length=32)
    about = models.CharField(max_length=128)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default="waiting")
    attempts = models.IntegerField(default=0)
    due = models.DateTimeField()
    error = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "source"], name="one_webhook_event"),
            models.UniqueConstraint(fields=["webhook", "number"], name="one_webhook_number"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "due"], name="webhook_due")]
