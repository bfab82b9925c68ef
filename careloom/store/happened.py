"""The tables of safety events: what was reported, and what was said of each since."""

from django.db import models

from careloom.store.row import Row


class StoredEvent(Row):
    """A safety event as it was reported (`care.safety_event.Reported`, sealed: it may tell of a patient); `patient` is whom its document is about."""

    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    patient = models.ForeignKey("store.Patient", models.PROTECT, null=True, related_name="safety_events")
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="stored_event_at")]


class EventStep(Row):
    """What was said of an event. Its steps are numbered: of two at once one is refused."""

    of = models.ForeignKey(StoredEvent, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_event_step")]
