"""The tables of compliance: packs as they were made, what people answered, and legal holds. All of it is appended."""

from django.db import models

from careloom.store.row import Row


class StoredPack(Row):
    """A compliance pack as it was made: its JSON (sealed), and that JSON's SHA-256."""

    made = models.DateTimeField()
    who = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "made"], name="compliance_pack_made")]


class StoredAnswer(Row):
    """What a person said of a requirement of the pack; the newest of a key counts."""

    key = models.CharField(max_length=128)
    answer = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "key", "at"], name="compliance_answer_key")]


class LegalHold(Row):
    """A legal hold on one patient's records, or on everybody's (no patient)."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, null=True, related_name="holds")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class LegalHoldEnd(Row):
    """That a hold was lifted, by whom and why; once."""

    of = models.OneToOneField(LegalHold, models.PROTECT, related_name="end")
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()
