"""The tables of what can't wait: pages, who was told of each, patients' replies, and who read them."""

from django.db import models

from careloom.store.row import Row


class StoredPage(Row):
    """Something that a named person must look at now; `key` makes it one. `sealed` holds what is told."""

    key = models.CharField(max_length=80)
    patient = models.ForeignKey("store.Patient", models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=16)
    reference = models.CharField(max_length=64)
    sealed = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_page")]


class PageStep(Row):
    """Whom a page was sent to, who couldn't be told, or who acknowledged it; `sealed_whom` is a name or a user's id."""

    page = models.ForeignKey(StoredPage, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    sealed_whom = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_page_step")]


class StoredReply(Row):
    """What a patient's reply was taken for. Its text is in the message."""

    message = models.OneToOneField("store.StoredMessage", models.PROTECT, related_name="reply")
    patient = models.ForeignKey("store.Patient", models.PROTECT, null=True, related_name="+")
    channel = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    language = models.CharField(max_length=8, blank=True)
    sealed_text = models.BinaryField()
    at = models.DateTimeField()


class ReplyRead(Row):
    """Who has read a reply."""

    reply = models.ForeignKey(StoredReply, models.PROTECT, related_name="reads")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
