"""A quarter: minutes, outcomes, equity, the vigilance of reviewers, and what the numbers say of training or writing anew.

Takes    what the rest of the product measures: work, agreement, drills, quality measures, failures, alarms
Gives    these numbers in one place, each with its number of cases, and a suggestion by a stated rule
Never    decides: a person does, with reasons; or tells a number of fewer than FEWEST documents of a group or person
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from careloom.care.agreed import Over
from careloom.care.document import Action, Decision
from careloom.care.programme import Period
from careloom.pipeline import Pipeline
from careloom.pipeline.agreeing import as_json
from careloom.pipeline.equity import FEWEST as LEAST
from careloom.pipeline.equity import equity
from careloom.study.outcomes import Compared
from careloom.study.statistics.estimate import Estimate, NotSaid

# So few documents say nothing of a group, and may say whose they are.
FEWEST = 10
# With fewer decided drafts in a quarter the suggestion is to wait.
ENOUGH = 30
# What is looked at of failures, and how many.
MOST = 1000


def report(pipeline: Pipeline, actor: str, period: Period, span: tuple[datetime, datetime]) -> dict[str, Any]:
    """The numbers of a quarter as JSON has them."""
    effort = pipeline.effort.found(actor, period.first, period.last)
    reviewed = _reviewed(pipeline, span)
    fair = equity(pipeline.store, pipeline.weaving.entries, span)
    failures = _failures(pipeline, span)
    monthly = pipeline.quality.monthly()
    score = pipeline.training.together(actor)
    return {
        "cases": effort.cases,
        "filed": effort.filed,
        "substantial": _share(effort.substantial),
        "changed": _share(effort.changed),
        "saved": {kind: msgspec.to_builtins(one) for kind, one in effort.saved.items()},
        "caveat": effort.caveat,
        "counts": [f"{one.at.date()}" for one in monthly if span[0] <= one.at < span[1]],
        "equity": {
            "groups": [msgspec.to_builtins(one) for one in fair.groups],
            "small": fair.small,
            "unknown": fair.unknown,
            "compared": list(fair.compared),
            "drafts": fair.drafts,
        },
        "outcomes": _outcomes(pipeline, actor, period),
        "vigilance": {
            "reviewers": reviewed["reviewers"],
            "caught": _share(score.sensitivity) if score else None,
            "false_alarms": _share(score.false_alarms) if score else None,
        },
        "agreement": as_json(pipeline.agreeing.over(actor, Over(period.first, period.last))),
        "failures": failures,
        "alarms": dict(Counter(one.kind for one in pipeline.store.alarms.since(span[0]) if one.at < span[1])),
        "suggested": suggested(reviewed["decided"], failures),
        "decided": reviewed["decided"],
    }


def suggested(decided: int, failures: Mapping[str, int]) -> str:
    """More data where fewer than ENOUGH drafts were decided or nobody judged a failure; retrain where models and wording are the cause of more
    judged failures than sources, reading, knowledge and rules together; else keep. The rule is ours, with no source."""
    writing = failures.get("model", 0) + failures.get("wording", 0)
    other = sum(failures.get(one, 0) for one in ("source", "reading", "knowledge", "rule"))
    if decided < ENOUGH or not writing + other:
        return "more_data"
    return "retrain" if writing > other else "keep"


def _failures(pipeline: Pipeline, span: tuple[datetime, datetime]) -> dict[str, int]:
    """Judged failures of the quarter by cause."""
    found = [
        one.newest.cause
        for one in pipeline.store.failures.newest(MOST)
        if one.newest and span[0] <= one.at < span[1]
    ]
    return dict(Counter(found))


def _reviewed(pipeline: Pipeline, span: tuple[datetime, datetime]) -> dict[str, Any]:
    """How many drafts were decided; and of each reviewer how many she signed as they were, and her seconds a line."""
    store, signed = pipeline.store, defaultdict[str, list[Decision]](list)
    decided = 0
    for proposal in store.programmes.decided(*span):
        first = store.proposals.revision(proposal, 1)
        if first.document.by_hand:
            continue
        decided += 1
        for one in store.proposals.decisions(proposal):
            if one.action in (Action.APPROVE, Action.AMEND) and span[0] <= one.at < span[1]:
                signed[one.reviewer].append(one)
    return {
        "decided": decided,
        "reviewers": [
            {
                "who": who,
                "signed": len(rows),
                "as_it_was": sum(not one.edits and not one.struck for one in rows) / len(rows),
                "seconds_a_line": _pace(rows),
            }
            for who, rows in sorted(signed.items())
            if len(rows) >= FEWEST
        ],
    }


def _pace(rows: list[Decision]) -> float | None:
    """Seconds before a signature for each line that it covers, over all signatures of which both are known."""
    known = [one for one in rows if one.pace.get("seconds", "").isdecimal() and one.statements]
    lines = sum(len(one.statements) for one in known)
    return sum(int(one.pace["seconds"]) for one in known) / lines if lines else None


def _outcomes(pipeline: Pipeline, actor: str, period: Period) -> dict[str, Any]:
    """Every outcome over the quarter: its number, of how many patients; one of fewer than the least number that is told isn't. What drafts changed of
    it a quarter alone can't say."""
    fared = pipeline.faring.found(actor, period.first, min(period.last, pipeline.faring.today()))
    return {"patients": fared.patients, "rows": [_outcome(one) for one in fared.outcomes]}


def _outcome(one: Compared) -> dict[str, Any]:
    told = one.patients >= LEAST
    return {
        "name": one.outcome.name,
        "title": one.outcome.title,
        "unit": one.outcome.unit,
        "scale": one.outcome.scale,
        "better": one.outcome.better,
        "patients": one.patients if told else None,
        "value": _share(one.value) if told else None,
    }


def _share(one: Estimate | NotSaid) -> list[float] | None:
    return [one.value, one.low, one.high] if isinstance(one, Estimate) else None
