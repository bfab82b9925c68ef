"""Work lists: waiting proposals searched, ordered and paged by the database; one small sealed value is opened for each row shown."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
    Window,
)

from careloom.care.document import Proposal, Tier
from careloom.care.worklist import PAGE, Counted, Found, Load, Order, Risk, Row, Sought, Waiting, Whose
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid
from careloom.store.models import (
    ListedProposal,
    PatientSaying,
    StoredDecision,
    StoredProposal,
    place,
)
from careloom.store.patients import Patients
from careloom.store.sameness import Sameness

# Conditions of a list: of all patients, of none.
_EVERYBODY, _NOBODY = Q(), Q(pk__in=())
# Rows written at a time where many must be listed anew.
BATCH = 200
COUNTS = ("high", "moderate", "low", "automatic", "nurse", "physician", "whole", "lines", "signed")
SHOWN = (
    "id",
    "patient",
    *COUNTS,
    "watched_until",
    "mine",
    "paged",
    "proposal__kind",
    "proposal__tier",
    "proposal__created",
    "proposal__due",
    "proposal__assigned_to",
)
OF_ROW = ("closed", "told", "sealed", "is_wanted")
NUMBERS = ("n_mine", "n_team", "n_all", "n_total", "n_overdue")
WRITTEN = ("version", *COUNTS, "watched_until", "closed", "told", "sealed")


_STALE = Asked(
    lambda organisation: StoredProposal.objects.filter(
        Q(listed__isnull=True) | ~Q(listed__version=F("version")), organisation=organisation, status="draft"
    ).values_list("id")
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


@dataclass(frozen=True)
class Reader:
    """For whom a list is made: user, how far her licence reaches, for whom else she stands in, and which rows she may see.

    To a `closed` one no word is shown that may rest on what a substance-use programme sent (42 CFR Part 2). `blind` are documents that she reads
    a second time: how far they are signed would tell her what was decided.
    """

    user: str
    reach: Tier
    covers: frozenset[str] = frozenset()
    closed: bool = True
    may_see: Q = _EVERYBODY
    in_team: Q = _NOBODY
    blind: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed of a proposal at a version; `closed` where it cites what a substance-use programme sent."""

    proposal: Proposal
    version: int
    counted: Counted
    watched_until: date | None
    closed: bool


@dataclass(frozen=True)
class WorkLists:
    """The work lists of one organisation."""

    keys: Keys

    def stale(self) -> tuple[str, ...]:
        """The waiting proposals that are not listed as they are now."""
        return tuple(one.hex for (one,) in _STALE.rows(self.keys.organisation))

    def write(self, lines: Iterable[Listed]) -> None:
        """List proposals as they are; what was listed of them before is replaced."""
        made = tuple(lines)
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
                version=one.version,
                watched_until=one.watched_until,
                closed=one.closed,
                told=told[patient],
                sealed=self.keys.seal(codec.encode(shown), place("listed", row_id, "shown")),
            )
            for name in COUNTS:
                setattr(row, name, getattr(one.counted, name))
            rows.append(row)
        with writing():
            ListedProposal.objects.bulk_create(
                rows,
                batch_size=BATCH,
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=list(WRITTEN),
            )

    def arrived(self, patient: str) -> None:
        """Something came of a patient that may change how soon somebody looks: list what waits of them anew."""
        members = Sameness(self.keys).members(patient)
        rows = ListedProposal.objects.filter(organisation=self.keys.organisation, patient__in=members)
        rows.update(version=0)

    def found(self, reader: Reader, sought: Sought, now: datetime, paged: Collection[str]) -> Found:
        """A page of what somebody asked to see. `paged` are the patients about whom an urgent page is open."""
        wanted = _wanted(reader, sought, now)
        is_wanted = When(wanted, then=Value(1)) if wanted else When(pk__isnull=False, then=Value(1))
        rows = self._rows(reader, now, paged).annotate(
            is_wanted=Case(is_wanted, default=Value(0), output_field=IntegerField())
        )
        # One question for the rows and all the numbers: those that are not wanted come after the others.
        counted = rows.annotate(
            n_mine=Window(Count("pk", filter=Q(mine=True))),
            n_team=Window(Count("pk", filter=reader.in_team)),
            n_all=Window(Count("pk")),
            n_total=Window(Count("pk", filter=Q(is_wanted=1))),
            n_overdue=Window(Count("pk", filter=Q(is_wanted=1, proposal__due__lt=now))),
        )
        first = (max(sought.page, 1) - 1) * PAGE
        page = list(
            _ordered(counted, sought.order, "-is_wanted")[first : first + PAGE].values(
                *SHOWN, *OF_ROW, *NUMBERS
            )
        )
        if not page:
            return (
                Found((), 0, 0, dict.fromkeys(Whose, 0))
                if not first
                else self._beyond(reader, sought, now, paged)
            )
        sums = page[0]
        shown = self._named([row for row in page if row["is_wanted"]], reader)
        return Found(
            shown, sums["n_total"], sums["n_overdue"], {one: sums[f"n_{one.value}"] for one in Whose}
        )

    def _beyond(self, reader: Reader, sought: Sought, now: datetime, paged: Collection[str]) -> Found:
        """A page after the last: no row, and the numbers of the first page."""
        return replace(self.found(reader, replace(sought, page=1), now, paged), rows=())

    def every(self, reader: Reader, now: datetime, paged: Collection[str]) -> tuple[Row, ...]:
        """All rows that somebody may see, worst first, without names and words."""
        rows = _ordered(self._rows(reader, now, paged), Order.DUE)
        return tuple(_row(row, {}) for row in rows.values(*SHOWN))

    def load(self, now: datetime, since: datetime) -> Mapping[str, Load]:
        """Everybody's work by user ("" for nobody in particular), with what each decided since a time."""
        rows = ListedProposal.objects.filter(organisation=self.keys.organisation, proposal__status="draft")
        waits = (
            rows.order_by()
            .values_list("proposal__assigned_to")
            .annotate(
                number=Count("pk"),
                late=Count("pk", filter=Q(proposal__due__lt=now)),
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

    def _rows(self, reader: Reader, now: datetime, paged: Collection[str]) -> QuerySet[ListedProposal]:
        """What waits and this reader may see, each with whether it is hers, whether a page is open, and its risk."""
        owners = [reader.user, *sorted(reader.covers)]
        left = Q(automatic__gt=0)
        if reader.reach >= Tier.NURSE:
            left |= Q(nurse__gt=0)
        if reader.reach >= Tier.PHYSICIAN:
            left |= Q(physician__gt=0) | Q(whole=True)
        rows = ListedProposal.objects.filter(
            reader.may_see, organisation=self.keys.organisation, proposal__status="draft"
        )
        if reader.blind:
            rows = rows.exclude(pk__in=[as_uuid(one, "proposal") for one in reader.blind])
        about_paged = Q(patient__in=[as_uuid(one, "patient") for one in paged])
        risk = Case(
            When(Q(high__gt=0) | about_paged, then=Value(Risk.HIGH.value)),
            When(Q(watched_until__gte=now.date()) | Q(proposal__due__lt=now), then=Value(Risk.RAISED.value)),
            default=Value(Risk.ROUTINE.value),
            output_field=IntegerField(),
        )
        return rows.annotate(
            mine=ExpressionWrapper(
                Q(proposal__assigned_to__in=owners) | (Q(proposal__assigned_to__isnull=True) & left),
                output_field=BooleanField(),
            ),
            paged=ExpressionWrapper(about_paged, output_field=BooleanField()),
            risk=risk,
        )

    def _named(self, rows: list[dict[str, Any]], reader: Reader) -> tuple[Row, ...]:
        """Rows with their names and words; those whose patient was said to be somebody else since are sealed anew."""
        patients = {str(row["patient"]) for row in rows}
        told = self._told(patients)
        moved = [row for row in rows if row["told"] != told[str(row["patient"])]]
        labels = Patients(self.keys).labels({str(row["patient"]) for row in moved}) if moved else {}
        found = []
        for row in rows:
            shown = codec.words(self.keys.open(bytes(row["sealed"]), place("listed", row["id"], "shown")))
            patient = str(row["patient"])
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
        return {
            patient: blake2b(
                " ".join(f"{one}:{number.get(one, 0)}" for one in several).encode(), digest_size=16
            ).hexdigest()
            for patient, several in members.items()
        }


def _wanted(reader: Reader, sought: Sought, now: datetime) -> Q:
    wanted = {Whose.MINE: Q(mine=True), Whose.TEAM: reader.in_team, Whose.ALL: Q()}[sought.whose]
    if sought.tier is not None:
        wanted &= Q(proposal__tier=int(sought.tier))
    if sought.kind:
        wanted &= Q(proposal__kind=sought.kind)
    if sought.risk is not None:
        wanted &= Q(risk=int(sought.risk))
    if sought.overdue:
        wanted &= Q(proposal__due__lt=now)
    if sought.older_than_days:
        wanted &= Q(proposal__created__lt=now - timedelta(days=sought.older_than_days))
    return wanted


def _ordered(rows: QuerySet[ListedProposal], order: Order, *wanted: str) -> QuerySet[ListedProposal]:
    """Worst first: due soonest, then most high findings, then oldest; or by risk or age before that."""
    first: dict[Order, tuple[str, ...]] = {
        Order.DUE: (),
        Order.RISK: ("-risk",),
        Order.AGE: ("proposal__created",),
    }
    due = F("proposal__due").asc(nulls_last=True)
    return rows.order_by(*wanted, *first[order], due, "-high", "proposal__created", "id")


def _row(row: Mapping[str, Any], shown: Mapping[str, str]) -> Row:
    counts = {name: row[name] for name in COUNTS}
    waiting = Waiting(
        proposal=row["id"].hex,
        patient=str(row["patient"]),
        kind=row["proposal__kind"],
        tier=Tier(row["proposal__tier"]),
        created=row["proposal__created"],
        due=row["proposal__due"],
        assigned_to=row["proposal__assigned_to"],
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
