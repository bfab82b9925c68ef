"""The tables of parallel runs: each with its seed, everything that happened to it, and which documents are written for a case of it."""

from django.db import models

from careloom.store.row import Row


class StoredRun(Row):
    """A parallel run. `sealed_seed` settles who writes, who reviews, who judges, and which document is A: whoever has it foresees it."""

    at = models.DateTimeField()
    sealed_seed = models.BinaryField()


class RunStep(Row):
    """What happened to a run; `number` makes each step one, so that of two at once one is taken. `sealed` has its content."""

    run = models.ForeignKey(StoredRun, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    what = models.CharField(max_length=8)
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_run_step")]


class RunDocument(Row):
    """A document that is written by hand or drafted for a case of a run: whoever asks for it is asked first whether she may see it."""

    run = models.ForeignKey(StoredRun, models.PROTECT, related_name="documents")
    case = models.CharField(max_length=32)
    side = models.CharField(max_length=8)
    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="run_document")
