"""The tables of second readings: the site's policy in versions, which documents are read again, and what happened to each."""

from django.db import models

from careloom.store.row import Row


class StoredPolicy(Row):
    """One version of what the site has read a second time. `seed` is sealed: whoever has it foresees the share; so are a person's words."""

    version = models.IntegerField()
    content = models.JSONField(default=dict)
    who = models.CharField(max_length=64)
    at = models.DateTimeField()
    sealed_seed = models.BinaryField()
    sealed_why = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "version"], name="one_policy_version")]


class StoredSecond(Row):
    """A document that is read a second time, as it was chosen when the first decision was taken."""

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="second")
    first = models.CharField(max_length=64)
    grounds = models.JSONField(default=list)
    mode = models.CharField(max_length=8)
    policy = models.IntegerField()
    reach = models.IntegerField()
    base = models.IntegerField()
    at = models.DateTimeField()


class SecondStep(Row):
    """What happened to a second reading; `number` makes each step one, so that of two at once one is taken. `sealed` has its content."""

    second = models.ForeignKey(StoredSecond, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=8)
    whom = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["second", "number"], name="one_second_step")]
        indexes = [models.Index(fields=["organisation", "what", "at"], name="second_step_at")]
