"""Turns: whose a waiting document is, who has it open, and who is away. What people did is appended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import F, QuerySet

from careloom.care.turns import Absence, Held, Turn, Turned
from careloom.errors import InputError
from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.database import machine_errors, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.row import place
from careloom.store.turned import AbsenceStep, OpenReview, TurnStep

# A reader who gave no sign for so long has left.
LEFT = timedelta(minutes=5)


def _standing(organisation: str) -> QuerySet[AbsenceStep]:
    """The absences that nobody ended."""
    return AbsenceStep.objects.filter(organisation=organisation, ends__isnull=True, ended_by__isnull=True)


_HELD = Asked(
    lambda proposals, after: OpenReview.objects.filter(proposal__in=proposals, seen__gt=after).values_list(
        "proposal_id", "who", "since", "page"
    )
)
_STEPS = Asked(
    lambda organisation, proposal: (
        TurnStep.objects.filter(organisation=organisation, proposal=proposal)
        .order_by("at", "id")
        .values_list("id", "proposal_id", "what", "whom", "who", "at", "sealed_why")
    )
)
_SINCE = Asked(
    lambda proposals: (
        TurnStep.objects.filter(proposal__in=proposals)
        .order_by("at", "id")
        .values_list("proposal_id", "whom", "at")
    )
)
_COVERED = Asked(
    lambda organisation, cover: (
        _standing(organisation).filter(cover=cover).values_list("person", "first", "last")
    )
)
_OPEN = Asked(
    lambda proposal: OpenReview.objects.filter(proposal=proposal).values_list("who", "since", "page")
)
# One step for all: of two who open it at the same moment one has it, and the other one sees her.
_LOOK = """
INSERT INTO store_openreview AS had (id, organisation, proposal_id, who, since, seen, page) VALUES (%s, %s, %s, %s, %s, %s, 1)
ON CONFLICT (proposal_id) DO UPDATE SET
    who = excluded.who,
    since = CASE WHEN had.who = excluded.who AND had.seen > %s THEN had.since ELSE excluded.since END,
    seen = excluded.seen,
    page = had.page + 1
WHERE had.who = excluded.who OR had.seen <= %s OR %s
RETURNING since, page
"""


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
        rows = _STEPS.rows(self.keys.organisation, as_uuid(proposal, "proposal"))
        return tuple(self._turn(*row) for row in rows)

    def since(self, proposals: Iterable[str]) -> Mapping[str, tuple[str, datetime]]:
        """Whose each of these documents is by its newest turn, and since when."""
        return {proposal.hex: (whom, at) for proposal, whom, at in _SINCE.rows(_ids(proposals))}

    def look(self, proposal: str, who: str, at: datetime, *, takes: bool) -> Held:
        """Somebody opened a document's page: who has it open then. `takes` makes it hers whoever had it."""
        row_id = as_uuid(proposal, "proposal")
        now, left = map(connection.ops.adapt_datetimefield_value, (at, at - LEFT))
        native = connection.features.has_native_uuid_field
        ids = [one if native else one.hex for one in (new_id(), row_id)]
        with machine_errors(), connection.cursor() as cursor:
            given = [ids[0], self.keys.organisation, ids[1], who, now, now, left, left, takes]
            cursor.execute(_LOOK, given)
            hers = cursor.fetchone()
        if hers is not None:
            return Held(who, _time(hers[0]), hers[1])
        held = _OPEN.first(row_id)
        # Whoever had it has left at this very moment.
        return Held(*held) if held is not None else self.look(proposal, who, at, takes=takes)

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
        rows = _HELD.rows(_ids(proposals), at - LEFT)
        return {proposal.hex: Held(who, since, page) for proposal, who, since, page in rows}

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
        rows = _standing(self.keys.organisation)
        if on is not None:
            rows = rows.filter(first__lte=on, last__gte=on)
        return tuple(
            Absence(str(row.id), row.person, row.cover, row.first, row.last)
            for row in rows.order_by(F("first"), F("at"), F("id"))
        )

    def covered_by(self, user: str, on: date) -> frozenset[str]:
        """For whom somebody stands in on a day."""
        days = _COVERED.rows(self.keys.organisation, user)
        return frozenset(who for who, first, last in days if first <= on <= last)

    def _turn(
        self, row_id: UUID, proposal: UUID, what: str, whom: str, who: str, at: datetime, sealed: bytes
    ) -> Turn:
        why = self.keys.open(bytes(sealed), place("turn", row_id, "why")).decode() if sealed else ""
        return Turn(proposal=proposal.hex, what=cast(Turned, what), whom=whom, who=who, at=at, why=why)


def _time(said: datetime | str) -> datetime:
    """A time as this database's driver gives it: SQLite keeps no zone, and all is kept in UTC."""
    known = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    return known if known.tzinfo is not None else known.replace(tzinfo=UTC)


def _ids(proposals: Iterable[str]) -> list[UUID]:
    return [as_uuid(one, "proposal") for one in proposals]
