"""The registry: what shaped drafts, each version once, and the set that each draft was made with. All of it is appended."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from careloom.care.registered import Part, PartKind, Registered, digest_of
from careloom.privacy.crypto import Keys
from careloom.store.database import hold, number_of, writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.registered import DraftVersions, RegisteredPart, RegisteredSet
from careloom.store.row import place

ID_BYTES = 16


@dataclass(frozen=True)
class Registry:
    """The registry of one organisation."""

    keys: Keys

    def has(self, digest: str) -> bool:
        """Whether a set of this hash is registered."""
        return RegisteredSet.objects.filter(organisation=self.keys.organisation, sha256=digest).exists()

    def add(self, parts: Mapping[Part, bytes], at: datetime, release: str) -> str:
        """Register a set with the contents of those parts that no release has; its hash. A second time changes nothing."""
        digest = digest_of(parts)
        with writing():
            hold(number_of(self.keys.organisation, "registry"))
            if self.has(digest):
                return digest
            known = {_part(row): row.id for row in self._rows()}
            rows = [self._row(part, body, at, release) for part, body in parts.items() if part not in known]
            RegisteredPart.objects.bulk_create(rows)
            known |= {_part(row): row.id for row in rows}
            RegisteredSet.objects.create(
                organisation=self.keys.organisation,
                sha256=digest,
                at=at,
                parts=b"".join(known[part].bytes for part in sorted(parts)),
            )
        return digest

    def draft(self, proposal: str, digest: str, change: str, made: datetime) -> None:
        """Say with which set a stored draft was made."""
        DraftVersions.objects.create(
            organisation=self.keys.organisation,
            proposal_id=as_uuid(proposal, "proposal"),
            sha256=digest,
            change=change,
            made=made,
        )

    def of_draft(self, proposal: str) -> tuple[str, str] | None:
        """The hash of the set that a draft was made with, and the change under which it was ("": none); None where that wasn't kept."""
        rows = DraftVersions.objects.filter(organisation=self.keys.organisation)
        row = rows.filter(proposal=as_uuid(proposal, "proposal")).first()
        return (row.sha256, row.change) if row else None

    def parts(self, digest: str) -> tuple[Part, ...]:
        """The parts of a set; none for one that isn't registered."""
        row = RegisteredSet.objects.filter(organisation=self.keys.organisation, sha256=digest).first()
        if row is None:
            return ()
        ids = _ids(bytes(row.parts))
        return tuple(sorted(_part(one) for one in self._rows().filter(pk__in=ids)))

    def content(self, part: Part) -> bytes:
        """The contents of a part that are kept; b"" where none are."""
        row = self._rows().filter(kind=part.kind.value, name=part.name, sha256=part.sha256).first()
        if row is None or not row.kept:
            return b""
        return self.keys.open(bytes(row.sealed), place("registered part", row.id, "content"))

    def every(self) -> tuple[Registered, ...]:
        """Every part, by kind and name, the newest of each first, with how many drafts were made with it."""
        mine = {"organisation": self.keys.organisation}
        counted = DraftVersions.objects.filter(**mine).order_by().values("sha256")
        used = {
            row["sha256"]: (row["number"], row["last"])
            for row in counted.annotate(number=Count("id"), last=Max("made"))
        }
        drafts: dict[UUID, int] = {}
        last: dict[UUID, datetime] = {}
        for one in RegisteredSet.objects.filter(**mine):
            number, when = used.get(one.sha256, (0, None))
            for part in _ids(bytes(one.parts)):
                drafts[part] = drafts.get(part, 0) + number
                if when and (part not in last or when > last[part]):
                    last[part] = when
        rows = self._rows().order_by("kind", "name", "-at", "-id")
        return tuple(
            Registered(
                part=_part(row),
                first_seen=row.at,
                release=row.release,
                drafts=drafts.get(row.id, 0),
                last=last.get(row.id),
            )
            for row in rows.defer("sealed")
        )

    @staticmethod
    def once_committed(act: Callable[[], object]) -> None:
        """Have `act` called when what is being written is committed; never where it isn't."""
        transaction.on_commit(lambda: act() and None)

    def _rows(self) -> QuerySet[RegisteredPart]:
        return RegisteredPart.objects.filter(organisation=self.keys.organisation)

    def _row(self, part: Part, body: bytes, at: datetime, release: str) -> RegisteredPart:
        row_id = new_id()
        sealed = self.keys.seal(body, place("registered part", row_id, "content")) if part.kept else b""
        return RegisteredPart(
            id=row_id,
            organisation=self.keys.organisation,
            kind=part.kind.value,
            name=part.name,
            version=part.version,
            sha256=part.sha256,
            release=release,
            at=at,
            kept=part.kept,
            sealed=sealed,
        )


def _part(row: RegisteredPart) -> Part:
    return Part(PartKind(row.kind), row.name, row.version, row.sha256, row.kept)


def _ids(body: bytes) -> list[UUID]:
    return [UUID(bytes=body[at : at + ID_BYTES]) for at in range(0, len(body), ID_BYTES)]
