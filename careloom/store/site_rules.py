"""Site rules: versions of rules with what happened to them, and what rules looked at of each draft. All of it is appended."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.db.models import Exists, OuterRef, QuerySet

from careloom.care.site_rule import (
    KNOWN,
    NEEDS,
    DrugPair,
    DrugState,
    ProtocolChange,
    RuleBody,
    RuleInputs,
    RuleStep,
    RuleStepKind,
    SiteRule,
    Tried,
)
from careloom.errors import InputError, NeedsNewer, StaleRecord
from careloom.privacy.crypto import Keys
from careloom.store import codec
from careloom.store.database import hold, number_of, writing
from careloom.store.failed import FailureStep
from careloom.store.ids import as_uuid, new_id
from careloom.store.learned import Lesson
from careloom.store.models import Filing, StoredProposal
from careloom.store.row import place
from careloom.store.site_ruled import FrozenInputs, RuleTrial, SiteRuleStep, StoredRule

DRUG_PAIR, DRUG_STATE, PROTOCOL = "drug_pair", "drug_state", "protocol_change"
ENDS = (RuleStepKind.WITHDRAWN.value, RuleStepKind.REPLACED.value)
# So many rows are read at a time, and so many ids asked for in one question.
AT_ONCE = 2_000
ASKED = 500
NEWER = (
    "a rule of this site was written with a later version of Careloom: a process of that version does this"
)
_inputs = msgspec.json.Decoder(RuleInputs).decode
_BODIES: Mapping[str, Callable[[bytes], RuleBody]] = {
    DRUG_PAIR: msgspec.json.Decoder(DrugPair).decode,
    DRUG_STATE: msgspec.json.Decoder(DrugState).decode,
    PROTOCOL: msgspec.json.Decoder(ProtocolChange).decode,
}
_TEMPLATES: Mapping[type, str] = {DrugPair: DRUG_PAIR, DrugState: DRUG_STATE, ProtocolChange: PROTOCOL}


class _Said(msgspec.Struct):
    """What is sealed of a step."""

    licence: str = ""
    words: str = ""
    tried: Tried | None = None


_said = msgspec.json.Decoder(_Said).decode


@dataclass(frozen=True)
class SiteRules:
    """The rules of one organisation."""

    keys: Keys

    # ── what rules looked at ────────────────────────────────────────────────────────────────────

    def freeze(self, inputs: RuleInputs) -> None:
        """Keep what rules looked at of a stored draft."""
        row_id = new_id()
        with writing():
            FrozenInputs.objects.create(
                id=row_id,
                organisation=self.keys.organisation,
                proposal_id=as_uuid(inputs.proposal, "proposal"),
                made=inputs.made,
                sealed=self.keys.seal(codec.encode(inputs), place("frozen inputs", row_id, "inputs")),
            )

    def frozen(self, since: datetime | None = None) -> Iterator[RuleInputs]:
        """What rules looked at of every draft, or of those made since then, a few thousand at a time."""
        rows = FrozenInputs.objects.filter(organisation=self.keys.organisation)
        rows = rows.filter(made__gte=since) if since else rows
        for row_id, sealed in rows.values_list("id", "sealed").iterator(AT_ONCE):
            yield _inputs(self.keys.open(bytes(sealed), place("frozen inputs", row_id, "inputs")))

    def frozen_of(self, proposal: str) -> RuleInputs | None:
        """What rules looked at of one draft; None where nothing was kept of it."""
        rows = FrozenInputs.objects.filter(organisation=self.keys.organisation)
        row = rows.filter(proposal=as_uuid(proposal, "proposal")).first()
        if row is None:
            return None
        return _inputs(self.keys.open(bytes(row.sealed), place("frozen inputs", row.id, "inputs")))

    def numbers(self, since: datetime | None = None) -> tuple[int, int]:
        """How many drafts have frozen inputs, and of how many nothing was kept."""
        mine = {"organisation": self.keys.organisation}
        kept, every = FrozenInputs.objects.filter(**mine), StoredProposal.objects.filter(**mine)
        if since:
            kept, every = kept.filter(made__gte=since), every.filter(created__gte=since)
        number = kept.count()
        return number, max(every.count() - number, 0)

    def became(self, proposals: Collection[str]) -> Mapping[str, str]:
        """Which of these drafts were reported as wrong (and not judged right since), and which were signed with nobody saying so."""
        found: dict[str, str] = {}
        ids = [UUID(one) for one in proposals]
        for some in (ids[at : at + ASKED] for at in range(0, len(ids), ASKED)):
            found |= {one.hex: "signed" for one in _of(Filing.objects.filter(proposal__in=some))}
            lessons = dict(Lesson.objects.filter(proposal__in=some).values_list("id", "proposal_id"))
            steps = FailureStep.objects.filter(lesson__in=lessons).order_by("at", "id")
            judged = dict(steps.values_list("lesson_id", "cause"))
            found |= {
                proposal.hex: "reported"
                for lesson, proposal in lessons.items()
                if judged.get(lesson) != "no_failure"
            }
        return found

    # ── how far a trial is ──────────────────────────────────────────────────────────────────────

    def trial_at(self, version: str, begun: datetime, done: int, total: int) -> None:
        """Say how far the trial of a version is."""
        with writing():
            RuleTrial.objects.update_or_create(
                of_id=as_uuid(version, "rule"),
                defaults={
                    "organisation": self.keys.organisation,
                    "begun": begun,
                    "done": done,
                    "total": total,
                },
            )

    def trial_over(self, version: str) -> None:
        """Say that no trial of it is being made."""
        with writing():
            RuleTrial.objects.filter(of=as_uuid(version, "rule")).delete()

    def trial_of(self, version: str) -> tuple[int, int] | None:
        """How many drafts of how many its trial has looked at; None where none is being made."""
        rows = RuleTrial.objects.filter(organisation=self.keys.organisation, of=as_uuid(version, "rule"))
        return rows.values_list("done", "total").first()

    # ── rules ───────────────────────────────────────────────────────────────────────────────────

    def hold(self) -> None:
        """In a transaction: nobody else changes a rule until it ends."""
        hold(number_of(self.keys.organisation, "site rules"))

    def add(self, body: RuleBody, *, who: str, at: datetime, failure: str = "", rule: str = "") -> str:
        """Keep a rule, or another version of one; the version's id. Raises InputError for an unknown failure, StaleRecord where two do so at once."""
        lesson = self._lesson(failure) if failure else None
        row_id = new_id()
        known = self._rows().filter(rule=rule).count() if rule else 0
        try:
            with writing():
                StoredRule.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    rule=rule or new_id().hex,
                    version=known + 1,
                    template=_TEMPLATES[type(body)],
                    needs=NEEDS[type(body)],
                    who=who,
                    at=at,
                    lesson=lesson,
                    sealed=self.keys.seal(codec.encode(body), place("site rule", row_id, "body")),
                )
        except IntegrityError:
            raise StaleRecord("somebody else wrote to this rule at the same time; look at it again") from None
        return row_id.hex

    def say(self, version: str, step: RuleStep) -> None:
        """Append what happened to a version. Raises StaleRecord where something else happened at the same moment."""
        of, row_id = as_uuid(version, "rule"), new_id()
        said = _Said(step.licence, step.words, step.tried)
        try:
            with writing():
                SiteRuleStep.objects.create(
                    id=row_id,
                    organisation=self.keys.organisation,
                    of_id=of,
                    number=SiteRuleStep.objects.filter(of=of).count() + 1,
                    what=step.what.value,
                    who=step.who,
                    role=step.role,
                    at=step.at,
                    sealed=self.keys.seal(codec.encode(said), place("site rule step", row_id, "said")),
                )
        except IntegrityError:
            raise StaleRecord("somebody else wrote to this rule at the same time; look at it again") from None

    def get(self, version: str) -> SiteRule:
        """A version by its id. Raises InputError for an unknown one."""
        found = self._opened(self._rows().filter(pk=as_uuid(version, "rule")))
        if not found:
            raise InputError("there is no such rule", where="rule")
        return found[0]

    def all(self) -> tuple[SiteRule, ...]:
        """Every version, the newest first."""
        return self._opened(self._rows().order_by("-at", "-id"))

    def of_failure(self, failure: str) -> tuple[SiteRule, ...]:
        """The versions that were drafted from a failure."""
        return self._opened(self._rows().filter(lesson=as_uuid(failure, "failure")).order_by("at", "id"))

    def active(self) -> tuple[SiteRule, ...]:
        """The versions that are told, the oldest first; one question to the database where there is none."""
        ended = SiteRuleStep.objects.filter(of=OuterRef("of"), what__in=ENDS)
        told = SiteRuleStep.objects.filter(
            ~Exists(ended), organisation=self.keys.organisation, what=RuleStepKind.ACTIVE.value
        )
        ids = list(told.order_by("at", "id").values_list("of_id", flat=True))
        return self._opened(self._rows().filter(pk__in=ids).order_by("at", "id")) if ids else ()

    def _rows(self) -> QuerySet[StoredRule]:
        return StoredRule.objects.filter(organisation=self.keys.organisation)

    def _lesson(self, failure: str) -> Lesson:
        rows = Lesson.objects.filter(organisation=self.keys.organisation, pk=as_uuid(failure, "failure"))
        row = rows.first()
        if row is None:
            raise InputError("there is no such failure", where="failure")
        return row

    def _opened(self, rows: Iterable[StoredRule]) -> tuple[SiteRule, ...]:
        found = list(rows)
        if any((row.needs or 1) > KNOWN or row.template not in _BODIES for row in found):
            raise NeedsNewer(NEWER)
        steps: dict[UUID, list[RuleStep]] = defaultdict(list)
        for one in SiteRuleStep.objects.filter(of__in=[row.pk for row in found]).order_by("number"):
            steps[one.of_id].append(self._step(one))
        cases = dict(
            Lesson.objects.filter(pk__in=[row.lesson_id for row in found if row.lesson_id]).values_list(
                "pk", "proposal_id"
            )
        )
        return tuple(
            SiteRule(
                id=row.pk.hex,
                rule=row.rule,
                version=row.version,
                body=_BODIES[row.template](
                    self.keys.open(bytes(row.sealed), place("site rule", row.pk, "body"))
                ),
                author=row.who,
                at=row.at,
                failure=row.lesson_id.hex if row.lesson_id else "",
                case=cases[row.lesson_id].hex if row.lesson_id else "",
                steps=tuple(steps[row.pk]),
            )
            for row in found
        )

    def _step(self, row: SiteRuleStep) -> RuleStep:
        said = _said(self.keys.open(bytes(row.sealed), place("site rule step", row.pk, "said")))
        return RuleStep(
            what=RuleStepKind(row.what),
            who=row.who,
            role=row.role,
            at=row.at,
            licence=said.licence,
            words=said.words,
            tried=said.tried,
        )


def _of(rows: "QuerySet[Filing]") -> Iterable[UUID]:
    return rows.values_list("proposal_id", flat=True)
