"""The tables of messages: what came, how it was read, what of it could not be, and what somebody did about that."""

from django.db import models

from careloom.store.row import Row


class StoredMessage(Row):
    """Bytes from another system; the bytes lie in the file that `sha256` leads to."""

    sha256 = models.CharField(max_length=64)
    source = models.CharField(max_length=128)
    format = models.CharField(max_length=32)
    zone = models.CharField(max_length=64)
    size = models.BigIntegerField()
    received = models.DateTimeField()
    sealed_name = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "sha256", "source"], name="one_message"),
        ]
        indexes = [models.Index(fields=["organisation", "received"], name="message_received")]


class MessageReading(Row):
    """What became of a message. A `round` is opened by `again` and ends with a reader's `read`.

    Round 0 needs no opening; what earlier rounds rejected no longer counts.
    """

    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="readings")
    round = models.IntegerField()
    state = models.CharField(max_length=16)
    reader_version = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    at = models.DateTimeField()


class StoredRejection(Row):
    """A part of a message that could not be read in one round."""

    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="rejections")
    round = models.IntegerField()
    where = models.TextField()
    reason = models.TextField()
    error = models.CharField(max_length=64)
    at = models.DateTimeField()


class Settlement(Row):
    """What somebody did about a message that could not be read: corrected, set aside, or taken back.

    `covers` holds what was set aside, as lists of where, reason and error.
    """

    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="settlements")
    action = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    covers = models.JSONField(default=list)
    correction = models.ForeignKey(StoredMessage, models.PROTECT, null=True, related_name="corrects")
    sealed_why = models.BinaryField()


class Receipt(Row):
    """A message that a listener took: its place in the listener's journal, and the sender's number for it.

    `control` is a blind index of source and number; peer and number themselves are sealed.
    """

    message = models.ForeignKey(StoredMessage, models.PROTECT, related_name="receipts")
    journal = models.CharField(max_length=64)
    number = models.BigIntegerField()
    control = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "journal", "number"], name="one_receipt"),
        ]
        indexes = [models.Index(fields=["organisation", "control"], name="receipt_control")]
