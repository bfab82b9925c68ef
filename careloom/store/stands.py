"""The tables of what stands of a patient's record itself, so that none is woven to be listed. They are computed anew from it."""

from django.db import models

from careloom.store.row import Row


class StandingFindings(Row):
    """The high findings of one patient's record (`number` of them, `sealed`) as of a day; one row a patient, also where there are none."""

    patient = models.OneToOneField("store.Patient", models.PROTECT, related_name="standing")
    as_of = models.DateField()
    number = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "as_of"], name="standing_by_day")]


class StandingDue(Row):
    """A patient whose record is to be looked through again: whatever changes it appends a row, and whoever looks takes those away
    that she read before."""

    patient = models.ForeignKey("store.Patient", models.PROTECT, related_name="+")
