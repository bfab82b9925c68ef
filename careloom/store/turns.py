"""Turns: whose a waiting document is, who has it open, and who is away. What people did is appended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db.models import F

from careloom.care.turns import Absence, Held, Turn, Turned
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place
from careloom.store.turned import AbsenceStep, OpenReview, TurnStep

# A reader who gave no sign for so long has left.
LEFT = timedelta(minutes=5)


@dataclass(frozen=True)
class Turns:
    """The turns of one organisation."""

    keys: Keys

    def add(self, turn: Turn) -> None:
        """Append whose a document is now."""
        row_id = new_id()
        with writing():
            TurnStep.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                proposal_id=as_uuid(turn.proposal, "proposal"),
                what=turn.what,
                whom=turn.whom,
                who=turn.who,
                at=turn.at,
                sealed_why=self.keys.seal(turn.why.encode(), place("turn", row_id, "why"))
                if turn.why
                else b"",
            )

    def of(self, proposal: str) -> tuple[Turn, ...]:
        """All turns of a document, the oldest first."""
        rows = TurnStep.objects.filter(
            organisation=self.keys.organisation, proposal=as_uuid(proposal, "proposal")
        )
        return tuple(map(self._turn, rows.order_by("at", "id")))

    def since(self, proposals: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
        """Whose each of these documents is by its newest turn, and since when."""
        rows = TurnStep.objects.filter(proposal__in=_ids(proposals)).order_by("at", "id")
        return {proposal.hex: (whom, at) for proposal, whom, at in rows.values_list("proposal", "whom", "at")}

    def look(self, proposal: str, who: str, at: datetime, *, takes: bool) -> Held:
        """Somebody opened a document's page: who has it open then. `takes` makes it hers whoever had it."""
        row_id = as_uuid(proposal, "proposal")
        begun = {"organisation": self.keys.organisation, "who": who, "since": at, "seen": at, "page": 0}
        with writing():
            row, _ = OpenReview.objects.select_for_update().get_or_create(proposal_id=row_id, defaults=begun)
            gone = at - row.seen >= LEFT
            if row.who != who and not takes and not gone:
                return Held(row.who, row.since, row.page)
            if row.who != who or gone:
                row.who, row.since = who, at
            row.seen, row.page = at, row.page + 1
            row.save()
        return Held(row.who, row.since, row.page)

    def still_there(self, proposal: str, who: str, at: datetime) -> None:
        """She gave a sign of herself on the page that she has open."""
        with writing():
            OpenReview.objects.filter(proposal=as_uuid(proposal, "proposal"), who=who).update(seen=at)

    def leave(self, proposal: str, who: str, page: int | None = None) -> None:
        """She left a document's page, or (without a page) has decided."""
        rows = OpenReview.objects.filter(proposal=as_uuid(proposal, "proposal"), who=who)
        with writing():
            (rows if page is None else rows.filter(page=page)).delete()

    def held(self, proposals: Iterable[str], at: datetime) -> Mapping[str, Held]:
        """Which of these documents somebody has open."""
        rows = OpenReview.objects.filter(proposal__in=_ids(proposals), seen__gt=at - LEFT)
        return {row.proposal_id.hex: Held(row.who, row.since, row.page) for row in rows}

    def absent(self, absence: Absence, *, who: str, at: datetime) -> str:
        """Append that somebody is away; the absence's id."""
        with writing():
            row = AbsenceStep.objects.create(
                organisation=self.keys.organisation,
                person=absence.who,
                cover=absence.cover,
                first=absence.first,
                last=absence.last,
                who=who,
                at=at,
            )
        return str(row.id)

    def back(self, absence: str, *, who: str, at: datetime) -> Absence:
        """Append that an absence is over, or was wrong. Raises InputError for one that isn't said, or is over."""
        found = next((one for one in self.absences() if one.id == absence), None)
        if found is None:
            raise InputError("unknown absence")
        with writing():
            AbsenceStep.objects.create(
                organisation=self.keys.organisation,
                person=found.who,
                cover=found.cover,
                first=found.first,
                last=found.last,
                who=who,
                at=at,
                ends_id=as_uuid(absence, "absence"),
            )
        return found

    def absences(self, on: date | None = None) -> tuple[Absence, ...]:
        """Those that nobody ended, the earliest first; of a day where one is given."""
        rows = AbsenceStep.objects.filter(
            organisation=self.keys.organisation, ends__isnull=True, ended_by__isnull=True
        )
        if on is not None:
            rows = rows.filter(first__lte=on, last__gte=on)
        return tuple(
            Absence(str(row.id), row.person, row.cover, row.first, row.last)
            for row in rows.order_by(F("first"), F("at"), F("id"))
        )

    def covered_by(self, user: str, on: date) -> frozenset[str]:
        """For whom somebody stands in on a day."""
        return frozenset(one.who for one in self.absences(on) if one.cover == user)

    def _turn(self, row: TurnStep) -> Turn:
        sealed = bytes(row.sealed_why)
        return Turn(
            proposal=row.proposal_id.hex,
            what=cast(Turned, row.what),
            whom=row.whom,
            who=row.who,
            at=row.at,
            why=self.keys.open(sealed, place("turn", row.id, "why")).decode() if sealed else "",
        )


def _ids(proposals: Iterable[str]) -> list[UUID]:
    return [as_uuid(one, "proposal") for one in proposals]
