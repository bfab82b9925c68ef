"""Holds: legal holds, and the question that every path that deletes a record asks first.

A hold never ends by itself, and nothing of it is changed or deleted: lifting one appends that.
"""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import IntegrityError
from django.db.models import Q, QuerySet

from careloom.care.compliance import Hold
from careloom.errors import InputError, Refused, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store.complied import LegalHold, LegalHoldEnd
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import Patient
from careloom.store.row import place
from careloom.store.sameness import Sameness


class _Why(msgspec.Struct):
    """What is sealed of a hold, and of its end."""

    why: str = ""


_why = msgspec.json.Decoder(_Why).decode


@dataclass(frozen=True)
class Holds:
    """The legal holds of one organisation."""

    keys: Keys

    def place(self, patient: str, *, who: str, why: str, at: datetime) -> str:
        """A new hold on a patient's records, or on everybody's (""); its id. Raises InputError for an unknown patient."""
        row = new_id()
        of = as_uuid(patient, "patient") if patient else None
        if of and not Patient.objects.filter(organisation=self.keys.organisation, pk=of).exists():
            raise InputError("there is no such patient", where="patient")
        sealed = self.keys.seal(msgspec.json.encode(_Why(why)), place("legal hold", row, "why"))
        with writing():
            LegalHold.objects.create(
                id=row, organisation=self.keys.organisation, patient_id=of, who=who, at=at, sealed=sealed
            )
        return row.hex

    def lift(self, hold: str, *, who: str, why: str, at: datetime) -> None:
        """End a hold. Raises InputError for an unknown one, StaleRecord for one that is lifted."""
        of = self._rows().filter(pk=as_uuid(hold, "hold")).first()
        if of is None:
            raise InputError("there is no such hold", where="hold")
        row = new_id()
        sealed = self.keys.seal(msgspec.json.encode(_Why(why)), place("legal hold end", row, "why"))
        try:
            with writing():
                LegalHoldEnd.objects.create(
                    id=row, organisation=self.keys.organisation, of=of, who=who, at=at, sealed=sealed
                )
        except IntegrityError:
            raise StaleRecord("this hold was lifted already") from None

    def all(self) -> tuple[Hold, ...]:
        """Every hold, the newest first."""
        return tuple(self._told(row) for row in self._rows().order_by("-at", "-id"))

    def in_force(self) -> tuple[Hold, ...]:
        """The holds that nobody lifted."""
        return tuple(one for one in self.all() if one.lifted is None)

    def holds(self, patient: str = "") -> bool:
        """Whether a hold is in force on this patient (whichever of one person's records it names), or, without one, on anything at all."""
        rows = self._rows().filter(end=None)
        if patient:
            cluster = Sameness(self.keys).clusters([patient]).members(patient)
            rows = rows.filter(Q(patient=None) | Q(patient__in=[as_uuid(one, "patient") for one in cluster]))
        return rows.exists()

    def must_not_hold(self, what: str, patient: str = "") -> None:
        """Before `what` of a patient, or of anybody, is deleted. Raises Refused where a hold is in force."""
        if self.holds(patient):
            raise Refused(
                f"a legal hold is in force: {what} stays until it is lifted (page Compliance, Legal holds)"
            )

    def _rows(self) -> "QuerySet[LegalHold]":
        return LegalHold.objects.filter(organisation=self.keys.organisation).select_related("end")

    def _told(self, row: LegalHold) -> Hold:
        end = getattr(row, "end", None)
        return Hold(
            row.pk.hex,
            row.patient_id.hex if row.patient_id else "",
            row.who,
            row.at,
            _why(self.keys.open(bytes(row.sealed), place("legal hold", row.pk, "why"))).why,
            end.at if end else None,
            end.who if end else "",
            _why(self.keys.open(bytes(end.sealed), place("legal hold end", end.pk, "why"))).why
            if end
            else "",
        )
