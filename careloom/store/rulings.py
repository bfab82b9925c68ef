"""Rulings: what was settled where sources disagree, and what physicians were asked to settle. All of it is appended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.ruling import Asked, Cover, Ruling
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked as Question
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place
from careloom.store.ruled import RulingStep
from careloom.store.sameness import Sameness

SETTLE, UNDO, ASK, DONE = "settle", "undo", "ask", "done"
MEANWHILE = "somebody else settled something of this patient at the same moment; look at it again"
_STANDING = Question(
    lambda organisation, patients: (
        RulingStep.objects.filter(
            ~Exists(RulingStep.objects.filter(of=OuterRef("pk"), what=UNDO)),
            organisation=organisation,
            patient__in=patients,
            what=SETTLE,
        )
        .order_by("at", "id")
        .values_list("id", "who", "at", "sealed")
    )
)


@dataclass(frozen=True)
class Rulings:
    """The rulings of one organisation."""

    keys: Keys

    def hold(self, patient: str) -> None:
        """In a transaction: nobody else settles anything of this patient, or takes it back, until it ends."""
        hold(number_of(self.keys.organisation, f"ruling {patient}"))

    def number(self, patient: str) -> int:
        """How often something of a patient was settled or taken back."""
        return self._steps(patient).filter(what__in=(SETTLE, UNDO)).count()

    def new_id(self) -> str:
        """The id of a ruling that is about to be made."""
        return new_id().hex

    def add(self, patient: str, ruling: Ruling) -> None:
        """Append what was settled. Raises StaleRecord where somebody else settled something at the same moment."""
        said = {
            "family": ruling.family,
            "about": ruling.about,
            "choice": ruling.choice,
            "words": ruling.words,
            "reason": ruling.reason,
            "name": ruling.name,
            "covers": [[one.entry, one.said, one.aspect] for one in ruling.covers],
        }
        self._append(SETTLE, patient, said, who=ruling.who, at=ruling.at, id=UUID(ruling.id))

    def undo(self, patient: str, ruling: str, *, who: str, at: datetime) -> None:
        """Append that it is taken back. Raises InputError for one that there isn't or that was taken back before."""
        row = self._steps(patient).filter(pk=as_uuid(ruling, "ruling"), what=SETTLE).first()
        if row is None or row.steps.filter(what=UNDO).exists():
            raise InputError("nothing of the kind stands settled")
        self._append(UNDO, patient, {}, who=who, at=at, of=row.id)

    def of(self, patient: str) -> tuple[Ruling, ...]:
        """What stands settled of a patient, oldest first; what was settled while two were one person stays said."""
        rows = _STANDING.rows(self.keys.organisation, Sameness(self.keys).ever(patient))
        return tuple(self._ruling(*row) for row in rows)

    def ask(
        self, patient: str, key: str, about: str, words: str, *, who: str, whom: str, at: datetime
    ) -> str:
        """Append that somebody asks `whom` to settle a dispute; the id."""
        said = {"key": key, "about": about, "words": words}
        return self._append(ASK, patient, said, who=who, at=at, whom=whom)

    def done(self, asked: Iterable[Asked], *, who: str, at: datetime) -> None:
        """Append that these need no answer any more."""
        for one in asked:
            self._append(DONE, one.patient, {}, who=who, at=at, of=as_uuid(one.id, "question"))

    def asked(self, whom: Iterable[str] | None = None, patient: str = "") -> tuple[Asked, ...]:
        """What these people (everybody) were asked and nobody has settled, of one patient or of all, oldest first."""
        done = Exists(RulingStep.objects.filter(of=OuterRef("pk"), what=DONE))
        rows = self._steps(patient) if patient else self._all()
        rows = rows.filter(~done, what=ASK)
        if whom is not None:
            rows = rows.filter(whom__in=tuple(whom))
        return tuple(map(self._asked, rows.order_by("at", "id")))

    def _append(
        self,
        what: str,
        patient: str,
        said: dict[str, Any],
        *,
        who: str,
        at: datetime,
        whom: str = "",
        of: UUID | None = None,
        id: UUID | None = None,
    ) -> str:
        row_id = id or new_id()
        whose = as_uuid(patient, "patient")
        try:
            with writing():
                self.hold(patient)
                RulingStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    patient_id=whose,
                    number=RulingStep.objects.filter(patient=whose).count() + 1,
                    what=what,
                    who=who,
                    whom=whom,
                    at=at,
                    of_id=of,
                    sealed=self.keys.seal(msgspec.json.encode(said), place("ruling", row_id, "said")),
                )
        except IntegrityError:
            raise StaleRecord(MEANWHILE) from None
        return row_id.hex

    def _all(self) -> QuerySet[RulingStep]:
        return RulingStep.objects.filter(organisation=self.keys.organisation)

    def _steps(self, patient: str) -> QuerySet[RulingStep]:
        return self._all().filter(patient__in=Sameness(self.keys).ever(patient))

    def _said(self, row_id: UUID, sealed: bytes) -> dict[str, Any]:
        opened = self.keys.open(sealed, place("ruling", row_id, "said"))
        return msgspec.json.decode(opened, type=dict[str, Any])

    def _ruling(self, row_id: UUID, who: str, at: datetime, sealed: bytes) -> Ruling:
        said = self._said(row_id, bytes(sealed))
        covers = tuple(Cover(*one) for one in said.pop("covers"))
        return Ruling(id=row_id.hex, who=who, at=at, covers=covers, **said)

    def _asked(self, row: RulingStep) -> Asked:
        return Asked(
            id=row.id.hex,
            patient=str(row.patient_id),
            who=row.who,
            whom=row.whom,
            at=row.at,
            **self._said(row.id, bytes(row.sealed)),
        )
