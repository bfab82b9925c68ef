"""careloom board: a month's board report, as JSON and as a PDF."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import click
from django.conf import settings as django_settings
from django.utils.module_loading import import_string
from rich.console import Console
from rich.table import Table

from careloom.care.board import Beside
from careloom.care.quality import QualityCount, QualityLine
from careloom.cli.effort import as_json as effort_json
from careloom.cli.finance import programme_json, spending_json
from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.cli.outcomes import as_json as outcomes_json
from careloom.cli.outcomes import number_words
from careloom.cli.printing import write
from careloom.cli.returns import money_told, returns_json, revenue
from careloom.errors import InputError
from careloom.measure.quality import MEASURES
from careloom.pipeline import Pipeline
from careloom.pipeline.effort import Effort
from careloom.pipeline.faring import Fared
from careloom.study.outcomes import Levelling
from careloom.study.statistics.series import Series


def _month(context: click.Context, option: click.Parameter, text: str) -> date:
    del context, option
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise InputError("a month is YEAR-MONTH (2026-10)", "--month") from None


@careloom_command("board", short_help="A month's board report.")
@click.option("--month", required=True, metavar="YEAR-MONTH", callback=_month, help="Which month (2026-10).")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.pdf",
    help="Write it as a PDF, too. A file that is there is left alone.",
)  # fmt: skip
def command(month: date, out: Path | None) -> None:
    """Count the quality measures for the year of a month, as the records stood on the month's last day; nothing is kept. Outcomes, effort, cost and
    revenue of the year until that day stand beside them, as the records are now.

    The PDF has the trend of the counts that were kept until then.
    """
    pipeline = open_pipeline()
    with progress("Reading records", pipeline.store.arrived.count()) as step:
        found, day = pipeline.quality.of_month(month, step)
    first = day.replace(month=1, day=1)
    fared = pipeline.faring.found("operator", first, day)
    effort = pipeline.effort.found("operator", first, day)
    money = _money(pipeline, (first, day), month)
    if out is not None:
        setter = cast(Callable[..., bytes], import_string(django_settings.CARELOOM_BOARD))
        kept = [one for one in pipeline.quality.monthly() if f"{one.at:%Y-%m}" <= f"{month:%Y-%m}"]
        beside = Beside((*_fared(fared), *_spent(effort)), money.sentences)
        write(out, setter(found, day, kept, beside, pipeline.settings.fonts))
    pipeline.store.audit.note("operator", "board report", what=f"{month:%Y-%m}")
    answer = {**as_json(found, day, out), "outcomes": outcomes_json(fared), "effort": effort_json(effort)}
    answer["finance"] = money.answer
    show(answer, words=lambda console: _tell(found, day, console))


def _fared(found: Fared) -> Iterator[tuple[str, str]]:
    """Each outcome in a sentence: over the year, and against the trend before drafts."""
    for one in found.outcomes:
        unit = one.outcome.unit
        trend = one.series.end if isinstance(one.series, Series) else one.series
        words = f"{one.number} values of {one.patients} patients: {number_words(one.value, unit)}"
        if one.number:
            words = f"{words.rstrip('.')}. Against the trend before drafts: {number_words(trend, unit)}"
            if isinstance(one.levelled, Levelling) and isinstance(one.levelled.series, Series):
                words += f". Adjusted for patients' risks: {number_words(one.levelled.series.end, unit)}"
        yield f"{one.outcome.title} ({one.outcome.better} is better)", words


@dataclass(frozen=True, slots=True)
class _Money:
    """Cost and revenue as JSON and as sentences, each with what it counts."""

    answer: dict[str, Any]
    sentences: tuple[tuple[str, str], ...]


def _money(pipeline: Pipeline, span: tuple[date, date], month: date) -> _Money:
    """What documents of the year until that day cost, the month's care management, what a coder looks at, and the payback."""
    spending = pipeline.financing.costs("operator", *span)
    programme = pipeline.care_months.found("operator", month)
    gaps = pipeline.financing.gaps("operator", span[1].year)
    cases = pipeline.effort.cases("operator", *span)
    returns = pipeline.paying_back.found("operator", span, cases, revenue(programme))
    answer = spending_json(spending, gaps)
    answer |= {"programme": programme_json(programme), "payback": returns_json(returns)}
    return _Money(
        answer, tuple(money_told(spending, programme, (gaps, pipeline.store.arrived.count()), returns))
    )


def _spent(found: Effort) -> Iterator[tuple[str, str]]:
    """Documents and minutes in a sentence each."""
    yield "Documents", f"{found.cases} begun, {found.filed} filed"
    for kind, one in found.saved.items():
        yield f"Minutes: {kind.replace('_', ' ')}", one.words
    yield "Share of decided drafts that were changed", number_words(found.changed)


def as_json(found: QualityCount, day: date, out: Path | None) -> dict[str, Any]:
    """The report: each measure with its rates, or the value sets that it lacks."""
    by_name = {one.name: one for one in MEASURES}
    measures = [
        {
            "name": one.name,
            "title": by_name[one.name].title,
            "edition": one.edition,
            "period": one.period,
            "improvement": by_name[one.name].improvement,
            "rates": [_rate(line) for line in one.lines],
            "missing_value_sets": list(one.missing),
            "counted_without": list(one.without),
        }
        for one in found.measures
    ]
    return {
        "month": f"{day:%Y-%m}",
        "as_of": day.isoformat(),
        "patients": found.patients,
        "measures": measures,
        "file": str(out) if out else None,
    }


def _rate(line: QualityLine) -> dict[str, Any]:
    met = line.met
    return {
        "group": line.key,
        "title": line.title,
        "rate": met.hits / met.number if met.number else None,
        "populations": dict(line.counts),
    }


def _tell(found: QualityCount, day: date, console: Console) -> None:
    console.print(f"{day:%Y-%m}: records as they stood on {day.isoformat()}, {found.patients} patients")
    table = Table("measure", "group", "rate", "number", box=None)
    for one in found.measures:
        for line in one.lines:
            met = line.met
            share = f"{met.hits / met.number:.1%}" if met.number else "nobody is counted"
            table.add_row(one.name, line.title or line.key, share, f"{met.hits} / {met.number}")
        if one.missing:
            table.add_row(one.name, "", f"not counted: {len(one.missing)} value sets are missing", "")
    console.print(table)
