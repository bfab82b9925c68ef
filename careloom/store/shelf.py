"""Shelf: the charts as they are served, a row for each resource, and the mark of what each chart rests on.

A chart is made anew where its mark changed: something was filed, said of a task, settled, received or merged.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Exists, OuterRef

from careloom.privacy.crypto import Keys
from careloom.store.asked import Asked
from careloom.store.charted import ChartMark, ChartResource
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import (
    Confirmation,
    EntryRevision,
    Filing,
    Patient,
    PatientSaying,
    ResourceVersion,
    RulingStep,
    TaskEvent,
    Unfiling,
    place,
)
from careloom.store.opened import OpenedRows
from careloom.store.prepared import answer
from careloom.store.sameness import Sameness

# So many resources are kept opened.
OPENED = 20_000
Resource = dict[str, Any]
Name = tuple[str, str]
_COLUMNS = ("patient_id", "id", "kind", "name", "gone", "sealed", "updated")
_OF = Asked(
    lambda organisation, patients, view: (
        ChartResource.objects.filter(organisation=organisation, patient__in=patients, view=view)
        .order_by("id")
        .values_list(*_COLUMNS)
    )
)
_OF_KIND = Asked(
    lambda organisation, patients, view, kinds: (
        ChartResource.objects.filter(
            organisation=organisation, patient__in=patients, view=view, kind__in=kinds
        )
        .order_by("id")
        .values_list(*_COLUMNS)
    )
)
_NAMED = Asked(
    lambda organisation, view, kind, names: (
        ChartResource.objects.filter(organisation=organisation, view=view, kind=kind, name__in=names)
        .order_by("id")
        .values_list(*_COLUMNS)
    )
)
_MARKS = Asked(
    lambda organisation, patients, view: ChartMark.objects.filter(
        organisation=organisation, patient__in=patients, view=view
    ).values_list("patient_id", "mark")
)
# What is appended or counted up whenever something of a chart may have changed, by patient.
_RESTS_ON: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Filing, ()),
    (Unfiling, ()),
    (TaskEvent, ()),
    (RulingStep, ()),
    (Confirmation, ()),
    (PatientSaying, ()),
    (EntryRevision, ()),
    (ResourceVersion, (" AND x.superseded", " AND x.withdrawn IS NOT NULL")),
)
_encode = msgspec.json.Encoder(order="sorted").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class Shown:
    """A resource as it is served: whose chart it is in, its JSON and what that says, and whether it is gone from the chart."""

    patient: str
    kind: str
    name: str
    updated: datetime
    json: bytes
    resource: Resource
    gone: bool

    @property
    def version(self) -> str:
        """Its version, which changes with what it says."""
        version: str = self.resource["meta"]["versionId"]
        return version


@dataclass(frozen=True)
class Shelf:
    """The served charts of one organisation's patients."""

    keys: Keys
    _opened: OpenedRows[tuple[bytes, Resource]] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )

    def mark(self, patients: Collection[str], rest: str) -> dict[str, str]:
        """By patient (the first of a person's) what the chart rests on now; `rest` is what else it does: the day, the software."""
        clusters = Sameness(self.keys).clusters(patients)
        members = {one: clusters.members(one) for one in patients}
        counted = _counted([UUID(one) for every in members.values() for one in every])
        found = {}
        for patient, every in members.items():
            said = [rest, *(f"{one}:{counted.get(UUID(one), ())}" for one in every)]
            found[patient] = hashlib.sha256("\n".join(said).encode()).hexdigest()
        return found

    def marked(self, patients: Iterable[str], *, closed: bool) -> dict[str, str]:
        """The marks with which these charts were made last."""
        ids = [as_uuid(one, "patient") for one in patients]
        return {
            str(patient): mark for patient, mark in _MARKS.rows(self.keys.organisation, ids, _view(closed))
        }

    def of(
        self, patients: Collection[str], kinds: Collection[str] = (), *, closed: bool
    ) -> tuple[Shown, ...]:
        """What is in these charts (of some types alone), and what was."""
        ids = [as_uuid(one, "patient") for one in patients]
        given = (self.keys.organisation, ids, _view(closed))
        return tuple(map(self._shown, _OF_KIND.rows(*given, tuple(kinds)) if kinds else _OF.rows(*given)))

    def named(self, kind: str, names: Collection[str], *, closed: bool) -> tuple[Shown, ...]:
        """The resources of these names, in whosever chart they are (whoever signed is in many)."""
        rows = _NAMED.rows(self.keys.organisation, _view(closed), kind, tuple(names))
        return tuple(map(self._shown, rows))

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

    def _shown(self, row: tuple[Any, ...]) -> Shown:
        patient, row_id, kind, name, gone, sealed, updated = row
        content, resource = self._open(row_id, bytes(sealed))
        return Shown(str(patient), kind, name, updated, content, resource, bool(gone))

    def _open(self, row_id: UUID, sealed: bytes) -> tuple[bytes, Resource]:
        return self._opened.of(row_id, sealed, self._decrypted)

    def _decrypted(self, row_id: UUID, sealed: bytes) -> tuple[bytes, Resource]:
        content = self.keys.open(sealed, place("chart resource", row_id, "resource"))
        return content, _decode(content)


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


def _counted(patients: list[UUID]) -> dict[UUID, tuple[int, ...]]:
    """By patient how much there is of each thing that a chart rests on; one statement."""
    native = connection.features.has_native_uuid_field
    sent: list[Any] = [one if native else one.hex for one in patients]
    marks, parts = ", ".join(["%s"] * len(sent)), []
    quote = connection.ops.quote_name
    for model, conditions in _RESTS_ON:
        of_hers = ("(SELECT COUNT(*) FROM", quote(model._meta.db_table), "x WHERE x.patient_id = p.id")
        parts += [" ".join((*of_hers, condition, ")")) for condition in ("", *conditions)]
    people = quote(Patient._meta.db_table)
    sql = " ".join(("SELECT p.id,", ", ".join(parts), "FROM", people, "p WHERE p.id IN (", marks, ")"))
    return {
        one if isinstance(one, UUID) else UUID(one): tuple(map(int, counts))
        for one, *counts in answer(sql, sent)
    }
