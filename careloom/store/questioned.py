"""The tables of questions to physicians and of what was done about each."""

from django.db import models

from careloom.store.row import Row


class StoredQuestion(Row):
    """A question that came of a call; `key` (the call) makes it one. `sealed` holds its parts."""

    key = models.CharField(max_length=32)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="questions")
    note = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="questions")
    statement = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    to = models.CharField(max_length=64)
    at = models.DateTimeField()
    due = models.DateTimeField()
    orders = models.BooleanField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="one_question")]
        indexes = [models.Index(fields=["organisation", "at"], name="question_asked")]


class StoredQuestionStep(Row):
    """What was done about a question, in order; `sealed_words` are a person's."""

    question = models.ForeignKey(StoredQuestion, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_words = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "number"], name="one_question_step")]
