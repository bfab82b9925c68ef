"""The tables of training: drills with their keys, what was said of their lines, and what stands of people's training. No row is about a patient."""

from django.db import models

from careloom.store.row import Row


class StoredDrill(Row):
    """A drill of somebody (a user's id); `sealed` holds its lines and its key."""

    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "who", "at"], name="drill_of_person")]


class DrillAnswer(Row):
    """What was said first of a drill's line: `kind` is a kind of fault, "" for fine."""

    drill = models.ForeignKey(StoredDrill, models.PROTECT, related_name="answers")
    line = models.CharField(max_length=8)
    kind = models.CharField(max_length=16, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drill", "line"], name="one_answer_of_a_line")]


class StoredTraining(Row):
    """A step of somebody's training (`care/drill.py`)."""

    who = models.CharField(max_length=64)
    what = models.CharField(max_length=16)
    day = models.DateField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "who", "at"], name="training_of_person")]
