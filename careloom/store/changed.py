"""The tables of changes: plans that are never changed, what happened to them, and the live drafts that were compared beside."""

from django.db import models

from careloom.store.row import Row


class StoredChange(Row):
    """A change's plan (`care.change.ChangePlan`) with its hash: it is never changed, another criterion is another change."""

    kind = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)
    release = models.CharField(max_length=32)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed = models.BinaryField()


class StoredChangeStep(Row):
    """What happened to a change. Its steps are numbered: of two at once one is refused."""

    of = models.ForeignKey(StoredChange, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=16)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=32)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_change_step")]
        indexes = [models.Index(fields=["organisation", "what"], name="change_step_what")]


class ShadowCase(Row):
    """A live draft beside the same made with a change's candidate (`care.change.Compared`), once for each change."""

    of = models.ForeignKey(StoredChange, models.PROTECT, related_name="cases")
    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="shadows")
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "proposal"], name="one_shadow_case")]
