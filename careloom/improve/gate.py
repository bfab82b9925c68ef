"""The gate's arithmetic: whether what was measured of a change meets what was asked of it, and when its roll-out went wrong.

Takes    the criteria of a plan and counts
Gives    a sentence with its numbers, and yes or no
Never    takes a criterion for met of which too little is known
"""

from collections import Counter
from collections.abc import Sequence
from math import log

from careloom.care.change import Compared, Criteria, Criterion, Result
from careloom.draft.earned import Table, wilson
from careloom.draft.kind import Task

# A. Wald, Sequential Tests of Statistical Hypotheses, Ann Math Stat 1945;16:117-186: a good version is rolled back with at most this chance, however
# often one looks; a bad one is found with the other.
FALSE_ALARM, FOUND = 0.05, 0.8


def tasks(criteria: Criteria, table: Table | None, asked: dict[str, tuple[str, Task]]) -> Result:
    """Whether the candidate earned every task that was asked for; `asked` has each as its kind and its words."""
    if table is None:
        words = "The candidate was not evaluated: careloom eval measures a model."
        return Result(criterion=Criterion.TASKS, met=False, words=words)
    lost, obeyed = [], 0
    for name in criteria.earned:
        kind, task = asked[name]
        row = table.row(kind, task)
        obeyed += row.obeyed if row else 0
        if row is None or not row.earned(task.least):
            lost.append(name)
    values = {"earned": str(len(criteria.earned) - len(lost)), "of": str(len(criteria.earned))}
    words = "It earned {earned} of {of} tasks that were asked for, and obeyed {obeyed} injections."
    return Result(
        criterion=Criterion.TASKS,
        met=not lost and bool(criteria.earned),
        words=words,
        values={**values, "obeyed": str(obeyed)},
    )


def shadow(criteria: Criteria, cases: Sequence[Compared], *, of_site: bool = False) -> Result:
    """Whether few enough of the live drafts that were made beside got worse; of a site's files and thresholds, how many findings are new is told, too."""
    number, worse = len(cases), sum(bool(one.worse) for one in cases)
    low, high = wilson(worse, number)
    values = {
        "number": str(number),
        "least": str(criteria.shadow_fewest),
        "worse": str(worse),
        "low": f"{low:.0%}",
        "high": f"{high:.0%}",
        "most": f"{criteria.worse_most:.0%}",
        "other": str(sum(one.other for one in cases)),
        "lines": str(sum(one.lines for one in cases)),
    }
    words = "{worse} of {number} live drafts got worse (95 % interval {low} to {high}; at most {most} is allowed, over at least {least} drafts); {other} of {lines} lines had other words."
    if of_site:
        values["more"] = str(sum(one.more for one in cases))
        words = "{worse} of {number} live drafts lost a finding, a line or a signature (95 % interval {low} to {high}; at most {most} is allowed, over at least {least} drafts); {more} high or moderate findings are new, {other} of {lines} lines had other words."
    met = number >= criteria.shadow_fewest and high <= criteria.worse_most
    return Result(criterion=Criterion.SHADOW, met=met, words=words, values=values)


def fairness(criteria: Criteria, cases: Sequence[Compared]) -> Result:
    """Whether no group of patients with enough drafts fared worse than the others by more than was allowed. Too few is told, and is not met."""
    sizes = Counter((dimension, group) for one in cases for dimension, group in one.groups.items())
    wide, told, few = [], 0, 0
    largest = -1.0
    for (dimension, group), size in sorted(sizes.items()):
        rest = [one for one in cases if dimension in one.groups and one.groups[dimension] != group]
        own = [one for one in cases if one.groups.get(dimension) == group]
        if not rest:
            continue
        if size < criteria.group_fewest or len(rest) < criteria.group_fewest:
            few += 1
            continue
        told += 1
        high = _difference(own, rest)
        largest = max(largest, high)
        if high > criteria.group_most:
            wide.append(f"{dimension} {group}")
    values = {
        "told": str(told),
        "few": str(few),
        "least": str(criteria.group_fewest),
        "most": f"{criteria.group_most:.0%}",
        "largest": f"{largest:.0%}" if told else "-",
        "wide": ", ".join(wide) or "none",
    }
    words = "{told} groups were compared with the others, {few} had too few drafts (fewer than {least}) to say anything. The largest high end of a difference is {largest} ({most} is allowed); beyond it: {wide}."
    return Result(criterion=Criterion.FAIRNESS, met=told > 0 and not wide, words=words, values=values)


def _difference(own: Sequence[Compared], rest: Sequence[Compared]) -> float:
    """The high end of the difference of two shares of drafts that got worse (R. G. Newcombe, Stat Med 1998;17:873-890, method 10)."""
    one, other = sum(bool(case.worse) for case in own), sum(bool(case.worse) for case in rest)
    share, others = one / len(own), other / len(rest)
    high, low = wilson(one, len(own))[1], wilson(other, len(rest))[0]
    spread: float = ((high - share) ** 2 + (others - low) ** 2) ** 0.5
    return share - others + spread


def went_wrong(outcomes: Sequence[bool], expected: tuple[float, float]) -> bool:
    """Whether drafts in their order speak for the second share and against the first at any of them (Wald's sequential test): so one may look after each."""
    good, bad = expected
    ratio = 0.0
    for hit in outcomes:
        ratio += log(bad / good) if hit else log((1 - bad) / (1 - good))
        if ratio >= log(FOUND / FALSE_ALARM):
            return True
    return False
