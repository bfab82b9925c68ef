"""Gated: which version a draft is made with, what is asked of a new one, and past drafts made anew; over all other parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import orjson
import structlog

from careloom.care.change import BY_NAME, OF_SITE, Change, ChangeKind, Criteria
from careloom.care.document import Proposal, Reviewer
from careloom.care.record import PatientRecord
from careloom.errors import NeedsNewer
from careloom.improve.candidates import find
from careloom.knowledge import load
from careloom.pipeline.alongside import Alongside
from careloom.pipeline.change_candidates import fields_of
from careloom.pipeline.change_files import WORDS, criteria_of, made, with_weights
from careloom.pipeline.drafting import Drafting
from careloom.pipeline.held import InForce, said_by, with_thresholds
from careloom.pipeline.mappings import Mappings
from careloom.pipeline.measuring_changes import MeasuringChanges
from careloom.pipeline.reproducing import Reproducing
from careloom.pipeline.rereading import Rereading
from careloom.pipeline.testifying import Testifying
from careloom.pipeline.weaving import Weaving
from careloom.review.tiers import raised
from careloom.settings import Settings

log = structlog.get_logger(__name__)


# So many versions of a site's files and thresholds are kept ready in a process.
READY = 4


@dataclass(frozen=True)
class Gated(Alongside):
    """What decides which version a draft is made with, and looks back at drafts."""

    _fits: dict[bytes, tuple[Drafting, Weaving]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @cached_property
    def measuring_changes(self) -> MeasuringChanges:
        """What is asked of a change before anybody signs."""
        return MeasuringChanges(
            self.store,
            self.knowledge,
            self.releasing,
            self.evaluating,
            self.protecting,
            self.drafting,
            self.weaving,
            self.training.drafts,
            lambda change: self._fit(self.holding.in_force(change)),
            self._rereading,
        )

    def _rereading(self, change: Change) -> Rereading:
        """What reads past messages by a change's mappings."""
        then = self.holding.mapped(said_by(change).mappings or {}, Mappings(self.mappings.kept))
        return Rereading(self.store, self.intake, self.mappings, then)

    def propose_from_here(
        self, actor: Reviewer | str, kind: ChangeKind, words: Mapping[str, str], criteria: Criteria
    ) -> str:
        """Propose what this machine has of the site's files or thresholds and no draft is made with; the change's id. Raises NotLicensed, InputError."""
        self.releasing.must_propose(actor)
        return self.releasing.propose(actor, self.holding.plan(kind, words, criteria))

    def propose_plan(self, actor: Reviewer | str, said: Mapping[str, Any]) -> str:
        """Propose the plan that mappings say: a model, a prompt, or what this machine has of the site's files or thresholds; the change's id.

        Raises NotLicensed, InputError naming what is wrong, ConfigError for a model that isn't here.
        """
        self.releasing.must_propose(actor)
        kind = str(said.get("kind", ""))
        if kind in {one.value for one in OF_SITE}:
            words = {name: str(said.get(name, "")) for name in WORDS}
            criteria = criteria_of(dict(said.get("criteria", {})))
            return self.propose_from_here(actor, ChangeKind(kind), words, criteria)
        plan = made(said)
        if plan.kind in BY_NAME:
            plan = with_weights(plan, self.opened(plan.candidate["model"]))
        return self.releasing.propose(actor, plan)

    def propose_candidate(self, actor: Reviewer | str, candidate: str, **instead: Any) -> str:
        """Propose what `careloom learn` made, by the beginning of its id, with what was measured then; the change's id. Raises as `propose_plan`."""
        said = fields_of(find(self.learning.candidates(), candidate))
        return self.propose_plan(actor, {**said, **instead})

    def hand(
        self, actor: Reviewer | str, patient: str, kind: str, model: str | None
    ) -> tuple[Drafting, str | None]:
        """What a draft is made with, and by which model: what was asked for, else the version of the roll-out that the patient is in.

        Raises NeedsNewer for a worker that lacks that version: another one does it. For a person, who waits, it is drafted with what is in force, and logged.
        """
        self.holding.settle(self.registering.standing)
        if model is not None:
            return self._fit(self.holding.in_force())[0], model
        first = self.store.sameness.first(patient)
        of_site, version = None, None
        try:
            of_site, version = self.releasing.of_site(first), self.releasing.version(first, kind)
        except NeedsNewer as lacking:
            if actor == "worker":
                raise
            log.warning("drafted with what is in force", change="not here", why=str(lacking))
            of_site, version = None, None
        fitted, _ = self._fit(self.holding.in_force(of_site))
        if version is None:
            return replace(fitted, change=of_site.id if of_site else ""), None
        tables = self.releasing.measured(version.change)
        hand = replace(
            fitted,
            instead=version.instead,
            change=of_site.id if of_site else version.change,
            tables=lambda: (*tables, *self.evaluating.tables()),
        )
        return hand, version.model

    def woven(self, hand: Drafting, patient: str, as_of: date) -> PatientRecord:
        """A patient's record, by the knowledge that a draft is made with."""
        if hand.knowledge is self.knowledge:
            return self.record_of(patient, as_of)
        own = next(
            weaving for drafting, weaving in self._fits.values() if drafting.knowledge is hand.knowledge
        )
        return own.record(patient, as_of)

    def hand_of(self, plan: Proposal) -> Drafting:
        """What a draft was made with of the site's files and thresholds, to queue it."""
        name = plan.document.model.change
        change = self.store.changes.get(name) if name else None
        of_site = change if change is not None and change.plan.kind in OF_SITE else None
        return self._fit(self.holding.in_force(of_site))[0]

    @cached_property
    def _mine(self) -> Mapping[str, str]:
        """The site's own files that this process works with, by name."""
        return self.holding.working(self.settings.protocols, self.releases)

    def _fit(self, now: InForce) -> tuple[Drafting, Weaving]:
        """What drafts with these files and thresholds of the site."""
        files = self._mine if now.files is None else now.files
        settings = with_thresholds(self.settings, now.said)
        if files == self._mine and settings == self.settings:
            return self.drafting, self.weaving
        key = orjson.dumps([files, now.said], option=orjson.OPT_SORT_KEYS)
        if key not in self._fits:
            if len(self._fits) >= READY:
                self._fits.clear()
            self._fits[key] = self._made(files, settings)
        return self._fits[key]

    def _made(self, files: Mapping[str, str], settings: Settings) -> tuple[Drafting, Weaving]:
        knowledge, site, releases = self.knowledge, settings.protocols, self.releases
        if files != self._mine:
            site, releases = self.holding.folders(files)
            knowledge = load(site, releases)
        protecting = replace(self.protecting, knowledge=knowledge)
        registering = replace(
            self.registering,
            knowledge=knowledge,
            settings=replace(settings, protocols=site),
            releases=releases or self.registering.releases,
            known=protecting.known,
        )
        hand = replace(
            self.drafting,
            knowledge=knowledge,
            settings=settings,
            raised=raised(settings.raise_tiers),
            known=protecting.known,
            inputs=protecting.inputs,
            versions=registering.note,
        )
        return hand, replace(self.weaving, knowledge=knowledge)

    @cached_property
    def reproducing(self) -> Reproducing:
        """Past drafts made anew."""
        return Reproducing(
            self.store,
            self.settings,
            self.knowledge,
            self.registering,
            self.weaving,
            self.drafting,
            self.holding,
        )

    @cached_property
    def testifying(self) -> Testifying:
        """One answer about a past draft, for whoever audits."""
        return Testifying(self.store)
