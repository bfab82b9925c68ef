"""careloom effort: how much work documents took, with drafts and by hand, and how fast they came."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.cli.outcomes import DAY, number_words, said
from careloom.measure.efficiency import Told, Withheld
from careloom.pipeline.effort import Effort
from careloom.study.statistics.estimate import NotSaid
from careloom.study.statistics.minutes import Minutes


@careloom_command("effort", short_help="How much work documents took.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, help="Last day (default: today).")
def command(first: datetime, last: datetime | None) -> None:
    """Print minutes saved by kind of document, documents a week, time to the plan, review time by tier, and drafts that were changed.

    Minutes with drafts are compared with this site's own documents that were written by hand. Numbers of fewer than five people aren't told.
    """
    pipeline = open_pipeline()
    until = last.date() if last else pipeline.timing.today
    found = pipeline.effort.found("operator", first.date(), until)
    show(as_json(found), words=lambda out: _words(found, out))


def as_json(found: Effort) -> dict[str, Any]:
    """The same as the contract has it."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "cases": found.cases,
        "filed": found.filed,
        "saved": {kind: _saved(one) for kind, one in found.saved.items()},
        "caveat": found.caveat,
        "weeks": [{"monday": one.monday.isoformat(), "number": one.number} for one in found.weeks],
        "per_week": asdict(found.per_week),
        "hours_to_plan": {since: asdict(one) for since, one in found.time_to_plan.items()},
        "review_minutes": {tier: asdict(one) for tier, one in found.by_tier.items()},
        "changed": said(found.changed),
        "substantial": said(found.substantial),
        "published": [asdict(one) for one in found.published],
    }


def _saved(one: Minutes | NotSaid) -> dict[str, Any] | None:
    if isinstance(one, NotSaid):
        return said(one)
    return {
        "ratio": said(one.ratio),
        "saved": said(one.saved),
        "number": dict(one.number),
        "p": one.p,
        "words": one.words,
        "method": one.method,
        "caveats": list(one.caveats),
        "left_out": len(one.left_out),
    }


def _words(found: Effort, out: Console) -> None:
    out.print(
        f"{found.first} to {found.last}: {found.cases} documents begun, {found.filed} filed", highlight=False
    )
    for kind, one in found.saved.items():
        out.print(f"{kind.replace('_', ' ')}: {one.words}", markup=False)
        if isinstance(one, Minutes) and one.saved is not None:
            out.print(f"  minutes saved a case: {number_words(one.saved)}", markup=False)
    if found.saved:
        out.print(found.caveat, markup=False)
    out.print(f"filed a week by a person: {_spread(found.per_week)}", markup=False)
    for since, each in found.time_to_plan.items():
        out.print(f"hours from {since} to the filed plan: {_spread(each)}", markup=False)
    for tier, each in found.by_tier.items():
        out.print(f"minutes of review, tier {tier}: {_spread(each)}", markup=False)
    out.print(f"share of decided drafts that were changed: {number_words(found.changed)}", markup=False)
    out.print(f"share that were substantially revised: {number_words(found.substantial)}", markup=False)
    for other in found.published:
        out.print(
            f"published by others, not measured here: {other.low} to {other.high} minutes ({other.source})",
            markup=False,
        )


def _spread(one: Told) -> str:
    if isinstance(one, Withheld):
        return one.words
    return f"middle {one.middle:.1f}, half of them {one.low:.1f} to {one.high:.1f} ({one.number} cases, {one.people} people)"
