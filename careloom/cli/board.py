"""careloom board: a month's board report, as JSON and as a PDF."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, cast

import click
from django.conf import settings as django_settings
from django.utils.module_loading import import_string
from rich.console import Console
from rich.table import Table

from careloom.care.quality import QualityCount, QualityLine
from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.cli.printing import write
from careloom.errors import InputError
from careloom.measure.quality import MEASURES


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
    """Count the quality measures for the year of a month, as the records stood on the month's last day; nothing is kept.

    The PDF has the trend of the counts that were kept until then.
    """
    pipeline = open_pipeline()
    with progress("Reading records", pipeline.store.arrived.count()) as step:
        found, day = pipeline.quality.of_month(month, step)
    if out is not None:
        setter = cast(Callable[..., bytes], import_string(django_settings.CARELOOM_BOARD))
        kept = [one for one in pipeline.quality.monthly() if f"{one.at:%Y-%m}" <= f"{month:%Y-%m}"]
        write(out, setter(found, day, kept, pipeline.settings.fonts))
    pipeline.store.audit.note("operator", "board report", what=f"{month:%Y-%m}")
    show(as_json(found, day, out), words=lambda console: _tell(found, day, console))


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
