"""The tables of what goes to patients: sendings, what became of each, and who wishes not to be written to."""

from django.db import models

from careloom.store.row import Row


class StoredSending(Row):
    """A document on its way to a patient. `key` is a blind index of document, channel and address: it makes the sending one.

    `sealed` holds address, subject and text. `state` and `not_before` are its newest step's, to be searched by.
    """

    key = models.CharField(max_length=64)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    sealed = models.BinaryField()
    created = models.DateTimeField()
    state = models.CharField(max_length=16)
    not_before = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_sending")]
        indexes = [models.Index(fields=["organisation", "state", "not_before"], name="sending_due")]


class SendingStep(Row):
    """What a sending became; the highest number counts. `why` is in words of ours, `who` a user's id or "careloom"."""

    sending = models.ForeignKey(StoredSending, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    state = models.CharField(max_length=16)
    why = models.TextField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sending", "number"], name="one_sending_step")]


class ContactWish(Row):
    """Whether somebody wishes to be written to by a channel (`out`: not); the last one counts. `who` said so, or "reply"."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16)
    out = models.BooleanField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["patient", "at"], name="wish_patient")]
