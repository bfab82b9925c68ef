"""The tables of what a list tells of waiting proposals, so that none is opened to be listed. They are computed anew from them."""

from django.db import models

from careloom.store.row import Row


class ListedProposal(Row):
    """What a list tells of one waiting proposal; `sealed` are name, birth date, sex and the top line.

    `told` changes with whatever was said of who the patient is; `closed` rests on what a substance-use programme sent.
    """

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="listed")
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=64)
    tier = models.IntegerField()
    assigned_to = models.CharField(max_length=64, null=True)
    due = models.DateTimeField(null=True)
    created = models.DateTimeField()
    high = models.IntegerField()
    moderate = models.IntegerField()
    low = models.IntegerField()
    automatic = models.IntegerField()
    nurse = models.IntegerField()
    physician = models.IntegerField()
    whole = models.BooleanField()
    lines = models.IntegerField()
    signed = models.IntegerField()
    watched_until = models.DateField(null=True)
    closed = models.BooleanField()
    told = models.CharField(max_length=64)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "due"], name="listed_by_due")]


class ListingDue(Row):
    """A proposal that isn't listed as it is: whatever changes one appends a row, and whoever lists it takes those away that she read."""

    proposal = models.ForeignKey("store.StoredProposal", models.PROTECT, related_name="+")
