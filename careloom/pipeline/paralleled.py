"""Paralleled: what a parallel run comes to, for whoever may see it (docs/parallel.md).

Takes    a run
Gives    how many cases stand where, agreement by week, minutes, how far two judges agree, each criterion with its numbers
Never    tells of a case whose, of a person how fast, or gives a p-value
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from careloom.care.document import Reviewer
from careloom.care.parallel import Case, CaseStage, Grave, Right, Run, RunStage, RunStep, Side
from careloom.errors import NotLicensed
from careloom.measure.agreement import Agreement
from careloom.measure.agreement import agreement as kappa
from careloom.pipeline.paralleling import Paralleling
from careloom.study.parallel.blinded import hand_is_a, who_was_right
from careloom.study.parallel.matched import Compared, Facet, Kind
from careloom.study.parallel.outcome import Told, Week, agreement, errors, minutes, weeks
from careloom.study.parallel.readiness import Criterion, is_ready, readiness
from careloom.study.statistics.estimate import Estimate, NotSaid

HAND, DRAFT, BOTH, NEITHER = "hand", "draft", "both", "neither"
SAID = (HAND, DRAFT, BOTH, NEITHER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a run comes to. `stages` counts cases, `right` and `grave` what was said of differences (each once, by its first judge), by kind of difference;
    `facets` in what pairs are against each other; `judges` is how far two judges agree on who was right, None for too few differences that two
    judged (`twice`)."""

    stages: Mapping[CaseStage, int]
    not_drawn: int
    anew: int
    weeks: tuple[Week, ...]
    agreement: Estimate | NotSaid
    minutes: Estimate | NotSaid
    kinds: Mapping[Kind, int]
    facets: Mapping[Facet, int]
    right: Mapping[tuple[Kind, str], int]
    grave: Mapping[tuple[Kind, Grave], int]
    wrong: Mapping[Side, int]
    omitted: Mapping[Side, int]
    twice: int
    judges: Agreement | None
    criteria: tuple[Criterion, ...]
    ready: bool


@dataclass(frozen=True)
class Paralleled:
    """The results of the parallel runs of one organisation; `compared` puts a case's documents side by side."""

    paralleling: Paralleling
    compared: Callable[[Case], Compared]

    def results(self, actor: Reviewer | str, run_id: str) -> Results:
        """What a run comes to as it stands. Raises NotLicensed for whoever takes part while it goes on."""
        run = self.paralleling.get(actor, run_id)
        if isinstance(actor, Reviewer) and not self.paralleling.may_see_results(actor, run):
            raise NotLicensed("whoever takes part sees what it comes to when it is over")
        seed, store = self.paralleling.store.parallels.seed(run.id), self.paralleling.store
        both = [one for one in run.cases if one.stage in (CaseStage.COMPARED, CaseStage.JUDGED)]
        found = [(one, self.compared(one)) for one in both]
        told = [_told(case, compared, first=hand_is_a(seed, case.id)) for case, compared in found]
        store.audit.note(actor if isinstance(actor, str) else actor.user, "read", what=f"run {run.id}")
        return _results(run, found, told, seed)


def _results(run: Run, found: Sequence[tuple[Case, Compared]], told: Sequence[Told], seed: bytes) -> Results:
    criteria = readiness(told, run.plan.criteria, over=run.stage is RunStage.ENDED)
    right: Counter[tuple[Kind, str]] = Counter()
    grave: Counter[tuple[Kind, Grave]] = Counter()
    pairs: list[tuple[str, str]] = []
    for case, compared in found:
        first = hand_is_a(seed, case.id)
        said = [case.judged.get(one, {}) for one in case.adjudicators]
        for one in compared.differences:
            words = [_side(judged[one.id].right, first=first) for judged in said if one.id in judged]
            if one.id in said[0]:
                right[one.kind, words[0]] += 1
                grave[one.kind, said[0][one.id].grave] += 1
            if len(words) == len(said) > 1:
                pairs.append((words[0], words[1]))
    judged = [one for one in told if one.judged]
    return Results(
        stages=Counter(one.stage for one in run.cases),
        not_drawn=len(run.all(RunStep.SKIP)),
        anew=len(run.all(RunStep.AGAIN)),
        weeks=weeks(told, run.began) if run.began else (),
        agreement=agreement(told),
        minutes=minutes(told, run.plan.criteria.fewest),
        kinds=Counter(one.kind for _, compared in found for one in compared.differences),
        facets=Counter(
            facet for _, compared in found for one in compared.differences for facet in one.facets
        ),
        right=right,
        grave=grave,
        wrong={side: sum(one.wrong[side] > 0 for one in judged) for side in Side},
        omitted={side: sum(one.omitted[side] > 0 for one in judged) for side in Side},
        twice=len(pairs),
        judges=kappa(pairs, SAID),
        criteria=criteria,
        ready=is_ready(criteria),
    )


def _told(case: Case, compared: Compared, *, first: bool) -> Told:
    wrong, omitted = errors(compared, case.judged.values(), hand_first=first)
    seconds = {side: done.seconds if (done := case.side(side).done) else None for side in Side}
    return Told(
        case=case.id,
        day=case.day,
        both=len(compared.both),
        only={Side.HAND: compared.number(Kind.ONLY_HAND), Side.DRAFT: compared.number(Kind.ONLY_DRAFT)},
        against=compared.number(Kind.AGAINST),
        judged=case.stage is CaseStage.JUDGED,
        wrong=wrong,
        omitted=omitted,
        seconds=seconds,
    )


def _side(right: Right, *, first: bool) -> str:
    """Who was right by the side that stood there."""
    sides = who_was_right(right, hand_first=first)
    return BOTH if len(sides) > 1 else next((one.value for one in sides), NEITHER)
