"""careloom measure: quality measures over all patients."""

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, progress, show, wants_json
from careloom.errors import ConfigError
from careloom.measure.quality import reports as reports_of
from careloom.measure.quality.noun import Measure, Span, period_of
from careloom.measure.quality.running import ENGINES, rate, together
from careloom.pipeline.measuring import Asking, Measured, named


def _period(context: click.Context, option: click.Parameter, text: str | None) -> Span | None:
    del context, option
    return period_of(text) if text else None


@careloom_command("measure", short_help="Quality measures over all patients.")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--period", metavar="YEAR", callback=_period, help="A year (2025), or two days with / between.")
@click.option("--engine", type=click.Choice(list(ENGINES)), default="duckdb", show_default=True)
@click.option(
    "--value-sets",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of FHIR ValueSet expansions (default: those loaded with careloom knowledge load).",
)
@click.option(
    "--views",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Measure views in Parquet that are there already.",
)
@click.option(
    "--write-views", type=click.Path(path_type=Path), help="Write the views to this new folder, and stop."
)
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write FHIR MeasureReports here: a summary, and one for each patient who is counted.",
)
@click.option("--list", "listed", is_flag=True, help="What is measured, in words, with its source.")
@as_of_option
def command(
    names: tuple[str, ...],
    period: Span | None,
    engine: str,
    value_sets: Path | None,
    views: Path | None,
    write_views: Path | None,
    reports: Path | None,
    listed: bool,
    as_of: date,
) -> None:
    """Count the populations of quality measures for a period; the period chooses the edition.

    NAME is a CMS number (CMS122) or the name of the FHIR measure; without one all are counted.
    """
    chosen = named(names)
    if listed:
        describe(chosen)
        return
    pipeline = open_pipeline()
    measuring = pipeline.measuring
    people = pipeline.store.arrived.count()
    if write_views is not None:
        with progress("Writing views", people) as step:
            written = measuring.write_views(write_views, as_of, step)
        show(
            {"patients": written, "folder": str(write_views)},
            words=lambda out: out.print(f"{written} patients"),
        )
        return
    if period is None:
        raise click.UsageError("--period is needed: a year (2025), or two days with / between")
    sets = measuring.sets(value_sets)
    with (
        progress("Reading records", None if views else people) as step,
        measuring.views(views, as_of, step) as folder,
        measuring.engine(engine, folder, sets) as asking,
    ):
        # All before the first word: a measure that is refused leaves no half an answer.
        found = counted(asking, chosen, period, every=not names)
        if reports is not None:
            write_reports(found, reports, pipeline.settings.practice_name, pipeline.clock())
        if wants_json():
            for piece in as_json(found):
                sys.stdout.write(piece)
        else:
            tell(found)
    pipeline.store.audit.note("operator", "measure", what=" ".join(one.name for one in chosen))


def counted(asking: Asking, chosen: Sequence[Measure], period: Span, *, every: bool) -> list[Measured]:
    """The measures, counted. Of `every` one those whose value sets are missing are named on standard error and left out.

    Raises ConfigError where one that was asked for can't be counted, or none of all can.
    """
    found, refused = [], []
    for one in chosen:
        try:
            found.append(asking.measure(one, period))
        except ConfigError as error:
            if not every:
                raise
            refused.append(error)
    if refused and not found:
        raise refused[0]
    for why in refused:
        click.echo(f"not counted: {why}", err=True)
    return found


def write_reports(found: Sequence[Measured], folder: Path, reporter: str, at: datetime) -> None:
    """MeasureReports as files: NAME-summary.json, and NAME-individual.ndjson with a line for each patient who is counted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    who = reporter or "Careloom"
    for one in found:
        name = one.asked.measure.name
        whole = reports_of.summary(one.asked, one.totals(), who, at)
        (folder / f"{name}-summary.json").write_text(json.dumps(whole, indent=1) + "\n")
        with (folder / f"{name}-individual.ndjson").open("w") as out:
            for patient, known in one.supplemented():
                if any(counts["initial-population"] for counts in patient.groups):
                    out.write(json.dumps(reports_of.individual(one.asked, patient, who, at, known)) + "\n")


def as_json(found: Sequence[Measured]) -> Iterator[str]:
    """The contract's object, in pieces: ten million patients are never in memory."""
    yield '{"measures": ['
    for number, one in enumerate(found):
        warn(one)
        yield ", " if number else ""
        totals = one.totals()
        head: dict[str, str | float | None] = {
            "name": one.asked.measure.name,
            "edition": one.asked.edition,
            "period": period_words(one.asked.period),
        }
        if one.asked.measure.combined:
            head["rate"] = rate(together(totals))
        yield json.dumps(head)[:-1] + ', "groups": ['
        for place, group in enumerate(one.asked.groups):
            yield ", " if place else ""
            said = {"id": group.id, "title": group.title, "rate": rate(totals[place])}
            yield json.dumps(said)[:-1] + ', "patients": ['
            for row, patient in enumerate(one.patients()):
                yield ", " if row else ""
                yield json.dumps(
                    {
                        "patient": patient.patient,
                        "source_ids": patient.source_ids,
                        "populations": patient.groups[place],
                    }
                )
            yield "]}"
        yield "]}"
    yield "]}\n"


def period_words(period: Span) -> str:
    """A period as it is asked for: the year, or two days."""
    whole = (period.first.month, period.first.day, period.last.month, period.last.day) == (1, 1, 12, 31)
    if whole and period.first.year == period.last.year:
        return str(period.first.year)
    return f"{period.first.isoformat()}/{period.last.isoformat()}"


def warn(one: Measured) -> None:
    """Say on standard error what was counted without."""
    if one.without:
        click.echo(
            f"{one.asked.measure.name} is counted without value sets: {'; '.join(one.without)}", err=True
        )


def tell(found: Sequence[Measured]) -> None:
    """The populations of all patients as a table; a measure of nobody says so."""
    out = Console(highlight=False)
    for one in found:
        warn(one)
        measure = one.asked.measure
        better = "lower" if measure.improvement == "decrease" else "higher"
        out.print(
            f"{measure.name} {measure.title}, {period_words(one.asked.period)} (edition {one.asked.edition}; {better} is better)"
        )
        for group, counts in zip(one.asked.groups, one.totals(), strict=True):
            table = Table("population", "count", box=None)
            for name, count in counts.items():
                table.add_row(name, str(count))
            out.print(table)
            share = rate(counts)
            out.print(f"{_share(share)} ({group.title or f'group {group.id}'})", markup=False)
        if measure.combined:
            out.print(f"{_share(rate(together(one.totals())))} (all groups together)", markup=False)


def _share(share: float | None) -> str:
    return "no rate: nobody is in its denominator" if share is None else f"rate {share:.1%}"


def describe(chosen: Sequence[Measure]) -> None:
    """What is measured, in words."""
    rows = [
        {
            "name": one.name,
            "also": list(one.also),
            "title": one.title,
            "improvement": one.improvement,
            "basis": one.basis,
            "initial_population": one.initial_population,
            "denominator": one.denominator,
            "denominator_exclusion": one.denominator_exclusion,
            "denominator_exception": one.denominator_exception,
            "numerator": one.numerator,
            "editions": {str(year): source for year, source in one.editions.items()},
        }
        for one in chosen
    ]

    def words(out: Console) -> None:
        for row in rows:
            for name, said in row.items():
                if said:
                    out.print(f"{name}: {said}", soft_wrap=True, markup=False)
            out.print()

    show({"measures": rows}, words=words)
