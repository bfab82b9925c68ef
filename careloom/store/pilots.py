"""Pilots: their protocols, cases and everything else that happened to them. All of it is appended."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.parallel import RunPlan
from careloom.care.pilot import Happened, Pilot, PilotProtocol, Step
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import PilotStep, StoredPilot
from careloom.store.row import place

_WITH = Asked(
    lambda organisation, patient: (
        PilotStep.objects.filter(organisation=organisation, patient=patient, what=Step.ENROL.value)
        .order_by("at", "id")
        .values_list("pilot")
    )
)


@dataclass(frozen=True)
class Pilots:
    """The pilots of one organisation."""

    keys: Keys

    def begin(self, protocol: PilotProtocol, *, who: str, at: datetime) -> Pilot:
        """A new pilot with its first protocol, and a seed of its own."""
        row_id, seed = new_id(), new_id().hex + new_id().hex
        with writing():
            StoredPilot.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                at=at,
                sealed_seed=self.keys.seal(seed.encode(), place("pilot", row_id, "seed")),
            )
            return self.add(
                Pilot(id=row_id.hex, steps=()), Happened(what=Step.WRITE, who=who, at=at, protocol=protocol)
            )

    def add(self, pilot: Pilot, *happened: Happened) -> Pilot:
        """Append steps, all or none. Raises StaleRecord where somebody else took one since `pilot` was read."""
        try:
            with writing():
                for number, one in enumerate(happened, start=len(pilot.steps) + 1):
                    row_id = new_id()
                    PilotStep.objects.create(
                        id=row_id,
                        organisation=self.keys.organisation,
                        pilot_id=as_uuid(pilot.id, "pilot"),
                        number=number,
                        what=one.what.value,
                        patient_id=as_uuid(one.patient, "patient") if one.patient else None,
                        at=one.at,
                        sealed=self.keys.seal(codec.encode(one), place("pilot step", row_id, "step")),
                    )
        except IntegrityError:
            raise StaleRecord(
                "somebody else wrote to this pilot at the same time; look at it again"
            ) from None
        return replace(pilot, steps=(*pilot.steps, *happened))

    def get(self, pilot: str) -> Pilot:
        """A pilot by its id. Raises InputError where there is none."""
        found = self._made(self._rows().filter(pk=as_uuid(pilot, "pilot")))
        if not found:
            raise InputError("there is no such pilot", where="pilot")
        return found[0]

    def held(self, pilot: str) -> Pilot:
        """In a transaction: the same, to which nobody else writes until it ends. Raises InputError where there is none."""
        self._rows().select_for_update().filter(pk=as_uuid(pilot, "pilot")).first()
        return self.get(pilot)

    def all(self) -> tuple[Pilot, ...]:
        """Every pilot, the newest first."""
        return self._made(self._rows().order_by("-at", "-id"))

    def with_patients(self, patients: Iterable[UUID]) -> tuple[Pilot, ...]:
        """The pilots in which one of these was enrolled, the one of the first enrolment first."""
        found = {row[0]: None for one in patients for row in _WITH.rows(self.keys.organisation, one)}
        rows = {one.pk: one for one in self._rows().filter(pk__in=list(found))} if found else {}
        return self._made([rows[one] for one in found if one in rows])

    def seed(self, pilot: str) -> str:
        """The seed of its allocation. Raises InputError for no pilot."""
        row = self._rows().filter(pk=as_uuid(pilot, "pilot")).first()
        if row is None:
            raise InputError("there is no such pilot", where="pilot")
        return self.keys.open(bytes(row.sealed_seed), place("pilot", row.pk, "seed")).decode()

    @staticmethod
    def digest(protocol: PilotProtocol | RunPlan, before: str, about: str) -> str:
        """SHA-256 over what stood before (a digest, or the seed's), what is said about it (when and why), and the protocol's every word."""
        return hashlib.sha256(
            b"\n".join((before.encode(), about.encode(), codec.encode(protocol)))
        ).hexdigest()

    def _made(self, rows: "Iterable[StoredPilot] | QuerySet[StoredPilot]") -> tuple[Pilot, ...]:
        found = list(rows)
        steps: dict[Any, list[Happened]] = defaultdict(list)
        for one in PilotStep.objects.filter(pilot__in=[row.pk for row in found]).order_by("number"):
            opened = self.keys.open(bytes(one.sealed), place("pilot step", one.pk, "step"))
            steps[one.pilot_id].append(codec.piloted(opened))
        return tuple(Pilot(id=row.pk.hex, steps=tuple(steps[row.pk])) for row in found)

    def _rows(self) -> "QuerySet[StoredPilot]":
        return StoredPilot.objects.filter(organisation=self.keys.organisation)
