"""What came of setting up, in words and as JSON: minutes saved by a pilot, the payback without and with programme revenue, each with its definition."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from careloom.cli.outcomes import said
from careloom.measure.finance.costs import Costs
from careloom.pipeline.care_months import Programme
from careloom.pipeline.financing import Coding, Spending
from careloom.pipeline.paying_back import Returns
from careloom.study.payback import Payback
from careloom.study.statistics.estimate import NotSaid

COST_DEFINITION = (
    "Numerator: active minutes of everybody on the document at their role's wages, the model's tokens and seconds. "
    "Denominator: filed documents on which anybody worked in the time and that have a price."
)
CODING_DEFINITION = (
    "Numerator: patients with a chronic condition that a clinician stated in the year and no visit or claim of it bears. "
    "Denominator: all patients. A coder decides; nothing here is a code to claim."
)


def revenue(programme: Programme | None) -> float | None:
    """What a month's programmes pay, where the site has rates of its own and anything counted."""
    if programme is None or not programme.prices.rates or not programme.met:
        return None
    return programme.pays


def returns_json(one: Returns) -> dict[str, Any]:
    """The same as the contract has it."""
    return {
        "pilot": one.pilot or None,
        "kind": one.kind or None,
        "minutes_saved": said(one.saved),
        "cases_a_month": one.cases,
        "wage": one.wage,
        "alone": _payback(one.alone),
        "beside_revenue": _payback(one.beside) if one.beside is not None else None,
        "revenue_a_month": one.revenue,
        "definition": one.definition,
    }


def money_told(
    spending: Spending, programme: Programme, coding: tuple[Sequence[Coding], int], returns: Returns
) -> Iterator[tuple[str, str]]:
    """Cost, programme revenue, coding completeness and payback in a sentence each, with what is counted; `coding` has what a coder looks at and how many patients there are."""
    currency = spending.prices.currency
    for name, costs in (("from a draft", spending.drafted), ("by hand", spending.by_hand)):
        yield f"Cost of a filed document {name}", f"{costs_words(costs, currency)}. {COST_DEFINITION}"
    of = len(programme.patients)
    whole = f"{programme.met} of {of} months lack nothing; what counts of them pays {programme.pays:.2f} {currency}"
    if programme.unpriced:
        whole += f" (without a rate, and not in the sum: {', '.join(programme.unpriced)})"
    yield f"Care management in {programme.month:%Y-%m}", f"{whole}. {programme.definition}"
    gaps, patients = coding
    uncoded = [one for one in gaps if any(gap.kind == "uncoded" for gap in one.gaps)]
    yield (
        "Chronic conditions for a human coder",
        f"{len(uncoded)} of {patients} patients have one that is documented and on no claim of the year. {CODING_DEFINITION}",
    )
    yield from returned(returns, currency)


def returned(one: Returns, currency: str) -> Iterator[tuple[str, str]]:
    """The payback in a sentence each."""
    yield "Payback by minutes saved", f"{_words(one.alone, currency)} {one.definition}"
    if one.beside is not None and not isinstance(one.alone, NotSaid):
        yield "Payback with programme revenue beside", _words(one.beside, currency)


def _words(one: Payback | NotSaid, currency: str) -> str:
    if isinstance(one, NotSaid):
        return f"It can't be told. {one.words}"
    span = f"{one.monthly.low:.2f} to {one.monthly.high:.2f}"
    brings = f"A month brings {one.monthly.value:.2f} {currency} (interval {span}) beyond running costs."
    if one.most is None or one.months is None:
        return f"{brings} The interval holds a month that brings nothing: when it pays back can't be told."
    return f"{brings} It pays back in {one.months:.1f} months (interval {one.fewest:.1f} to {one.most:.1f})."


def _payback(one: Payback | NotSaid) -> dict[str, Any]:
    return {"not_said": one.words} if isinstance(one, NotSaid) else asdict(one)


def costs_words(one: Costs, currency: str) -> str:
    """Several documents' cost in words."""
    lacking = f"; {one.unpriced} without a price ({', '.join(one.lacking)})" if one.unpriced else ""
    if one.mean is None or one.middle is None:
        return f"none that has a price{lacking}" if one.unpriced else "none"
    return f"{one.mean:.2f} {currency} on average, middle {one.middle:.2f} ({one.priced} documents{lacking})"
