"""The tables of the registry: parts that shape drafts, sets of them, and the set that each draft was made with."""

from django.db import models

from careloom.store.row import Row


class RegisteredPart(Row):
    """A version of a part. `sealed` holds its contents where no release has them (`kept`)."""

    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    release = models.CharField(max_length=32)
    at = models.DateTimeField()
    kept = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "name", "version", "sha256"], name="one_registered_part"
            )
        ]


class RegisteredSet(Row):
    """A set of parts by the hash of them all; `parts` are the ids of their rows (16 bytes each)."""

    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    parts = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "sha256"], name="one_registered_set")]


class DraftVersions(Row):
    """With which set a draft was made, kept as it was queued; `change` is the change under which it was, "" for none."""

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="versions")
    sha256 = models.CharField(max_length=64)
    change = models.CharField(max_length=32)
    made = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "sha256"], name="draft_versions_set"),
            models.Index(fields=["organisation", "change", "made"], name="draft_versions_change"),
        ]
