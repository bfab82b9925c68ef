"""Pulls: how far each search of each source has been read, and the exports that are under way."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from careloom.privacy.crypto import Keys
from careloom.store.database import writing
from careloom.store.ids import new_id
from careloom.store.models import PullMark, StoredExport, place

OPEN = ("asked", "listed")


@dataclass(frozen=True, slots=True)
class KeptExport:
    """An export as its row says: what was asked for (`wish`), where it is asked after, its files once they are listed.

    `wish` and `listing` are whatever the reader of exports writes; `done` are the numbers of the files that are stored.
    """

    id: str
    source: str
    wish: str
    status_url: str
    listing: str = ""
    state: str = "asked"
    done: frozenset[int] = field(default=frozenset())


@dataclass(frozen=True)
class Pulls:
    """What one organisation reads from other systems."""

    keys: Keys

    def mark(self, source: str, kind: str, scope: str = "") -> datetime | None:
        """Until when a search has been read, by the server's clock; None where it never was."""
        rows = PullMark.objects.filter(
            organisation=self.keys.organisation, source=source, kind=kind, scope__in=self._scopes(scope)
        )
        return rows.order_by("at").values_list("at", flat=True).last()

    def advance(self, source: str, kind: str, at: datetime, scope: str = "") -> None:
        """Say that everything until then has been read and stored. A mark never goes back."""
        before = self.mark(source, kind, scope)
        if before is not None and before >= at:
            return
        with writing():
            PullMark.objects.update_or_create(
                organisation=self.keys.organisation,
                source=source,
                kind=kind,
                scope=self._scopes(scope)[0],
                defaults={"at": at},
                create_defaults={"id": new_id(), "at": at},
            )

    def begin(self, source: str, scope: str, wish: str, status_url: str) -> KeptExport:
        """Keep that an export was asked for."""
        export = KeptExport(str(new_id()), source, wish, status_url)
        now = timezone.now()
        with writing():
            StoredExport.objects.create(
                id=UUID(export.id),
                organisation=self.keys.organisation,
                source=source,
                scope=self._scopes(scope)[0],
                state=export.state,
                sealed=self._sealed(export),
                created=now,
                changed=now,
            )
        return export

    def under_way(self, source: str, scope: str) -> KeptExport | None:
        """The export of a source and scope that is not finished, if there is one."""
        rows = self._rows().filter(source=source, scope__in=self._scopes(scope), state__in=OPEN)
        row = rows.order_by("created", "id").last()
        return self._opened(row) if row else None

    def all_under_way(self, source: str) -> tuple[KeptExport, ...]:
        """The exports of a source that are not finished, whomever they are about."""
        rows = self._rows().filter(source=source, state__in=OPEN).order_by("created", "id")
        return tuple(map(self._opened, rows))

    def listed(self, export: KeptExport, listing: str) -> KeptExport:
        """Keep the files of an export."""
        found = replace(export, listing=listing, state="listed")
        self._update(found, state=found.state, sealed=self._sealed(found))
        return found

    def stored(self, export: KeptExport, file: int) -> KeptExport:
        """Keep that a file of an export is stored."""
        found = replace(export, done=export.done | {file})
        self._update(found, done=sorted(found.done))
        return found

    def end(self, export: KeptExport, state: str) -> None:
        """An export is `done`, or was `given up`."""
        self._update(export, state=state)

    def _rows(self) -> QuerySet[StoredExport]:
        return StoredExport.objects.filter(organisation=self.keys.organisation)

    def _update(self, export: KeptExport, **given: object) -> None:
        with writing():
            self._rows().filter(pk=UUID(export.id)).update(changed=timezone.now(), **given)

    def _sealed(self, export: KeptExport) -> bytes:
        said = msgspec.json.encode([export.wish, export.status_url, export.listing])
        return self.keys.seal(said, place("export", UUID(export.id), "said"))

    def _opened(self, row: StoredExport) -> KeptExport:
        said = self.keys.open(bytes(row.sealed), place("export", row.id, "said"))
        wish, status_url, listing = msgspec.json.decode(said, type=tuple[str, str, str])
        return KeptExport(str(row.id), row.source, wish, status_url, listing, row.state, frozenset(row.done))

    def _scopes(self, scope: str) -> tuple[str, ...]:
        """A scope's blind indexes, the writing key's first; an address of a patient is no plain column."""
        return self.keys.indexes("pull scope", scope) if scope else ("",)
