"""The tables of feedback: what people say of the product, what became of it, votes, and what they let others know of what went well."""

from django.db import models

from careloom.store.row import Row


class StoredVoice(Row):
    """Somebody's feedback on a page; `patient` only where she said that it is about that one."""

    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    page = models.CharField(max_length=64)
    about = models.CharField(max_length=8)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+", null=True, blank=True)
    at = models.DateTimeField()
    sealed_words = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="voice_at")]


class VoiceStep(Row):
    """What became of feedback; the newest counts. `sealed` holds the words for its author, and what is put to the vote."""

    voice = models.ForeignKey(StoredVoice, models.PROTECT, related_name="steps")
    became = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class VoiceVote(Row):
    """Somebody's vote for what was put to it: one a person, that she can take back."""

    voice = models.ForeignKey(StoredVoice, models.PROTECT, related_name="votes")
    who = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["voice", "who"], name="one_vote_a_person")]


class ShareStep(Row):
    """Somebody let others know of a win, or takes that back; the newest of a win counts. `sealed` holds its numbers."""

    who = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    stands = models.BooleanField()
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "at"], name="share_at")]
