"""Work lists: waiting proposals searched, ordered and paged by the database; one small sealed value is opened for each row shown."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Sum

from careloom.care.document import Proposal, Tier
from careloom.care.worklist import Counted, Found, Load, Row, Sought, Waiting, Whose
from careloom.privacy.crypto import Keys
from careloom.store import codec, readers
from careloom.store.asked import Asked
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid
from careloom.store.models import (
    ListedProposal,
    ListingDue,
    PatientSaying,
    StoredDecision,
    StoredProposal,
    place,
)
from careloom.store.patients import Patients
from careloom.store.readers import COLUMNS, COUNTS, Reader
from careloom.store.sameness import Sameness

# Rows listed in one short transaction.
BATCH = 25
# Rows that say so which are taken away in it.
MOST = 1_000
# Columns that listing a proposal anew replaces.
WRITTEN = ("tier", "assigned_to", "due", *COUNTS, "watched_until", "closed", "told", "sealed")

_DUE = Asked(
    lambda organisation: (
        ListingDue.objects.filter(organisation=organisation)
        .order_by("proposal_id")
        .values_list("proposal_id")
        .distinct()[:BATCH]
    )
)
_SAYINGS = Asked(
    lambda patients: (
        PatientSaying.objects.filter(patient__in=patients)
        .order_by()
        .values("patient_id")
        .annotate(number=Count("pk"))
        .values_list("patient_id", "number")
    )
)


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed of a proposal that waits; `closed` where it cites what a substance-use programme sent."""

    proposal: Proposal
    counted: Counted
    watched_until: date | None
    closed: bool


@dataclass(frozen=True)
class WorkLists:
    """The work lists of one organisation."""

    keys: Keys

    def keep_up(self, read: Callable[[Sequence[str]], Iterable[Listed]]) -> int:
        """List anew what isn't listed as it is; how many proposals that were. `read` gives those of some proposals that wait."""
        number = 0
        while _DUE.rows(self.keys.organisation):
            with writing():
                # Two who list at once would write what one of them read before a decision over what the other read after it.
                hold(number_of(self.keys.organisation, "work list"))
                asked = [proposal for (proposal,) in _DUE.rows(self.keys.organisation)]
                # Whatever comes after the documents were read stays due.
                rows = ListingDue.objects.filter(organisation=self.keys.organisation, proposal__in=asked)
                due = list(rows.values_list("pk", flat=True)[:MOST])
                self._write(tuple(read([one.hex for one in asked])), asked)
                rows.filter(pk__in=due).delete()
            number += len(asked)
        return number

    def _write(self, made: Sequence[Listed], asked: Sequence[UUID]) -> None:
        """List those that wait as they are; of the others that were asked for nothing is listed any more."""
        patients = {one.proposal.document.patient for one in made}
        labels, told = Patients(self.keys).labels(patients), self._told(patients)
        rows = []
        for one in made:
            # The proposal's own id, so that listing it again replaces the row.
            row_id, patient = as_uuid(one.proposal.id, "proposal"), one.proposal.document.patient
            shown = _shown(labels.get(patient, ("", "", "")), one.counted.why)
            row = ListedProposal(
                id=row_id,
                organisation=self.keys.organisation,
                proposal_id=row_id,
                patient_id=as_uuid(patient, "patient"),
                kind=one.proposal.document.kind,
                tier=int(one.proposal.tier),
                assigned_to=one.proposal.assigned_to,
                due=one.proposal.due,
                created=one.proposal.created,
                watched_until=one.watched_until,
                closed=one.closed,
                told=told[patient],
                sealed=self.keys.seal(codec.encode(shown), place("listed", row_id, "shown")),
            )
            for name in COUNTS:
                setattr(row, name, getattr(one.counted, name))
            rows.append(row)
        gone = set(asked) - {row.id for row in rows}
        ListedProposal.objects.filter(organisation=self.keys.organisation, pk__in=gone).delete()
        ListedProposal.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["id"], update_fields=list(WRITTEN)
        )

    def arrived(self, patient: str) -> None:
        """Something came of a patient that may change how soon somebody looks: list what waits of them anew."""
        organisation = self.keys.organisation
        members = Sameness(self.keys).members(patient)
        rows = StoredProposal.objects.filter(organisation=organisation, patient__in=members, status="draft")
        with writing():
            ListingDue.objects.bulk_create(
                ListingDue(organisation=organisation, proposal_id=one)
                for one in rows.values_list("pk", flat=True)
            )

    def found(self, reader: Reader, sought: Sought, now: datetime, paged: Collection[str]) -> Found:
        """A page of what somebody asked to see. `paged` are the patients about whom an urgent page is open."""
        form, values = readers.question(self.keys.organisation, reader, sought, now, paged)
        given = tuple(values.values())
        mine, team, every, total, overdue = readers.numbers(form).first(*given) or (0,) * 5
        number = max(sought.page, 1)
        by_whose = {Whose.MINE: mine, Whose.TEAM: team, Whose.ALL: every}
        found = Found((), total, overdue, by_whose)
        # A page after the last has no row, and the numbers of the others.
        return (
            found
            if number > found.pages
            else replace(
                found,
                rows=self._named(
                    [dict(zip(COLUMNS, row, strict=True)) for row in readers.page(form, number).rows(*given)],
                    reader,
                ),
            )
        )

    def every(self, reader: Reader, now: datetime, paged: Collection[str]) -> tuple[Row, ...]:
        """All rows that somebody may see, worst first, without names and words."""
        form, values = readers.question(self.keys.organisation, reader, Sought(), now, paged)
        rows = readers.every(form).rows(*values.values())
        return tuple(_row(dict(zip(COLUMNS, row, strict=True)), {}) for row in rows)

    def merged(self) -> frozenset[str]:
        """The patients with something waiting of whom it was ever said that they are one with another: they are asked about one by one."""
        said = {one for word in Sameness(self.keys).clusters().said for one in word.pair}
        if not said:
            return frozenset()
        rows = ListedProposal.objects.filter(organisation=self.keys.organisation)
        return frozenset(map(str, rows.values_list("patient", flat=True).distinct())) & said

    def load(self, now: datetime, since: datetime) -> Mapping[str, Load]:
        """Everybody's work by user ("" for nobody in particular), with what each decided since a time."""
        rows = ListedProposal.objects.filter(organisation=self.keys.organisation)
        waits = (
            rows.order_by()
            .values_list("assigned_to")
            .annotate(
                number=Count("pk"),
                late=Count("pk", filter=Q(due__lt=now)),
                every=Sum("lines"),
                done=Sum("signed"),
            )
        )
        decisions = StoredDecision.objects.filter(organisation=self.keys.organisation, at__gte=since)
        decided = decisions.exclude(action="undo").order_by().values_list("reviewer").annotate(n=Count("pk"))
        found = {user or "": Load(number, late, every, done) for user, number, late, every, done in waits}
        for user, number in decided:
            found[user] = replace(found.get(user, Load()), decided=number)
        return found

    def _named(self, rows: list[dict[str, Any]], reader: Reader) -> tuple[Row, ...]:
        """Rows with their names and words; those whose patient was said to be somebody else since are sealed anew."""
        patients = {str(row["patient_id"]) for row in rows}
        told = self._told(patients)
        moved = [row for row in rows if row["told"] != told[str(row["patient_id"])]]
        labels = Patients(self.keys).labels({str(row["patient_id"]) for row in moved}) if moved else {}
        found = []
        for row in rows:
            shown = codec.words(self.keys.open(bytes(row["sealed"]), place("listed", row["id"], "shown")))
            patient = str(row["patient_id"])
            if row["told"] != told[patient]:
                label = labels.get(patient, ("", "", ""))
                shown = _shown(label, shown["why"])
                sealed = self.keys.seal(codec.encode(shown), place("listed", row["id"], "shown"))
                ListedProposal.objects.filter(pk=row["id"]).update(told=told[patient], sealed=sealed)
            found.append(_row(row, {**shown, "why": ""} if row["closed"] and reader.closed else shown))
        return tuple(found)

    def _told(self, patients: Collection[str]) -> dict[str, str]:
        """What changes for each patient with whatever is said of who they are: sayings are appended, so their number tells."""
        clusters = Sameness(self.keys).clusters(patients)
        members = {patient: clusters.members(patient) for patient in patients}
        asked = {as_uuid(one, "patient") for several in members.values() for one in several}
        number = {str(patient): said for patient, said in _SAYINGS.rows(sorted(asked))}
        return {patient: _sum(several, number) for patient, several in members.items()}


def _sum(members: Sequence[str], number: Mapping[str, int]) -> str:
    """How many sayings there are of each member: for nearly everybody, who is one with nobody, a number."""
    if len(members) == 1:
        return str(number.get(members[0], 0))
    told = " ".join(f"{one}:{number.get(one, 0)}" for one in members)
    return blake2b(told.encode(), digest_size=16).hexdigest()


def _row(row: Mapping[str, Any], shown: Mapping[str, str]) -> Row:
    counts = {name: row[name] for name in COUNTS}
    waiting = Waiting(
        proposal=row["id"].hex,
        patient=str(row["patient_id"]),
        kind=row["kind"],
        tier=Tier(row["tier"]),
        created=row["created"],
        due=row["due"],
        assigned_to=row["assigned_to"],
        counted=Counted(**counts, why=shown.get("why", "")),
        watched_until=row["watched_until"],
        paged=row["paged"],
        name=shown.get("name", ""),
        birth_date=shown.get("birth_date", ""),
        sex=shown.get("sex", ""),
    )
    # NULL where nobody has it and nothing is left for her: SQL says neither yes nor no.
    return Row(waiting, bool(row["mine"]))


def _shown(label: tuple[str, str, str], why: str) -> dict[str, str]:
    name, birth_date, sex = label
    return {"name": name, "birth_date": birth_date, "sex": sex, "why": why}
