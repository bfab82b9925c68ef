"""The tables of who is who: pairs that a person must look at, and what was said of pairs."""

from django.db import models

from careloom.store.row import Row


class StoredLook(Row):
    """Two patients who may be one person; `why` names the parts that agree or differ, no name, date or value.

    `message` is the sender's own word that they are one, where that is why.
    """

    one = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    other = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    why = models.TextField()
    message = models.ForeignKey("store.StoredMessage", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "one", "other", "message"], name="one_look"),
            models.UniqueConstraint(
                fields=["organisation", "one", "other"],
                condition=models.Q(message=None),
                name="one_look_of_ours",
            ),
        ]


class StoredSameness(Row):
    """What was said of two patients: same, different, apart (a merge undone), or between.

    Between says that `one` holds what came for the merged `other` and names neither of those who were merged.
    `who` is a user's id, or "" where `message` says so at its place `where` (or, for between, we do). With both a user said
    whom that message is about: `one` was founded as it describes them. Void takes that back.
    """

    one = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    other = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    said = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    message = models.ForeignKey("store.StoredMessage", models.PROTECT, null=True, related_name="+")
    where = models.TextField(blank=True)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()
