"""careloom outcomes: how patients fared, against the trend before and against panels without drafts."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.pipeline.faring import Fared
from careloom.study.outcomes import Compared, Levelling
from careloom.study.statistics.differences import Differences
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.series import Series

DAY = click.DateTime(["%Y-%m-%d"])


@careloom_command("outcomes", short_help="How patients fared, compared.")
@click.option("--from", "first", type=DAY, required=True, help="First day; months count whole.")
@click.option("--to", "last", type=DAY, help="Last day (default: today).")
@click.option("--start", type=DAY, help="When drafts began (default: the first document from a draft).")
def command(first: datetime, last: datetime | None, start: datetime | None) -> None:
    """Print HbA1c, blood pressure, readmissions, emergency visits, appointments and patients' answers over some time.

    Each stands against the trend of the months before drafts began, and against panels without drafts; where there is too little for that, it says so.
    """
    pipeline = open_pipeline()
    until = last.date() if last else pipeline.faring.today()
    with progress("Reading records", pipeline.store.arrived.count()) as step:
        found = pipeline.faring.found("operator", first.date(), until, start.date() if start else None, step)
    show(as_json(found), words=lambda out: _words(found, out))


def said(one: Estimate | NotSaid | None) -> dict[str, Any] | None:
    """A number with its interval, or why there is none; None where there can't be one."""
    if one is None:
        return None
    return (
        asdict(one)
        if isinstance(one, Estimate)
        else {"not_said": one.words, "have": one.have, "need": one.need}
    )


def as_json(found: Fared) -> dict[str, Any]:
    """The same as the contract has it."""
    return {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "start": found.start.isoformat() if found.start else None,
        "patients": found.patients,
        "outcomes": [_outcome(one) for one in found.outcomes],
    }


def _outcome(one: Compared) -> dict[str, Any]:
    row = asdict(one.outcome)
    row |= {"patients": one.patients, "number": one.number, "value": said(one.value)}
    row["months"] = [
        {"month": f"{each.month:%Y-%m}", "number": each.number, "value": each.value} for each in one.months
    ]
    row |= _comparisons(one.series, one.differences)
    if isinstance(one.levelled, Levelling):
        row["risk_adjusted"] = _comparisons(one.levelled.series, one.levelled.differences) | {
            "risks": dict(one.levelled.risks),
            "explained": one.levelled.explained,
            "left_out": one.levelled.left,
        }
    else:
        row["risk_adjusted"] = said(one.levelled)
    row["change"] = said(one.changes)
    if one.adjusted is not None:
        row["adjusted"] = said(one.adjusted) if isinstance(one.adjusted, NotSaid) else asdict(one.adjusted)
    return row | {"left_out": dict(one.left), "units": dict(one.units)}


def _comparisons(series: Series | NotSaid, differences: Differences | NotSaid) -> dict[str, Any]:
    trend = (
        {key: said(getattr(series, key)) for key in ("level", "slope", "end")}
        if isinstance(series, Series)
        else said(series)
    )
    others = (
        said(differences)
        if isinstance(differences, NotSaid)
        else {"effect": said(differences.effect), "p": differences.p, "panels": differences.clusters}
    )
    return {"trend": trend, "against_others": others}


def _words(found: Fared, out: Console) -> None:
    start = f"drafts began on {found.start}" if found.start else "nobody has worked with drafts yet"
    out.print(f"{found.first} to {found.last}, {found.patients} patients; {start}", highlight=False)
    for one in found.outcomes:
        out.print(f"\n{one.outcome.title} ({one.outcome.better} is better)", markup=False)
        out.print(
            f"  {one.number} values of {one.patients} patients: {number_words(one.value, one.outcome.unit)}"
        )
        if not one.number:
            continue
        _against(one, one.series, one.differences, "", out)
        if isinstance(one.levelled, Levelling):
            _against(one, one.levelled.series, one.levelled.differences, ", risk-adjusted", out)
        elif one.levelled is not None:
            out.print(f"  risk-adjusted: {one.levelled.words}")
        if one.changes is not None:
            out.print(f"  patients' change: {number_words(one.changes, one.outcome.unit)}")
        if isinstance(one.adjusted, NotSaid):
            out.print(f"  against what risks explain: {one.adjusted.words}")
        elif one.adjusted is not None:
            for name, group in one.adjusted.groups.items():
                out.print(f"  {name}: {group.observed} of {group.number}, {group.expected:.1f} expected")
        for why, many in one.left.items():
            out.print(f"  not counted: {many} ({why})", markup=False)
        if len(one.units) > 1:
            out.print(f"  units were mixed and turned into one: {', '.join(one.units)}", markup=False)


def _against(
    one: Compared, series: Series | NotSaid, differences: Differences | NotSaid, how: str, out: Console
) -> None:
    trend = series.end if isinstance(series, Series) else series
    out.print(f"  against the trend before{how}: {number_words(trend, one.outcome.unit)}")
    others = differences if isinstance(differences, NotSaid) else differences.effect
    out.print(f"  against panels without drafts{how}: {number_words(others, one.outcome.unit)}")


def number_words(one: Estimate | NotSaid, unit: str = "") -> str:
    """A number with its interval and unit, or why there is none."""
    if isinstance(one, NotSaid):
        return one.words
    text = f"{one.value:.2f} {unit}".strip()
    return f"{text} ({one.level:.0%} interval {one.low:.2f} to {one.high:.2f})"
