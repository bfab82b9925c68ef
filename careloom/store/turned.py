"""The tables of whose a waiting document is: steps, who has one open, and absences."""

from django.db import models

from careloom.store.row import Row


class TurnStep(Row):
    """Somebody took a document, was given it or gave it back; the newest counts. `sealed_why` are a person's words."""

    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="turns")
    what = models.CharField(max_length=16)
    whom = models.CharField(max_length=64, blank=True)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["proposal", "at"], name="turn_of_proposal")]


class OpenReview(Row):
    """Who has a document open, since when, and when she was last seen there; it says what is, and keeps no history."""

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="open_review")
    who = models.CharField(max_length=64)
    since = models.DateTimeField()
    seen = models.DateTimeField()
    page = models.IntegerField()


class AbsenceStep(Row):
    """Somebody is away and covered, or (`ends`) an absence that was said before is over or was wrong."""

    person = models.CharField(max_length=64)
    cover = models.CharField(max_length=64)
    first = models.DateField()
    last = models.DateField()
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    ends = models.ForeignKey("self", models.PROTECT, null=True, related_name="ended_by")

    class Meta:
        indexes = [models.Index(fields=["organisation", "last"], name="absence_until")]
