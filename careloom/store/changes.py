"""Changes of what drafts are made with: plans, what happened to them, and the drafts that were compared beside. All of it is appended."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q, QuerySet

from careloom.care.change import (
    BY_NAME,
    OF_SITE,
    Change,
    ChangeKind,
    ChangePlan,
    ChangeStep,
    ChangeStepKind,
    Compared,
    Result,
)
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.changed import ShadowCase, StoredChange, StoredChangeStep
from careloom.store.database import hold, number_of, writing
from careloom.store.failed import FailureStep
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import StoredProposal
from careloom.store.registered import DraftVersions
from careloom.store.row import place

ENDS = tuple(
    one.value for one in (ChangeStepKind.ROLLED_BACK, ChangeStepKind.WITHDRAWN, ChangeStepKind.REPLACED)
)
BEGAN = ChangeKind.BEGAN.value
_compared = msgspec.json.Decoder(Compared).decode


class _Kept(msgspec.Struct):
    """What is sealed of a change: its plan, and the secret by which patients are drawn into its roll-out."""

    plan: ChangePlan
    seed: str


class _Said(msgspec.Struct):
    """What is sealed of a step."""

    licence: str = ""
    words: str = ""
    result: Result | None = None
    stage: int = -1


_kept = msgspec.json.Decoder(_Kept).decode
_said = msgspec.json.Decoder(_Said).decode


@dataclass(frozen=True)
class Changes:
    """The changes of one organisation."""

    keys: Keys

    def hold(self) -> None:
        """In a transaction: nobody else changes a change until it ends."""
        hold(number_of(self.keys.organisation, "changes"))

    def add(self, plan: ChangePlan, digest: str, *, release: str, who: str, at: datetime) -> str:
        """Keep a plan; the change's id."""
        row_id = new_id()
        with writing():
            StoredChange.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                kind=plan.kind.value,
                digest=digest,
                release=release,
                who=who,
                at=at,
                sealed=self.keys.seal(
                    codec.encode(_Kept(plan, secrets.token_hex(32))), place("change", row_id, "plan")
                ),
            )
        return row_id.hex

    def say(self, change: str, step: ChangeStep) -> None:
        """Append what happened to a change. Raises StaleRecord where something else happened at the same moment."""
        of, row_id = as_uuid(change, "change"), new_id()
        said = _Said(step.licence, step.words, step.result, step.stage)
        try:
            with writing():
                StoredChangeStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    of_id=of,
                    number=StoredChangeStep.objects.filter(of=of).count() + 1,
                    what=step.what.value,
                    who=step.who,
                    role=step.role,
                    at=step.at,
                    sealed=self.keys.seal(codec.encode(said), place("change step", row_id, "said")),
                )
        except IntegrityError:
            raise StaleRecord(
                "somebody else wrote to this change at the same time; look at it again"
            ) from None

    def any(self) -> bool:
        """Whether a change that isn't over was ever proposed."""
        ended = StoredChangeStep.objects.filter(of=OuterRef("pk"), what__in=ENDS)
        return self._rows().filter(~Exists(ended)).exclude(kind=BEGAN).exists()

    def get(self, change: str) -> Change:
        """A change by its id. Raises InputError for an unknown one."""
        found = self._opened(self._rows().filter(pk=as_uuid(change, "change")))
        if not found:
            raise InputError("there is no such change", where="change")
        return found[0]

    def all(self) -> tuple[Change, ...]:
        """Every change, the newest first; what the site began with is none."""
        return self._opened(self._rows().exclude(kind=BEGAN).order_by("-at", "-id"))

    def standing(self) -> tuple[str, ...]:
        """The ids of what was released of a site's own files, settings and models and not rolled back, the newest release first; the last is what it began with."""
        back = StoredChangeStep.objects.filter(of=OuterRef("of"), what=ChangeStepKind.ROLLED_BACK.value)
        kinds = [BEGAN, ChangeKind.UPGRADE.value, *(one.value for one in OF_SITE | BY_NAME)]
        # A mapping reads each message once, for everybody: it is in force from its one stage on.
        begun = Q(of__kind=ChangeKind.MAPPINGS.value, what=ChangeStepKind.STAGE.value)
        rows = StoredChangeStep.objects.filter(
            Q(what=ChangeStepKind.RELEASED.value) | begun,
            ~Exists(back),
            organisation=self.keys.organisation,
            of__kind__in=kinds,
        )
        ids = rows.order_by("-at", "-id").values_list("of_id", flat=True)
        return tuple(dict.fromkeys(one.hex for one in ids))

    def by_itself(self) -> tuple[Change, ...]:
        """What came without a plan of people: what the site began with, and what each upgrade brought; the newest first."""
        kinds = [BEGAN, ChangeKind.UPGRADE.value]
        return self._opened(self._rows().filter(kind__in=kinds).order_by("-at", "-id"))

    def in_force(self) -> tuple[Change, ...]:
        """The changes with which drafts of some patients or of all are made, the newest first; one question to the database where there is none."""
        ended = StoredChangeStep.objects.filter(of=OuterRef("of"), what__in=ENDS)
        staged = StoredChangeStep.objects.filter(
            ~Exists(ended), organisation=self.keys.organisation, what=ChangeStepKind.STAGE.value
        )
        ids = set(staged.values_list("of_id", flat=True))
        return self._opened(self._rows().filter(pk__in=ids).order_by("-at", "-id")) if ids else ()

    # ── the drafts of its days ──────────────────────────────────────────────────────────────────

    def compare(self, change: str, compared: Compared) -> None:
        """Keep what a live draft is beside the same made with the candidate; a second time changes nothing."""
        row_id = new_id()
        with writing():
            ShadowCase.objects.bulk_create(
                [
                    ShadowCase(
                        id=row_id,
                        organisation=self.keys.organisation,
                        of_id=as_uuid(change, "change"),
                        proposal_id=as_uuid(compared.proposal, "proposal"),
                        at=compared.at,
                        sealed=self.keys.seal(
                            codec.encode(compared), place("shadow case", row_id, "compared")
                        ),
                    )
                ],
                ignore_conflicts=True,
            )

    def compared(self, change: str) -> tuple[Compared, ...]:
        """All of them, the oldest first."""
        rows = ShadowCase.objects.filter(of=as_uuid(change, "change")).order_by("at", "id")
        return tuple(
            _compared(self.keys.open(bytes(row.sealed), place("shadow case", row.id, "compared")))
            for row in rows
        )

    def to_compare(self, change: Change, kinds: Iterable[str], most: int) -> tuple[str, ...]:
        """Live drafts of these kinds that were made since it was proposed and are not compared yet, the oldest first."""
        known = ShadowCase.objects.filter(of=as_uuid(change.id, "change"), proposal=OuterRef("pk"))
        rows = StoredProposal.objects.filter(
            ~Exists(known), organisation=self.keys.organisation, created__gte=change.at, kind__in=tuple(kinds)
        )
        rows = rows.filter(versions__isnull=False).order_by("created", "id")
        return tuple(one.hex for one in rows.values_list("pk", flat=True)[:most])

    def drafted(self, change: str) -> tuple[tuple[str, str, datetime], ...]:
        """(proposal, status, when it was made) of every draft that was made with a change, the oldest first."""
        rows = DraftVersions.objects.filter(organisation=self.keys.organisation, change=change)
        found = rows.order_by("made", "id").values_list("proposal_id", "proposal__status", "made")
        return tuple((proposal.hex, status, made) for proposal, status, made in found)

    def harmed(self, proposals: Iterable[str]) -> int:
        """Of how many of these drafts a lead judged that what was wrong with them is of high severity."""
        ids = [as_uuid(one, "proposal") for one in proposals]
        newest: dict[UUID, tuple[UUID, str]] = {}
        rows = FailureStep.objects.filter(
            organisation=self.keys.organisation, lesson__proposal__in=ids[-500:]
        )
        for lesson, proposal, severity in rows.order_by("at", "id").values_list(
            "lesson_id", "lesson__proposal_id", "severity"
        ):
            newest[lesson] = (proposal, severity)
        return len({proposal for proposal, severity in newest.values() if severity == "high"})

    def _rows(self) -> QuerySet[StoredChange]:
        return StoredChange.objects.filter(organisation=self.keys.organisation)

    def _opened(self, rows: Iterable[StoredChange]) -> tuple[Change, ...]:
        found = list(rows)
        steps: dict[UUID, list[ChangeStep]] = defaultdict(list)
        for one in StoredChangeStep.objects.filter(of__in=[row.pk for row in found]).order_by("number"):
            said = _said(self.keys.open(bytes(one.sealed), place("change step", one.pk, "said")))
            steps[one.of_id].append(
                ChangeStep(
                    what=ChangeStepKind(one.what),
                    who=one.who,
                    role=one.role,
                    at=one.at,
                    licence=said.licence,
                    words=said.words,
                    result=said.result,
                    stage=said.stage,
                )
            )
        kept = {
            row.pk: _kept(self.keys.open(bytes(row.sealed), place("change", row.pk, "plan"))) for row in found
        }
        return tuple(
            Change(
                id=row.pk.hex,
                plan=kept[row.pk].plan,
                seed=kept[row.pk].seed,
                digest=row.digest,
                proposer=row.who,
                at=row.at,
                release=row.release,
                steps=tuple(steps[row.pk]),
            )
            for row in found
        )
