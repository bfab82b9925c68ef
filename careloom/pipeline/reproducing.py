"""Reproducing: a past draft as it was made, with the versions of everything that shaped it, and the same draft made anew.

Takes    a stored draft
Gives    what is the same line for line, and of what isn't which part differs or isn't here any more
Never    stores anything, asks a model (its kept answers alone are used), or calls a draft the same that was made with other parts
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec
import orjson

from careloom.care.document import Finding, ModelUse, Proposal, Statement
from careloom.care.kinds import CARE_PLAN
from careloom.care.registered import Part, PartKind, digest_of
from careloom.draft import earned
from careloom.draft.earned import Table
from careloom.draft.kind import Task
from careloom.errors import CareloomError, ConfigError, ModelError
from careloom.improve import site_rules
from careloom.knowledge import Knowledge, load
from careloom.llm import Answer, Model, Opened, Prompt, Schema, Spend
from careloom.pipeline.drafting import Drafting
from careloom.pipeline.holding import Holding
from careloom.pipeline.registering import Registering
from careloom.pipeline.weaving import Weaving
from careloom.review.tiers import raised
from careloom.settings import Settings
from careloom.store.opening import Store


@dataclass(frozen=True, slots=True)
class PartNow:
    """A part that a draft was made with: whether the same contents are here, and in words why not."""

    part: Part
    here: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class LineNow:
    """A line as it was drafted, and as it is when it is drafted anew ("" for one that is missing)."""

    id: str
    then: str
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduced:
    """A past draft beside the same made anew.

    `digest` is the hash of its set ("" where none was kept), `parts` what stands in it. `record_same` says whether the record that it was drafted from
    was made again to the last entry. `lines` are as many as it had, `differ` those that aren't the same, `findings_differ` what is found of one
    of the two alone. `why` says in words all that isn't the same, nothing where everything is.
    """

    first: Proposal
    digest: str
    change: str
    parts: tuple[PartNow, ...]
    record_same: bool
    lines: int
    differ: tuple[LineNow, ...]
    findings_differ: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether the whole document was made again, word for word and finding for finding, with the very parts that it was made with."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Recalled:
    """A model that isn't asked: its name and weights, under which its answers are kept."""

    name: str
    sha256: str

    @property
    def spent(self) -> Spend:
        """Nothing."""
        return Spend()

    def complete(
        self,
        prompt: Prompt,
        *,
        max_tokens: int,
        schema: Schema | None = None,
        grammar: str | None = None,
    ) -> Answer:
        """Raises ModelError: an answer that isn't kept can't be had again."""
        del prompt, max_tokens, schema, grammar
        raise ModelError("an answer of it is not kept", permanent=True)


@dataclass(frozen=True)
class Reproducing:
    """What makes past drafts of one site anew."""

    store: Store
    settings: Settings
    knowledge: Knowledge
    registering: Registering
    weaving: Weaving
    drafting: Drafting
    holding: Holding

    def reproduce(self, proposal_id: str) -> Reproduced:
        """Make a stored draft anew. Raises InputError for an unknown one."""
        name = self.store.proposals.find(proposal_id)
        first = self.store.proposals.revision(name, 1)
        digest, change = self.store.registry.of_draft(name) or ("", "")
        registered = self.store.registry.parts(digest) if digest else ()
        unread: list[str] = []
        knowledge = self._knowledge(registered, unread)
        parts = self._now(registered, first, knowledge)
        why = [f"{one.part.kind.value} {one.part.name}: {one.why}" for one in parts if not one.here] + unread
        if not registered:
            why.append("what it was made with was not registered: it is older than the registry")
        elif digest_of(registered) != digest:
            why.append("the registry's parts don't add up to the hash of its set")
        if first.document.by_hand:
            return self._told(first, digest, change, parts, [*why, "people wrote it: nothing was drafted"])
        return self._made(first, digest, change, parts, why, knowledge)

    def _made(
        self,
        first: Proposal,
        digest: str,
        change: str,
        parts: tuple[PartNow, ...],
        why: list[str],
        knowledge: Knowledge,
    ) -> Reproduced:
        at, seen = self.store.past.queued(first.id), self.store.proposals.seen_entries(first.id)
        if not self.store.proposals.is_of_today(first.id):
            why.append("patients were merged or parted since")
        as_then = replace(knowledge, version=first.document.knowledge_version or knowledge.version)
        record = self.weaving.then(first.document.patient, first.document.as_of, at, seen, as_then)
        same = record.version == first.document.record_version
        if not same:
            why.append("the record as it was then could not be made again to the last entry")
        rules = [one for one in self.store.site_rules.all() if self._stood(one.rule, str(one.version), parts)]
        rules.sort(key=lambda one: min(step.at for step in one.steps if step.what == "active"))
        known = site_rules.beside(as_then, rules)
        settings = self._settings(parts)
        hand = replace(
            self.drafting,
            knowledge=as_then,
            known=lambda: known,
            settings=settings,
            raised=raised(settings.raise_tiers),
            instead=self._instead(parts, first),
            tables=lambda: self._tables(parts),
        )
        use = first.document.model
        opened = Opened(None if use.name == "none" else _recalled(use), "")
        try:
            now = hand.again(record, first, self._filed(first), opened)
        except CareloomError as error:
            return self._told(first, digest, change, parts, [*why, f"it can't be drafted anew: {error}"])
        if use.name != "none" and now.document.model.note != use.note:
            why.append(f"the model's words: {now.document.model.note or 'they stand where they did not'}")
        return self._told(first, digest, change, parts, why, now, record_same=same)

    @staticmethod
    def _told(
        first: Proposal,
        digest: str,
        change: str,
        parts: tuple[PartNow, ...],
        why: list[str],
        now: Proposal | None = None,
        *,
        record_same: bool = False,
    ) -> Reproduced:
        then = first.document.statements
        lines = _lines(then, now.document.statements) if now else ()
        found = _findings(first) ^ _findings(now) if now else frozenset[str]()
        if lines:
            why.append(f"{len(lines)} of {len(then)} lines differ")
        if found:
            why.append(f"{len(found)} findings differ")
        return Reproduced(
            first=first,
            digest=digest,
            change=change,
            parts=parts,
            record_same=record_same,
            lines=len(then),
            differ=lines,
            findings_differ=tuple(sorted(found)),
            why=tuple(why),
        )

    # ── what it was made with, and what is here ─────────────────────────────────────────────────

    def _now(
        self, registered: tuple[Part, ...], first: Proposal, knowledge: Knowledge
    ) -> tuple[PartNow, ...]:
        here = {(one.kind, one.name, one.version, one.sha256) for one in self.registering.standing()}
        loaded = {f"release {one.name}": one.version for one in knowledge.terms.releases}
        return tuple(self._one(part, here, first, loaded) for part in registered)

    def _one(
        self,
        part: Part,
        here: set[tuple[PartKind, str, str, str]],
        first: Proposal,
        loaded: Mapping[str, str],
    ) -> PartNow:
        if (part.kind, part.name, part.version, part.sha256) in here or part.kept:
            return PartNow(part, here=True)
        if part.kind is PartKind.MODEL:
            if part.name == "none" or first.document.model.name == "none":
                return PartNow(part, here=True)
            if part.sha256:
                return PartNow(part, here=True, why="its kept answers are used; it isn't asked again")
            return PartNow(
                part, here=True, why="an endpoint's: nobody knows its weights; its kept answers are used"
            )
        if part.kind in (PartKind.CODE, PartKind.RULE, PartKind.TEMPLATE, PartKind.RELEASE):
            return PartNow(part, False, f"made by release {part.version} with other code than what runs here")
        if part.name.startswith("release "):
            if loaded.get(part.name) == part.version:
                return PartNow(part, here=True)
            return PartNow(part, False, f"version {part.version} is neither loaded here nor kept")
        return PartNow(part, False, "its contents of then aren't in this release, and none are kept")

    def _stood(self, rule: str, version: str, parts: tuple[PartNow, ...]) -> bool:
        return any(
            (one.part.kind, one.part.name, one.part.version) == (PartKind.SITE_RULE, rule, version)
            for one in parts
        )

    def _knowledge(self, parts: tuple[Part, ...], why: list[str]) -> Knowledge:
        """Knowledge with the site's own files and code systems as they were then, out of the registry."""
        own = {one.name: one.sha256 for one in parts if one.kind is PartKind.KNOWLEDGE and one.kept}
        now = self.holding.working(self.settings.protocols, self.registering.releases)
        if own == now or not parts:
            return self.knowledge
        try:
            return load(*self.holding.folders(own))
        except ConfigError as error:
            why.append(f"the site's own files of then can't be read: {error}")
            return self.knowledge

    def _settings(self, parts: tuple[PartNow, ...]) -> Settings:
        for one in parts:
            if one.part.kind is PartKind.SETTINGS:
                return replace(self.settings, **orjson.loads(self.store.registry.content(one.part)))
        return self.settings

    def _tables(self, parts: tuple[PartNow, ...]) -> tuple[Table, ...]:
        return tuple(
            earned.parsed(self.store.registry.content(one.part))
            for one in parts
            if one.part.kind is PartKind.EARNED
        )

    def _instead(self, parts: tuple[PartNow, ...], first: Proposal) -> dict[tuple[str, str], Task]:
        """Tasks that were asked in other words than this release's, out of the registry."""
        found = {}
        for one in parts:
            kind, _, name = one.part.name.partition("/")
            if one.part.kind is PartKind.PROMPT and kind == first.document.kind:
                found[kind, name] = msgspec.json.decode(self.store.registry.content(one.part), type=Task)
        return found

    def _filed(self, first: Proposal) -> Proposal | None:
        """The care plan that was in the chart when it was drafted, as it is stored."""
        if first.since:
            return self.store.proposals.get(first.since)
        if first.document.kind == CARE_PLAN:
            return None
        at = self.store.past.queued(first.id)
        gone = self.store.chart.taken_back(first.document.patient)
        for name, filed in reversed(self.store.chart.of(first.document.patient)):
            back = gone.get(name)
            if filed <= at and (back is None or back.at > at):
                found = self.store.proposals.get(name)
                if found.document.kind == CARE_PLAN:
                    return found
        return None


def _recalled(use: ModelUse) -> Model:
    return Recalled(use.name, use.sha256)


def _lines(then: tuple[Statement, ...], now: tuple[Statement, ...]) -> tuple[LineNow, ...]:
    """What isn't the same of the lines: words, section, citations, guideline, class, tier or verdict."""
    found: Mapping[str, Statement] = {one.id: one for one in now}
    told = {one.id for one in then}
    lines = [
        LineNow(one.id, one.text, found[one.id].text if one.id in found else "")
        for one in then
        if found.get(one.id) != one
    ]
    lines += [LineNow(one.id, "", one.text) for one in now if one.id not in told]
    if not lines and [one.id for one in then] != [one.id for one in now]:
        lines.append(LineNow("order", "the lines in their order", "the lines in another order"))
    return tuple(lines)


def _findings(proposal: Proposal) -> frozenset[str]:
    every = (*proposal.findings, *(one.finding for one in proposal.accepted))
    return frozenset(map(_finding, every))


def _finding(one: Finding) -> str:
    return f"{one.rule} ({one.severity.value}) of {one.statement or 'the whole'}: {one.message}"
