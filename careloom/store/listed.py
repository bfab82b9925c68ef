"""The table of what a list tells of waiting proposals, so that none is opened to be listed. It is computed anew from them."""

from django.db import models

from careloom.store.row import Row


class ListedProposal(Row):
    """What a list tells of one proposal at its `version`; `sealed` are name, birth date, sex and the top line.

    `told` changes with whatever was said of who the patient is; `closed` rests on what a substance-use programme sent.
    """

    proposal = models.OneToOneField("store.StoredProposal", models.PROTECT, related_name="listed")
    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
    version = models.IntegerField()
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
