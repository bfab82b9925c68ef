"""Parallel runs: their plans, cases, everything else that happened to them, and the documents of their cases. All of it is appended."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet

from careloom.care.parallel import Case, Happened, Run, RunPlan, RunStep, Side
from careloom.errors import InputError, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.asked import Asked
from careloom.store.database import writing
from careloom.store.ids import as_uuid, new_id
from careloom.store.models import RunDocument, StoredRun
from careloom.store.models import RunStep as RunStepRow
from careloom.store.once import forget, once
from careloom.store.opened import OpenedRows
from careloom.store.row import place

# So many steps are kept opened: those of the runs that go on at the same time.
OPENED = 20_000
_DOCUMENTS = Asked(
    lambda organisation: (
        RunDocument.objects.filter(organisation=organisation)
        .order_by("id")
        .values_list("run", "case", "side", "proposal")
    )
)


@dataclass(frozen=True, slots=True)
class Belongs:
    """To which case of which run a document belongs, and on which side."""

    run: str
    case: str
    side: Side


@dataclass(frozen=True)
class Parallels:
    """The parallel runs of one organisation."""

    keys: Keys
    _steps: OpenedRows[Happened] = field(
        default_factory=lambda: OpenedRows(OPENED), repr=False, compare=False
    )

    def begin(self, plan: RunPlan, first: Happened) -> Run:
        """A new run with its first plan (the step `first`), and a seed of its own."""
        row_id, seed = new_id(), new_id().hex + new_id().hex
        with writing():
            StoredRun.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                at=first.at,
                sealed_seed=self.keys.seal(seed.encode(), place("run", row_id, "seed")),
            )
            return self.add(Run(id=row_id.hex, steps=()), replace(first, plan=plan))

    def add(self, run: Run, *happened: Happened) -> Run:
        """Append steps, all or none. Raises StaleRecord where somebody else took one since `run` was read."""
        try:
            with writing():
                for number, one in enumerate(happened, start=len(run.steps) + 1):
                    row_id = new_id()
                    RunStepRow.objects.create(
                        id=row_id,
                        organisation=self.keys.organisation,
                        run_id=as_uuid(run.id, "run"),
                        number=number,
                        what=one.what.value,
                        at=one.at,
                        sealed=self.keys.seal(codec.encode(one), place("run step", row_id, "step")),
                    )
                    self._documents_of(run.id, one)
        except IntegrityError:
            raise StaleRecord("somebody else wrote to this run at the same time; look at it again") from None
        forget()
        return replace(run, steps=(*run.steps, *happened))

    def get(self, run: str) -> Run:
        """A run by its id. Raises InputError where there is none."""
        found = self._made(self._rows().filter(pk=as_uuid(run, "run")))
        if not found:
            raise InputError("there is no such run", where="run")
        return found[0]

    def held(self, run: str) -> Run:
        """In a transaction: the same, to which nobody else writes until it ends. Raises InputError where there is none."""
        self._rows().select_for_update().filter(pk=as_uuid(run, "run")).first()
        return self.get(run)

    def all(self) -> tuple[Run, ...]:
        """Every run, the newest first."""
        return self._made(self._rows().order_by("-at", "-id"))

    def seed(self, run: str) -> bytes:
        """The seed of its draws. Raises InputError for no run."""
        row = self._rows().filter(pk=as_uuid(run, "run")).first()
        if row is None:
            raise InputError("there is no such run", where="run")
        return self.keys.open(bytes(row.sealed_seed), place("run", row.pk, "seed"))

    def documents(self) -> dict[str, Belongs]:
        """By proposal the case of a run to which it belongs; asked once for a page, however many documents it lists."""
        return once(("run documents", self.keys.organisation), self._all_documents)

    def case_of(self, proposal: str) -> tuple[Run, Case, Side] | None:
        """The run and case of a document, and its side; None for one of no run."""
        belongs = self.documents().get(proposal)
        if belongs is None:
            return None
        run = once(("run", self.keys.organisation, belongs.run), lambda: self.get(belongs.run))
        case = run.case(belongs.case)
        assert case is not None
        return run, case, belongs.side

    def _all_documents(self) -> dict[str, Belongs]:
        return {
            proposal.hex: Belongs(run.hex, case, Side(side))
            for run, case, side, proposal in _DOCUMENTS.rows(self.keys.organisation)
        }

    def _documents_of(self, run: str, one: Happened) -> None:
        """Say of each document that a step brings along to which case it belongs."""
        brought = (
            {Side.HAND: one.said["hand"], Side.DRAFT: one.said["draft"]} if one.what is RunStep.BEGIN else {}
        )
        if one.what is RunStep.AGAIN and one.side is not None:
            brought = {one.side: one.proposal}
        for side, proposal in brought.items():
            RunDocument.objects.create(
                organisation=self.keys.organisation,
                run_id=as_uuid(run, "run"),
                case=one.case,
                side=side.value,
                proposal_id=as_uuid(proposal, "proposal"),
            )

    def _made(self, rows: "Iterable[StoredRun] | QuerySet[StoredRun]") -> tuple[Run, ...]:
        found = list(rows)
        steps: dict[Any, list[Happened]] = defaultdict(list)
        for one in RunStepRow.objects.filter(run__in=[row.pk for row in found]).order_by("number"):
            steps[one.run_id].append(self._steps.of(one.pk, bytes(one.sealed), self._open))
        return tuple(Run(id=row.pk.hex, steps=tuple(steps[row.pk])) for row in found)

    def _open(self, row_id: UUID, sealed: bytes) -> Happened:
        return codec.ran(self.keys.open(sealed, place("run step", row_id, "step")))

    def _rows(self) -> "QuerySet[StoredRun]":
        return StoredRun.objects.filter(organisation=self.keys.organisation)
