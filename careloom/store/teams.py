"""Care teams: who cares for whom, and which records were opened in an emergency. Each step is appended."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.team import BreakGlass, Member
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.caring import BrokenGlass, CareTeamMember, CareTeamStep, GlassReport
from careloom.store.clusters import Clusters
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.once import once
from careloom.store.row import place
from careloom.store.sameness import PATIENTS_A_QUERY, Sameness

_STEPS_OF = Asked(
    lambda organisation, patients: (
        CareTeamStep.objects.filter(organisation=organisation, patient__in=patients)
        .order_by("at", "id")
        .values_list("patient_id", "member", "joined")
    )
)
_OPENED_BY = Asked(
    lambda organisation, who, at, until: BrokenGlass.objects.filter(
        organisation=organisation, who=who, at__lte=at, until__gt=until
    ).values_list("patient_id")
)


@dataclass(frozen=True)
class Teams:
    """The care teams of one organisation's patients. Who is one person with a patient has the same team."""

    keys: Keys

    def step(self, patient: str, member: str, *, joined: bool, who: str, why: str, at: datetime) -> None:
        """Append that somebody (a user's id) joined or left a patient's team."""
        row_id, organisation, whose = new_id(), self.keys.organisation, as_uuid(patient, "patient")
        with writing():
            # Two who say opposite things at once would each see their own step alone.
            hold(number_of(organisation, "care teams"))
            CareTeamStep.objects.create(
                id=row_id,
                organisation=organisation,
                patient_id=whose,
                member=member,
                joined=joined,
                who=who,
                at=at,
                sealed_why=self.keys.seal(why.encode(), place("care team", row_id, "why")),
            )
            last = self._steps().filter(patient=whose, member=member).last()
            members = CareTeamMember.objects.filter(patient=whose, member=member)
            if last is None or not last.joined:
                members.delete()
            elif not members.exists():
                CareTeamMember.objects.create(organisation=organisation, patient_id=whose, member=member)

    def of(self, patient: str) -> tuple[Member, ...]:
        """Who is in a patient's care team, who joined first first."""
        members = Sameness(self.keys).members(patient)
        last: dict[str, CareTeamStep] = {}
        for row in self._steps().filter(patient__in=members):
            last[row.member] = row
        rows = sorted((row for row in last.values() if row.joined), key=lambda row: (row.at, row.id))
        return tuple(
            Member(
                row.member,
                row.who,
                row.at,
                self.keys.open(bytes(row.sealed_why), place("care team", row.id, "why")).decode(),
            )
            for row in rows
        )

    def cared_for_by(self, member: str) -> tuple[str, ...]:
        """The patients in whose care team somebody (a user's id) is, as they are stored."""
        last = {str(row.patient_id): row.joined for row in self._steps().filter(member=member)}
        return tuple(patient for patient, joined in last.items() if joined)

    def members(self, patients: Iterable[str], clusters: Clusters) -> Mapping[str, frozenset[str]]:
        """The members (users' ids) of these patients' care teams, by the id under which each is read; without a team none."""
        learnt, told, others = self._learnt(), dict[str, frozenset[str]](), set[UUID]()
        for patient in patients:
            everybody = clusters.members(patient)
            if everybody == (patient,) and patient in learnt:
                told[patient] = learnt[patient]
            else:
                others.update(map(UUID, everybody))
        asked = sorted(others)
        last: dict[tuple[str, str], bool] = {}
        for start in range(0, len(asked), PATIENTS_A_QUERY):
            some = tuple(asked[start : start + PATIENTS_A_QUERY])
            for patient, member, joined in self._steps_of(some):
                last[clusters.first(str(patient)), member] = joined
        found: dict[str, set[str]] = {}
        for (first, member), joined in last.items():
            if joined:
                found.setdefault(first, set()).add(member)
        told |= {patient: frozenset(team) for patient, team in found.items()}
        return {patient: team for patient, team in told.items() if team}

    def leads(self, rank: Callable[[str], int], clusters: Clusters) -> Mapping[str, str]:
        """Who leads each patient's care team, by the id under which the patient is read: the member of the lowest rank, of those who joined first."""
        joined: dict[str, dict[str, bool]] = {}
        for patient, member, came in self._steps().values_list("patient_id", "member", "joined"):
            team = joined.setdefault(clusters.first(str(patient)), {})
            team.pop(member, None)
            if came:
                team[member] = True
        return {patient: min(team, key=rank) for patient, team in joined.items() if team}

    def learnt(self, patient: str, team: frozenset[str]) -> None:
        """What another question's answer told just now of the steps of a patient's own: who is in the team by these, nobody where there is none."""
        self._learnt()[patient] = team

    def patients(self) -> tuple[str, ...]:
        """Every patient who has a care team, as they are stored."""
        rows = CareTeamMember.objects.filter(organisation=self.keys.organisation)
        return tuple(str(one) for one in rows.values_list("patient_id", flat=True).distinct())

    def break_glass(self, patient: str, *, who: str, why: str, at: datetime, until: datetime) -> None:
        """Append that somebody opened a record in an emergency, until a time."""
        row_id = new_id()
        with writing():
            BrokenGlass.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                patient_id=as_uuid(patient, "patient"),
                who=who,
                at=at,
                until=until,
                sealed_why=self.keys.seal(why.encode(), place("broken glass", row_id, "why")),
            )

    def opened_by(self, who: str, at: datetime) -> frozenset[str]:
        """The patients whose records somebody has open so at a time."""
        rows = _OPENED_BY.rows(self.keys.organisation, who, at, at)
        return frozenset(str(patient) for (patient,) in rows)

    def broken(self, since: datetime | None = None) -> tuple[BreakGlass, ...]:
        """The records that were opened so (since a time, or all), the newest first."""
        rows = self._glass().filter(at__gte=since) if since else self._glass()
        return tuple(self._broken(row) for row in rows.prefetch_related("reports").order_by("-at", "-id"))

    def unreported(self, before: datetime) -> tuple[BreakGlass, ...]:
        """Those before a time at which nobody who answers for the site has looked, the oldest first."""
        rows = self._glass().filter(~Exists(GlassReport.objects.filter(glass=OuterRef("pk"))), at__lt=before)
        return tuple(self._broken(row) for row in rows.order_by("at", "id"))

    def report(self, glass: str, *, who: str, at: datetime) -> None:
        """Append that somebody looked at one. Raises InputError for an unknown one."""
        row = self._glass().filter(pk=as_uuid(glass, "opening")).first()
        if row is None:
            raise InputError("nothing was opened under this id")
        with writing():
            GlassReport.objects.create(organisation=self.keys.organisation, glass=row, who=who, at=at)

    def _learnt(self) -> dict[str, frozenset[str]]:
        return once(("teams", self.keys.organisation), dict[str, frozenset[str]])

    def _steps_of(self, patients: tuple[UUID, ...]) -> list[tuple[Any, ...]]:
        organisation = self.keys.organisation
        return once(("steps", organisation, patients), lambda: _STEPS_OF.rows(organisation, patients))

    def _steps(self) -> QuerySet[CareTeamStep]:
        return CareTeamStep.objects.filter(organisation=self.keys.organisation).order_by("at", "id")

    def _glass(self) -> QuerySet[BrokenGlass]:
        return BrokenGlass.objects.filter(organisation=self.keys.organisation)

    def _broken(self, row: BrokenGlass) -> BreakGlass:
        looked = min(row.reports.all(), key=lambda one: one.at, default=None)
        return BreakGlass(
            id=str(row.id),
            patient=str(row.patient_id),
            who=row.who,
            at=row.at,
            until=row.until,
            why=self.keys.open(bytes(row.sealed_why), place("broken glass", row.id, "why")).decode(),
            looked_at_by=looked.who if looked else "",
        )
