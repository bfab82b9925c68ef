"""Shelf: the charts as they are served, a row for each resource, and the mark of what each chart rests on.

A chart is made anew where its mark changed: something was filed, said of a task, settled, received or merged.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Exists, OuterRef

from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked, Row
from careloom.store.charted import ChartMark, ChartResource
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import Filing, place
from careloom.store.once import forget, once
from careloom.store.opened import OpenedRows
from careloom.store.prepared import answer
from careloom.store.sameness import PATIENTS_A_QUERY, Sameness
from careloom.store.standing import ROW, Standing, of_names, of_patients, told
from careloom.store.teams import Teams

# So many resources are kept opened.
OPENED = 20_000
Resource = dict[str, Any]
Name = tuple[str, str]
_OF = Asked(
    lambda organisation, patients, view: (
        ChartResource.objects.filter(organisation=organisation, patient__in=patients, view=view)
        .order_by("id")
        .values_list(*ROW)
    )
)
_OF_KIND = Asked(
    lambda organisation, patients, view, kinds: (
        ChartResource.objects.filter(
            organisation=organisation, patient__in=patients, view=view, kind__in=kinds
        )
        .order_by("id")
        .values_list(*ROW)
    )
)
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Shown:
    """A resource as it is served: whose chart it is in, its JSON and what that says, and whether it is gone from the chart."""

    patient: str
    kind: str
    name: str
    json: bytes
    resource: Resource
    gone: bool

    @property
    def version(self) -> str:
        """Its version, which changes with what it says."""
        version: str = self.resource["meta"]["versionId"]
        return version

    @property
    def updated(self) -> datetime:
        """Since when it says that, to the millisecond."""
        return datetime.fromisoformat(self.resource["meta"]["lastUpdated"])


@dataclass(frozen=True)
class Shelf:
    """The served charts of one organisation's patients."""

    keys: Keys
    _opened: OpenedRows[Shown] = field(default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False)

    def known(
        self, patients: Collection[str], kinds: Collection[str] = (), *, closed: bool
    ) -> frozenset[str]:
        """Those of these ids that are patients of ours; what is in their charts of these `kinds` is asked for with it, for `of`."""
        ids = [as_uuid(one, "patient") for one in patients]
        return frozenset(map(str, self._standing(ids, closed, tuple(kinds))))

    def stale(self, patients: Collection[str], rest: str, *, closed: bool) -> dict[str, str]:
        """By patient (the first of a person's) what the chart rests on now, for those of these that rested on something else when
        they were made; `rest` is what else each does: the day, the software."""
        standing = dict(self._standing([as_uuid(one, "patient") for one in patients], closed))
        clusters = Sameness(self.keys).clusters(patients)
        persons = {clusters.first(one): clusters.members(one) for one in patients}
        if others := [
            one for every in persons.values() for name in every if (one := UUID(name)) not in standing
        ]:
            standing |= self._standing(others, closed)
        found = {}
        for patient, every in persons.items():
            said = [rest, *(f"{one}:{standing[UUID(one)].counts}" for one in every)]
            mark = hashlib.sha256("\n".join(said).encode()).hexdigest()
            if mark != standing[UUID(patient)].mark:
                found[patient] = mark
        return found

    def _standing(
        self, patients: Sequence[UUID], closed: bool, kinds: tuple[str, ...] = ()
    ) -> dict[UUID, Standing]:
        """By patient what there is of a chart; asked once while one reads."""
        kept = self._kept(closed)
        missing = tuple(dict.fromkeys(one for one in patients if one not in kept))
        if missing:
            organisation, view = self.keys.organisation, _view(closed)
            native = connection.features.has_native_uuid_field
            rows = []
            for start in range(0, len(missing), PATIENTS_A_QUERY):
                ids: list[Any] = [
                    one if native else one.hex for one in missing[start : start + PATIENTS_A_QUERY]
                ]
                sent = [view, organisation, organisation, *ids, view, organisation, *kinds]
                rows += answer(of_patients(connection.vendor, len(ids), len(kinds)), sent)
            resources = self._learnt(rows, kept)
            once(("chart", self.keys.organisation, closed), dict[Any, Any])[missing, kinds] = resources
        return {one: kept[one] for one in patients if one in kept}

    def _kept(self, closed: bool) -> dict[UUID, Standing]:
        kept: dict[UUID, Standing] = once(("standing", self.keys.organisation, closed), dict[UUID, Standing])
        return kept

    def _learnt(self, rows: Iterable[Row], kept: dict[UUID, Standing]) -> list[Row]:
        """Keep what these rows tell of patients, for whoever asks next while one reads; the rows of their resources."""
        teams, asked, resources = Teams(self.keys), set[Any](), []
        for row in rows:
            if row[0] not in asked:
                asked.add(row[0])
                whose, standing = told(row)
                kept[whose] = standing
                Sameness(self.keys).any(standing.any_said)
                teams.learnt(str(whose), standing.team)
            if row[-1] is not None:
                resources.append(row[-len(ROW) :])
        return resources

    def of(
        self, patients: Collection[str], kinds: Collection[str] = (), *, closed: bool
    ) -> tuple[Shown, ...]:
        """What is in these charts (of some types alone), and what was."""
        ids, asked = tuple(as_uuid(one, "patient") for one in patients), tuple(kinds)
        known = once(("chart", self.keys.organisation, closed), dict[Any, Any]).get((ids, asked))
        if asked and known is not None:
            return self._shown(sorted(known, key=_id_of))
        given = (self.keys.organisation, ids, _view(closed))
        return self._shown(_OF_KIND.rows(*given, asked, raw=True) if asked else _OF.rows(*given, raw=True))

    def named(self, kind: str, names: Collection[str], *, closed: bool) -> tuple[Shown, ...]:
        """The resources of these names, in whosever chart they are (whoever signed is in many); what stands of these is asked for with it."""
        organisation, view = self.keys.organisation, _view(closed)
        sent = [view, organisation, organisation, view, kind, *names]
        rows = answer(of_names(connection.vendor, len(names)), sent) if names else ()
        return self._shown(self._learnt(rows, self._kept(closed)))

    def unmade(self, most: int, *, closed: bool) -> tuple[str, ...]:
        """So many patients in whose chart something was filed since it was made last, the newest first."""
        made = ChartMark.objects.filter(
            patient=OuterRef("patient"), view=_view(closed), at__gte=OuterRef("at")
        )
        rows = Filing.objects.filter(~Exists(made), organisation=self.keys.organisation)
        found = dict.fromkeys(
            str(one) for one in rows.order_by("-at").values_list("patient_id", flat=True)[:most]
        )
        return tuple(found)

    def keep(
        self,
        patient: str,
        mark: str,
        resources: Mapping[Name, Resource],
        *,
        closed: bool,
        at: datetime,
        gone: Callable[[Resource], Resource | None],
    ) -> None:
        """Put a chart on the shelf as it is now. `gone` says as what something stays there that is in it no more (None: gone).

        What says the same keeps its version and time. Who is one person with the patient has no chart beside it.
        """
        organisation, whose = self.keys.organisation, as_uuid(patient, "patient")
        view = _view(closed)
        others = [one for one in Sameness(self.keys).members(patient) if one != whose]
        with writing():
            hold(number_of(organisation, f"chart {patient}"))
            rows = ChartResource.objects.filter(organisation=organisation, patient=whose, view=view)
            known = {(row.kind, row.name): row for row in rows}
            for name, resource in resources.items():
                self._put(whose, name, resource, known.pop(name, None), view=view, at=at)
            for name, row in known.items():
                before = _bare(self._open(row.id, bytes(row.sealed))[1])
                instead = gone(before)
                if instead is None:
                    self._say(row, before, at, gone=True)
                else:
                    self._put(whose, name, instead, row, view=view, at=at)
            if others:
                elsewhere = ChartResource.objects.filter(
                    organisation=organisation, patient__in=others, view=view
                )
                elsewhere.update(gone=True)
                ChartMark.objects.filter(patient__in=others, view=view).delete()
            ChartMark.objects.update_or_create(
                patient_id=whose,
                view=view,
                defaults={"organisation": organisation, "mark": mark, "at": at},
            )
        forget()

    def _put(
        self,
        whose: UUID,
        name: Name,
        resource: Resource,
        row: ChartResource | None,
        *,
        view: str,
        at: datetime,
    ) -> None:
        if row is None:
            kind, ident = name
            row = ChartResource(
                id=new_id(),
                organisation=self.keys.organisation,
                patient_id=whose,
                view=view,
                kind=kind,
                name=ident,
                version=0,
            )
        elif not row.gone and _bare(self._open(row.id, bytes(row.sealed))[1]) == _bare(resource):
            return
        self._say(row, resource, at, gone=False)

    def _say(self, row: ChartResource, resource: Resource, at: datetime, *, gone: bool) -> None:
        if gone and row.gone:
            return
        row.version, row.updated, row.gone = row.version + 1, at, gone
        meta = {"versionId": str(row.version), "lastUpdated": instant(at)}
        content = _encode({**resource, "meta": {**resource.get("meta", {}), **meta}})
        row.sealed = self.keys.seal(content, place("chart resource", row.id, "resource"))
        row.save()

    def _shown(self, rows: Iterable[Row]) -> tuple[Shown, ...]:
        """Rows as the database's driver gives them; one that says the same, sealed bytes and all, is opened once."""
        return tuple(self._opened.of(row[1], row, self._show) for row in rows)

    def _show(self, row_id: UUID | str, row: Row) -> Shown:
        patient, _, kind, name, gone, sealed = row
        content, resource = self._open(_uuid(row_id), bytes(sealed))
        return Shown(str(_uuid(patient)), kind, name, content, resource, bool(gone))

    def _open(self, row_id: UUID, sealed: bytes) -> tuple[bytes, Resource]:
        content = self.keys.open(sealed, place("chart resource", row_id, "resource"))
        return content, _decode(content)


def _uuid(given: UUID | str) -> UUID:
    """An id, which SQLite's driver gives as text."""
    return given if isinstance(given, UUID) else UUID(given)


def _id_of(row: Row) -> Any:
    return row[1]


def instant(at: datetime) -> str:
    """A moment as FHIR writes one."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _view(closed: bool) -> str:
    return "closed" if closed else "whole"


def _bare(resource: Resource) -> Resource:
    """What it says, without version and time."""
    meta = {
        key: value
        for key, value in resource.get("meta", {}).items()
        if key not in ("versionId", "lastUpdated")
    }
    bare = {key: value for key, value in resource.items() if key != "meta"}
    return {**bare, "meta": meta} if meta else bare
