"""careloom finance: what documents cost by the site's own prices, conditions for a human coder, and months of care management for a biller."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.cli.outcomes import DAY
from careloom.cli.returns import costs_words, returned, returns_json, revenue
from careloom.pipeline.care_months import Programme
from careloom.pipeline.financing import Coding, Spending
from careloom.pipeline.paying_back import Returns
from careloom.pipeline.prices import FILE


@careloom_command("finance", short_help="What documents cost, and what isn't coded.")
@click.option("--from", "first", type=DAY, required=True, help="First day.")
@click.option("--to", "last", type=DAY, help="Last day (default: today).")
@click.option("--coding", type=int, metavar="YEAR", help="Also what is documented and uncoded in this year.")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="Also what each patient's month of care meets.")
@click.option("--payback", is_flag=True, help="Also when what drafts save has paid back the set-up.")
def command(
    first: datetime, last: datetime | None, coding: int | None, month: datetime | None, payback: bool
) -> None:
    """Print what filed documents cost, from a draft and by hand, by the prices of finance.toml in the home.

    With --coding also each patient's chronic conditions that were documented and not coded in a year, or coded and documented nowhere: for a human coder.
    With --month also which care-management codes each patient's month meets, on what evidence, and what each lacks: for a biller.
    With --payback also when the minutes that a pilot measured as saved have paid back what setting up cost.
    """
    pipeline = open_pipeline()
    until = last.date() if last else pipeline.timing.today
    spending = pipeline.financing.costs("operator", first.date(), until)
    gaps: tuple[Coding, ...] | None = None
    if coding is not None:
        with progress("Reading records", pipeline.store.arrived.count()) as step:
            gaps = pipeline.financing.gaps("operator", coding, step)
    programme: Programme | None = None
    if month is not None:
        with progress("Reading records", pipeline.store.arrived.count()) as step:
            programme = pipeline.care_months.found("operator", month.date(), step)
    answer = spending_json(spending, gaps)
    if programme is not None:
        answer["programme"] = programme_json(programme)
    returns: Returns | None = None
    if payback:
        span = (first.date(), until)
        cases = pipeline.effort.cases("operator", *span)
        returns = pipeline.paying_back.found("operator", span, cases, revenue(programme))
        answer["payback"] = returns_json(returns)

    def words(out: Console) -> None:
        _words(spending, gaps, out)
        if programme is not None:
            _months(programme, out)
        if returns is not None:
            for name, sentence in returned(returns, spending.prices.currency):
                out.print(f"{name}: {sentence}", markup=False)

    show(answer, words=words)


def spending_json(found: Spending, gaps: tuple[Coding, ...] | None) -> dict[str, Any]:
    """What documents cost, and what a coder looks at, as the contract has it."""
    answer: dict[str, Any] = {
        "from": found.first.isoformat(),
        "to": found.last.isoformat(),
        "prices": found.prices.there,
        "currency": found.prices.currency or None,
        "drafted": asdict(found.drafted),
        "by_hand": asdict(found.by_hand),
        "unbelieved": found.unbelieved,
    }
    if gaps is not None:
        answer["coding"] = [
            {"patient": one.patient, "gaps": [asdict(gap) for gap in one.gaps]} for one in gaps
        ]
    return answer


def _words(found: Spending, gaps: tuple[Coding, ...] | None, out: Console) -> None:
    if not found.prices.there:
        out.print(f"This site has said no prices: {FILE} in its home does (docs/outcomes.md).", markup=False)
    for name, costs in (("from a draft", found.drafted), ("by hand", found.by_hand)):
        out.print(f"filed documents {name}: {costs_words(costs, found.prices.currency)}", markup=False)
    if found.unbelieved:
        out.print(f"not counted: {found.unbelieved} whose clock ran all night, or never")
    if gaps is None:
        return
    if not gaps:
        out.print("Nobody has a chronic condition that is documented and uncoded, or the reverse.")
        return
    table = Table("patient", "condition", "what", "coded last", "entries", box=None)
    for one in gaps:
        for gap in one.gaps:
            last = gap.last_coded.isoformat() if gap.last_coded else ""
            table.add_row(one.patient[:8], gap.name, gap.kind, last, str(len(gap.entries)))
    out.print(table)
    out.print("A coder decides; nothing here is a code to claim.")


def programme_json(found: Programme) -> dict[str, Any]:
    """A month of care management as the contract has it."""
    return {
        "month": f"{found.month:%Y-%m}",
        "pays": found.pays,
        "met": found.met,
        "of": len(found.patients),
        "unpriced": list(found.unpriced),
        "definition": found.definition,
        "patients": [
            {
                "patient": one.patient,
                "counted": list(one.counted),
                "uncounted": dict(one.uncounted),
                "families": [{**asdict(each), "met": each.met} for each in one.families],
            }
            for one in found.patients
        ],
    }


def _months(found: Programme, out: Console) -> None:
    if not found.patients:
        out.print(f"Nobody attested minutes of {found.month:%Y-%m}, is enrolled, or was discharged.")
        return
    table = Table("patient", "family", "codes", "minutes", "lacks", box=None)
    for one in found.patients:
        for each in one.families:
            codes = ", ".join(f"{code} x {many}" for code, many in each.units.items())
            table.add_row(one.patient[:8], each.family, codes, str(each.minutes), "; ".join(each.lacks))
        for role, many in one.uncounted.items():
            table.add_row(one.patient[:8], "", "", str(many), f"the site counts {role} nowhere")
    out.print(table)
    out.print(f"{found.met} of {len(found.patients)} months lack nothing. {found.definition}", markup=False)
    if found.unpriced:
        out.print(f"Without a rate, and not in the sum: {', '.join(found.unpriced)}", markup=False)
    out.print(
        f"What counts of it pays {found.pays:.2f} {found.prices.currency}; a biller decides.", markup=False
    )
