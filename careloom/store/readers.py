"""Readers: the rows of a list about patients whom somebody may see, as conditions of the database's own.

They say of many patients what `pipeline.access` says of one; a test compares the two.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from careloom.store.caring import BrokenGlass, CareTeamStep
from careloom.store.ids import as_uuid
from careloom.store.models import ListedProposal
from careloom.store.sameness import Sameness


@dataclass(frozen=True)
class Readers:
    """Who may see which rows of one organisation's lists; each row has a `patient`."""

    sameness: Sameness

    @property
    def _organisation(self) -> str:
        return self.sameness.keys.organisation

    def merged(self) -> frozenset[str]:
        """The patients with something waiting of whom it was ever said that they are one with another: they are asked one by one."""
        said = {one for word in self.sameness.clusters().said for one in word.pair}
        if not said:
            return frozenset()
        rows = ListedProposal.objects.filter(organisation=self._organisation, proposal__status="draft")
        return frozenset(map(str, rows.values_list("patient", flat=True).distinct())) & said

    def of(self, user: str, at: datetime, *, free: bool, merged: Iterable[str], seen: Iterable[str]) -> Q:
        """The rows that somebody of the care team may see: her patients', those that she has open in an emergency, and where
        they are `free` those of patients without a team. Of the `merged` she sees those among `seen`."""
        opened = BrokenGlass.objects.filter(
            organisation=self._organisation, who=user, at__lte=at, until__gt=at
        ).values("patient")
        hers = self._member(user) | Q(patient__in=opened)
        if free:
            hers |= ~Q(Exists(self._standing().filter(patient=OuterRef("patient"))))
        apart = _ids(merged)
        return (hers & ~Q(patient__in=apart)) | Q(patient__in=_ids(seen)) if apart else hers

    def in_team(self, user: str, merged: Iterable[str], hers: Iterable[str]) -> Q:
        """The rows of the patients in whose care team somebody is."""
        apart = _ids(merged)
        member = self._member(user)
        return (member & ~Q(patient__in=apart)) | Q(patient__in=_ids(hers)) if apart else member

    def _member(self, user: str) -> Q:
        return Q(patient__in=self._standing().filter(member=user).values("patient"))

    def _standing(self) -> QuerySet[CareTeamStep]:
        """The steps into a team that nobody took back."""
        later = CareTeamStep.objects.filter(patient=OuterRef("patient"), member=OuterRef("member")).filter(
            Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
        )
        steps = CareTeamStep.objects.filter(organisation=self._organisation, joined=True)
        return steps.filter(~Exists(later))


def _ids(patients: Iterable[str]) -> list[object]:
    return [as_uuid(one, "patient") for one in patients]
