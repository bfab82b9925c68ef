"""The tables of how long people worked: signs of life of their pages, what they corrected, and what they attest."""

from django.db import models

from careloom.store.row import Row


class StoredBeat(Row):
    """A sign of life of a page or of something that runs by itself; `inputs` are seconds before `at` at which it was touched."""

    who = models.CharField(max_length=64)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="beats")
    proposal = models.ForeignKey(
        "store.StoredProposal", models.PROTECT, related_name="beats", null=True, blank=True
    )
    span = models.CharField(max_length=32)
    activity = models.CharField(max_length=16)
    word = models.CharField(max_length=8)
    at = models.DateTimeField()
    inputs = models.JSONField(default=list)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "who", "at"], name="beat_of_person"),
            models.Index(fields=["organisation", "at"], name="beat_at"),
            models.Index(fields=["patient", "at"], name="beat_of_patient"),
        ]


class TimeCorrection(Row):
    """A person corrected her own measured time of a day; corrections add up. `sealed_why` are her words."""

    who = models.CharField(max_length=64)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="time_corrections")
    proposal = models.ForeignKey(
        "store.StoredProposal", models.PROTECT, related_name="time_corrections", null=True, blank=True
    )
    activity = models.CharField(max_length=16)
    day = models.DateField()
    seconds = models.IntegerField()
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "who", "day"], name="time_correction_of_person"),
            models.Index(fields=["patient", "day"], name="time_correction_of_patient"),
        ]


class StoredAttestation(Row):
    """Minutes of a month that a person attests as her own work for a patient; they add up, fewer than 0 take some back."""

    who = models.CharField(max_length=64)
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="attestations")
    month = models.DateField()
    minutes = models.IntegerField()
    at = models.DateTimeField()
    sealed_why = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["patient", "month"], name="attestation_of_patient")]
